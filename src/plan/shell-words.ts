/** Words and command lines as a POSIX shell reads them (XCU 2.2.2); GRUB's own language quotes alike. Pure. */

/** One word that stands for exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command line of these words; what needs no quotes has none, as people write it. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}
