/** What is on a medium, pinned: every package with its version and checksum, Node.js, the program, the kernel. Pure. */

import * as z from 'zod';
import { parseJson } from '../../facts/lsblk.ts';

/** Where the medium carries the package of Xenwright itself; its sum stands among those of `files`. */
export const MEDIUM_TOOLS_FILE = 'xenwright/tools/xenwright.deb';

export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
  /**
   * What the checksum is of: the package's own file, or the list of its files' checksums where no archive has it any
   * more.
   */
  readonly of: 'deb' | 'files';
}

export interface Manifest {
  readonly format: 1;
  readonly release: string;
  readonly kernel: string;
  /** The same file as the program where that is the single executable. */
  readonly node: { readonly version: string; readonly sha256: string };
  readonly program: { readonly sha256: string };
  readonly packages: readonly PinnedPackage[];
  /** Bases on the medium: role, release, and the checksum of the image. */
  readonly bases: readonly {
    readonly hash: string;
    readonly role: string;
    readonly release: string;
    readonly imageSha256: string;
  }[];
  /**
   * The checksum of every file of the image, by its path; but for this manifest, and for the BIOS's boot image, which
   * is changed as it is written.
   */
  readonly files: Readonly<Record<string, string>>;
  /** Beside the image alone: it cannot hold its own checksum. */
  readonly image?: { readonly sha256: string };
}

const pins = z.looseObject({
  pins: z.array(
    z.looseObject({
      ...{ name: z.string(), version: z.string(), architecture: z.string(), sha256: z.string() },
      of: z.enum(['deb', 'files']),
    }),
  ),
});

/** Those that the manifest of a live tree in the store names; null where the text is no such manifest. */
export function pinsIn(text: string | null): readonly PinnedPackage[] | null {
  return pins.safeParse(parseJson(text)).data?.pins ?? null;
}

/** Sorted by name; what an archive vouches for goes before what was found in the tree. */
export function parsePins(output: string): PinnedPackage[] {
  const pins = new Map<string, PinnedPackage>();
  for (const line of output.split('\n')) {
    const [of = '', name = '', version = '', architecture = '', sha256 = ''] = line.split(' ');
    const key = `${name} ${version} ${architecture}`;
    const isInstalled = of === 'files' || pins.has(key);
    if ((of === 'deb' || of === 'files') && /^[0-9a-f]{64}$/.test(sha256) && isInstalled)
      pins.set(key, { name, version, architecture, sha256, of });
  }
  return [...pins.values()].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : a.architecture < b.architecture ? -1 : 1,
  );
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}
