/** How the rack's server reaches its machine: requests, what is kept on disk, files that are handed out. */
import type { Readable } from 'node:stream';

export interface HttpRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly from: string;
  header(name: string): string | undefined;
  /** The whole body, or why it is not had. What is announced to be longer than `limitBytes` is not even read. */
  body(limitBytes: number): Promise<Buffer | NoBody>;
}

/**
 * `busy`: so much is being sent by all together that this one, which is the largest of whoever sends most, had to go;
 * `silent`: nothing came for a while; `gone`: the sender hung up.
 */
export type NoBody = 'too-large' | 'busy' | 'silent' | 'gone';
/** `run-full`: there is too much of this run already; `full`: of everything; `disk-full`: the disk says so. */
export type Kept = 'kept' | 'run-full' | 'full' | 'disk-full';

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

export interface ReportStore {
  /** Every line that was kept, run by run. */
  replay(onLine: (run: string, line: string) => void): Promise<void>;
  /** All of it or nothing; of one run one call after the other. `sender`: whom it counts for. */
  append(run: string, lines: readonly string[], sender: string): Promise<Kept>;
  /** Whole, or not at all. What has the name already is kept: the other gets a number. */
  saveBundle(name: string, bytes: Uint8Array, sender: string): Promise<Kept>;
}

export interface ServedFile {
  readonly sizeBytes: number;
  readonly modified: Date;
  /** Closes the file at its end. `null`: nothing is wanted of it. */
  read(range: { readonly start: number; readonly end: number } | null): Promise<Readable | null>;
}

/** Null where there is no such file that may be handed out. */
export type OpenFile = (parts: readonly string[]) => Promise<ServedFile | null>;
