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
