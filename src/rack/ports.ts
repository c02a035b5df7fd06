/** How the rack's server reaches its machine: requests, what is kept on disk, files that are handed out. */
import type { Readable } from 'node:stream';

export interface HttpRequest {
  readonly method: string;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly from: string;
  header(name: string): string | undefined;
  readonly stream: Readable;
  /** Null when there is more than `limitBytes`. */
  body(limitBytes: number): Promise<Buffer | null>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

export interface ReportStore {
  /** Every line that was kept, run by run. */
  replay(onLine: (run: string, line: string) => void): Promise<void>;
  /** All of it or nothing; of one run one call after the other. False: there is too much of this run already. */
  append(run: string, lines: readonly string[]): Promise<boolean>;
  /** Whole and signed, or not at all. `secret` null: taken from everybody. */
  saveBundle(
    name: string,
    bytes: Readable,
    signature: string | undefined,
    secret: string | null,
  ): Promise<'saved' | 'too-large' | 'unsigned'>;
}

export interface ServedFile {
  readonly sizeBytes: number;
  readonly modified: Date;
  /** Closes the file at its end. `null`: nothing is wanted of it. */ read(
    range: { readonly start: number; readonly end: number } | null,
  ): Promise<Readable | null>;
}

/** Null where there is no such file that may be read. */
export type OpenFile = (folder: string, parts: readonly string[]) => Promise<ServedFile | null>;
