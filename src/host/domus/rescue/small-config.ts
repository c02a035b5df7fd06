/** The xl configuration of a rescue DomU. Pure. */
import { TOLD_DEVICE } from './told-disk.ts';
import type { RescueDisk } from './target.ts';

export interface SmallDomu {
  readonly name: string;
  readonly type: 'pv' | 'pvh';
  readonly kernel: string;
  readonly initrd: string;
  readonly memoryMiB: number;
  /** The root's first. */
  readonly disks: readonly Pick<RescueDisk, 'path' | 'format'>[];
  /** The small disk on which it is told what to do. */
  readonly told: string;
}

/** Names that end so are ours: no DomU of Xenwright's has a dot in its name. */
export function smallName(name: string): string {
  return `${name}.rescue`;
}

/** The device that the disk at this place has there: xvda, xvdb. */
export function deviceAt(index: number): string {
  return `xvd${String.fromCodePoint(97 + index)}`;
}
/** Behind them is the small one. */
export const MOST_DISKS = 24;

/** Can xl's language have it between quotes? */
export function canBeWritten(text: string): boolean {
  return /^[^'"\\\p{Cc}]{1,1000}$/u.test(text);
}

/** No network, and whatever ends it ends it for good. */
export function smallConfig({ name, type, kernel, initrd, memoryMiB, disks, told }: SmallDomu): string {
  const rows = [
    ...disks.map((disk, index) => ({ ...disk, device: deviceAt(index) })),
    { path: told, format: 'raw', device: TOLD_DEVICE },
  ];
  return [
    `name = "${name}"`,
    `type = "${type}"`,
    `kernel = "${kernel}"`,
    `ramdisk = "${initrd}"`,
    'cmdline = "console=hvc0 quiet loglevel=3 panic=5"',
    `memory = ${memoryMiB}`,
    'vcpus = 1',
    'vif = [ ]',
    // `target` takes the rest of the line.
    `disk = [ ${rows.map(({ path, format, device }) => `"format=${format}, vdev=${device}, access=rw, target=${path}"`).join(', ')} ]`,
    ...['poweroff', 'reboot', 'watchdog', 'crash', 'soft_reset'].map((event) => `on_${event} = "destroy"`),
    '',
  ].join('\n');
}
