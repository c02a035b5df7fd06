/**
 * What the Debian package of Xenwright has beside the executable, made when that is built (src/setup/debian) and
 * carried inside it: whoever has the executable can make the package of it again, the same bytes, without the sources.
 */

/** A file of the package, by its path in the system. */
interface KitFile {
  readonly path: string;
  /** Text, or bytes in base64. */
  readonly content: { readonly text: string } | { readonly base64: string };
}

/** All of them are root's, mode 0644; `epoch`: seconds since 1970, the time of everything in the package. */
export interface Kit {
  readonly name: string;
  readonly version: string;
  readonly epoch: number;
  /** The fields of control(5) that are known before the files are, in their order around Installed-Size. */
  readonly control: { readonly before: string; readonly after: string };
  readonly files: readonly KitFile[];
}

/** The name of the executable's asset with the kit. */
export const KIT_ASSET = 'package.json';
