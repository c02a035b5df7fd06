/** What of a host a rescue DomU is made of. */

/** What xl makes, starts and shows. */
export interface SmallWorld {
  /** Dom0's own kernel; null: it is not where Debian has it. */
  kernel(): Promise<{ readonly release: string; readonly path: string } | null>;
  /** The path of an initrd for it, made when there is none, or what it is made of has changed. */
  initrd(release: string): Promise<string>;
  create(config: string): Promise<void>;
  /** Until it is left or the DomU ends. */
  console(number: string): Promise<void>;
  terminal(): { readonly name: string; readonly rows: number; readonly columns: number };
}
