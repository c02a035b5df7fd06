/** How full Dom0's filesystems are, and whether one has become read-only. */
import { finding, notKnown, row, stateFrom, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

interface FilesystemsSeen {
  readonly answer: Answer;
  /** /proc/self/mounts and /etc/fstab */
  readonly mounts: string;
  readonly fstab: string;
}

/** Folders whose filesystems count; several may be on one. */
const PLACES = ['/', '/var', '/var/lib/xen', '/var/lib/xenwright', '/boot', '/boot/efi'];
const LIMITS = { warning: 0.85, critical: 0.95 };
const INODE_LIMITS = { warning: 0.9, critical: 0.98 };

export const filesystems = row<FilesystemsSeen>({
  name: 'filesystems',
  look: async (port) => ({
    answer: await port.ask(['df', '-B1', '--output=target,fstype,size,avail,itotal,iused', ...PLACES]),
    mounts: (await port.read('/proc/self/mounts')) ?? '',
    fstab: (await port.read('/etc/fstab')) ?? '',
  }),
  judge: judgeFilesystems,
});

export function judgeFilesystems({ answer, mounts, fstab }: FilesystemsSeen): StatusFinding[] {
  // Where one of the folders does not exist, df ends with 1 and shows the others.
  if (answer.kind !== 'said' || !answer.text.includes('\n/')) return [notKnown('df', answer, { isRoot: true })];
  const rows = new Map(parseDf(answer.text).map((one) => [one.target, one]));
  return [...rows.values()].flatMap((one) => [...readOnly(one.target, mounts, fstab), ...fullness(one)]);
}

interface Filesystem {
  readonly target: string;
  readonly used: number;
  readonly freeMiB: number;
  readonly inodes: number | null;
}

function fullness({ target: subject, used, freeMiB, inodes }: Filesystem): StatusFinding[] {
  const percent = Math.floor(used * 100);
  const state = stateFrom(used, LIMITS);
  const values = { percent, free: { sizeMiB: freeMiB } };
  const figures = [{ name: 'fill', value: used, ...LIMITS } as const];
  const hint = state === 'ok' ? {} : ({ hint: 'hostStatus.filesystems.hint' } as const);
  const size = finding('hostStatus.filesystems.used', state, { subject, values, figures, ...hint });
  if (inodes === null || stateFrom(inodes, INODE_LIMITS) === 'ok') return [size];
  return [
    size,
    finding('hostStatus.filesystems.inodes', stateFrom(inodes, INODE_LIMITS), {
      subject,
      values: { percent: Math.floor(inodes * 100) },
      figures: [{ name: 'inodes', value: inodes, ...INODE_LIMITS }],
      hint: 'hostStatus.filesystems.hint',
    }),
  ];
}

/** The kernel makes one read-only after an error; where /etc/fstab says so, somebody meant it. */
function readOnly(target: string, mounts: string, fstab: string): StatusFinding[] {
  const isSo = (text: string): boolean =>
    text
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some(
        ([, point, kind, options = '']) => point === target && kind !== undefined && options.split(',').includes('ro'),
      );
  if (!isSo(mounts) || isSo(fstab)) return [];
  return [
    finding('hostStatus.filesystems.readOnly', 'critical', {
      subject: target,
      hint: 'hostStatus.filesystems.readOnlyHint',
    }),
  ];
}

/** What root keeps for itself counts as full, as df's own percentage does. Paths may have blanks. */
function parseDf(text: string): Filesystem[] {
  return text.split('\n').flatMap((line) => {
    const [, target, size, avail, itotal, iused] =
      /^(\/.*?)\s+\S+\s+(\d+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s*$/.exec(line) ?? [];
    if (target === undefined || Number(size) === 0) return [];
    const inodes = Number(itotal) > 0 ? Number(iused) / Number(itotal) : null;
    return [{ target, used: 1 - Number(avail) / Number(size), freeMiB: Math.floor(Number(avail) / 2 ** 20), inodes }];
  });
}
