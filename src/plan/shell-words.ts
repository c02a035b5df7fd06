/** Words and command lines as a POSIX shell reads them (XCU 2.2.2); GRUB's own language quotes alike. Pure. */

/** One word that stands for exactly this text. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The same between double quotes, as files of settings have it. */
export function doubleQuoted(text: string): string {
  return `"${text.replaceAll(/["$\\`]/g, String.raw`\$&`)}"`;
}

/** The command line of these words; what needs no quotes has none, as people write it. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ');
}

/**
 * A shell script of assets with a host's values in the place of the examples in it: `name=…` at the beginning of a
 * line, once. An error when there is no such line.
 */
export function withValues(script: string, values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name}=.*$`, 'gm');
    if (text.match(line)?.length !== 1) throw new Error(`the script has not one line ${name}=`);
    return text.replace(line, () => `${name}=${quoted(String(value))}`);
  }, script);
}
