/** `path`: as the kernel names it; `device`: its number where it is a block device. */
export interface OpenFile {
  readonly pid: number;
  readonly program: string;
  readonly path: string;
  readonly device: string | null;
}

/** What probing may do to a machine: look. Everything else about facts is a pure function over the text found here. */
export interface ProbePort {
  /** A file's text, or null where it is absent or cannot be read. */
  read(path: string): Promise<string | null>;
  /** A file's bytes as hex (EFI variables), or null. */
  readHex(path: string): Promise<string | null>;
  /** Names in a folder, sorted; empty where it is absent. */
  list(path: string): Promise<readonly string[]>;
  /** Where a symbolic link leads, as an absolute path; null where it is none. */
  link(path: string): Promise<string | null>;
  /** Standard output of a command that only reads; null where it is missing or fails. */
  run(argv: readonly string[]): Promise<string | null>;
}

/** What it takes besides to know who uses a disk. */
export interface DiskProbePort extends ProbePort {
  /** The number (`8:16`) of the block device behind a path, whatever name it goes by; null where there is none. */
  device(path: string): Promise<string | null>;
  /**
   * Whether a block device can be opened by one alone (open(2), O_EXCL): `taken` when the kernel has given it to
   * somebody, such as a filesystem's second disk; `silent` when it does not answer.
   */
  claim(path: string): Promise<'free' | 'taken' | 'unknown' | 'silent'>;
  /** The tables of mounts that there are, this process's first, each with a process that sees it. */
  mountTables(): Promise<readonly { readonly pid: number; readonly text: string }[]>;
  /**
   * Devices and images that processes have open for writing, and those that are open in a program which hands disks to
   * others. Not those of this process.
   */
  openFiles(): Promise<readonly OpenFile[]>;
}
