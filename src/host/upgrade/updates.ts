/** The updates that wait, by apt's own simulation of them, and what they mean for the host. Pure. */

export interface Update {
  readonly name: string;
  /** Null: it comes in newly, as a kernel of another version does. */
  readonly from: string | null;
  readonly to: string;
  readonly isSecurity: boolean;
}
export interface Updates {
  readonly updates: readonly Update[];
  /** Would need others to be removed, or were held: they stay. */
  readonly kept: readonly string[];
}

/** `apt-get -s`: `Inst openssl [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])`. */
const INSTALLED = /^Inst (\S+)(?: \[([^\]]*)\])? \((\S+) ?(.*?)(?:\[[^\]]*\])?\)/;
const KEPT = /^The following packages have been kept back:$/;

/** What `apt-get -s upgrade --with-new-pkgs` printed (LC_ALL=C). */
export function parseUpdates(text: string): Updates {
  const lines = text.split('\n');
  const updates = lines.flatMap((line): Update[] => {
    const [, name, from, to, origin = ''] = INSTALLED.exec(line) ?? [];
    if (name === undefined || to === undefined) return [];
    return [{ name, from: from ?? null, to, isSecurity: /security/i.test(origin) }];
  });
  const at = lines.findIndex((line) => KEPT.test(line));
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('  '));
  const kept = at === -1 ? [] : lines.slice(at + 1, end).flatMap((line) => line.trim().split(/\s+/));
  return { updates, kept };
}

/** Is GRUB itself among them? Its parts on the disks are those of the earlier version then. */
export const renewsGrub = ({ updates }: Updates): boolean =>
  updates.some(({ name }) => /^grub(2|-pc|-efi|-common)/.test(name));

/** A new kernel with its initrd, which is written beside the one that it replaces. */
const KERNEL_MIB = 160;

/** What /boot must have free. */
export function bootNeedsMiB({ updates }: Updates): number {
  return updates.filter(({ name, from }) => from === null && /^linux-image-\d/.test(name)).length * KERNEL_MIB;
}
