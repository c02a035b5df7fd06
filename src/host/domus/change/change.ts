/**
 * A change of one DomU of this host as data: what is written, made, grown and removed, in order. It is kept on the disk
 * until all of it is done, so that whoever comes after a kill or a power cut carries it to its end.
 */
import type { DeviceNode, Under } from '../../../plan/storage/graph.ts';

/** A device of a plan, with what it stands on. */
export interface Device {
  readonly node: DeviceNode;
  readonly under: readonly Under[];
}

/** Each can be done again where it was done already. */
export type ChangeStep =
  /** `before`, `text`: the whole file; null: there is none. Who has changed it meanwhile keeps it. */
  | {
      readonly do: 'write';
      readonly path: string;
      readonly before: string | null;
      readonly text: string | null;
      readonly mode: string;
    }
  /** A symbolic link; null: it goes. */
  | { readonly do: 'link'; readonly path: string; readonly target: string | null }
  /** A folder with what is in it. */
  | { readonly do: 'remove'; readonly path: string }
  /** A new volume, zeroed first, with its filesystem. */
  | {
      readonly do: 'make';
      readonly device: Device;
      readonly filesystem: Device | null;
      readonly zeros: boolean;
      readonly limitMs: number;
    }
  /** `device`: as large as it becomes. */
  | { readonly do: 'grow'; readonly device: Device; readonly zeros: boolean; readonly limitMs: number }
  | { readonly do: 'drop'; readonly device: Device }
  /** The packet filter is made of the kept profile again. */
  | { readonly do: 'guard' };

export interface Change {
  readonly version: 1;
  readonly name: string;
  readonly verb: 'set' | 'remove' | 'adopt' | 'disown';
  readonly steps: readonly ChangeStep[];
}
