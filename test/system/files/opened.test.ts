/**
 * What is opened by its name may have been put there by somebody else. Every file of the program that opens, reads or
 * writes by name is in this list with the reason why that does no harm; a new one is red until it goes by own-files.ts
 * or has its row.
 */
import { describe, expect, it, test } from 'vitest';
import { callsIn, parsed, sourcesUnder } from '../../program.ts';

const CALLS = [
  ...['open', 'openSync', 'readFile', 'readFileSync', 'writeFile', 'writeFileSync', 'writeFileAtomic', 'appendFile'],
  ...['createReadStream', 'createWriteStream', 'copyFile', 'mkdir', 'mkdirSync', 'symlink'],
];

const KERNEL = "the kernel's own files";
const FRESH = 'a folder that mkdtemp(3) has made for it, for its owner alone';
const MEDIUM = "a live medium's own system: nobody but root is on it";
const SAFE_FLAGS = 'neither follows links nor waits, or never replaces, and looks at what it has opened';

const REASONS: Readonly<Record<string, string>> = {
  'system/backup/fill.ts': 'volumes of ours in /dev; elsewhere follows no link, and never makes a file',
  'system/backup/target.ts': 'never follows a link, and never replaces a file',
  'system/backup/unpack.ts': 'a backup that somebody has named; looks only',
  'system/disk/device-probe.ts': `${KERNEL}, and devices that are only asked`,
  'system/disk/image-files.ts': 'makes an image that is not there, and never replaces one',
  'system/disk/local-disk.ts': FRESH,
  'system/disk/mount-table.ts': KERNEL,
  'system/disk/mounts.ts': 'folders under /run/xenwright, where only root writes',
  'system/disk/same-storage.ts': KERNEL,
  'system/disk/sector-bytes.ts': 'an image or a device that somebody has named; looks only, and does not wait',
  'system/disk/target-copy.ts': 'flushes folders of ours, and never replaces a file',
  'system/disk/usb-drive.ts': SAFE_FLAGS,
  'system/disk/work-space.ts': `${KERNEL}; folders under /run/xenwright, where only root writes`,
  'system/files/files.ts': 'trees that are being made, the store once it was looked at, files that somebody has named',
  'system/files/kept-lock.ts': 'a folder under /run/xenwright, where only root writes',
  'system/files/last-lines.ts': SAFE_FLAGS,
  'system/files/lock.ts': `${SAFE_FLAGS}; ${KERNEL}`,
  'system/files/own-files.ts': 'this is how',
  'system/files/ownership.ts': 'a file that never replaces one, for a moment',
  'system/files/stored-tools.ts': 'the store, which was looked at when it was opened; the program itself',
  'system/files/tree-folder.ts': 'the scratch folder, which was made safe with the store',
  'system/host/is-host.ts': KERNEL,
  'system/http/report-store.ts': `${SAFE_FLAGS} (test/hostile/rack.test.ts)`,
  'system/http/served-files.ts': SAFE_FLAGS,
  'system/medium/console.ts': MEDIUM,
  'system/medium/copy.ts': KERNEL,
  'system/medium/io.ts': 'a source and a target that somebody has named, looked at before',
  'system/medium/network.ts': MEDIUM,
  'system/medium/packages.ts': FRESH,
  'system/medium/probe.ts': 'the medium that this machine was started from; the other ones are read by iso9660.ts',
  'system/medium/session.ts': MEDIUM,
  'system/medium/ssh.ts': MEDIUM,
  'system/medium/verify.ts': 'a medium, read by iso9660.ts',
  'system/own-package/deb.ts': 'in a new folder of the store, or of the checkout; the program itself',
  'system/own-package/own-package.ts': 'the store, which was looked at when it was opened',
  'system/process/power.ts': KERNEL,
  'system/process/program-pieces.ts': 'the program itself',
  'system/process/run-shell.ts': 'a log of ours, to a place that somebody has named; never replaces a file',
  'system/run/events-file.ts': SAFE_FLAGS,
  'system/run/run-socket.ts': 'a folder, as one',
  'system/run/run-socket-viewer.ts': 'a function of its own: the events, by events-file.ts',
  'system/run/state.ts': 'flushes a folder that was made safe',
  'system/run/support-bundle.ts': SAFE_FLAGS,
  'system/source/ask-archives.ts': FRESH,
  'system/source/mount.ts': KERNEL,
  'system/source/read-by-mount.ts': FRESH,
  'system/source/source.ts': 'a SOURCE that somebody has named: a pipe, too',
  'system/terminal/console-tasks.ts': "the session's folder, which was made safe",
  'system/trust/signature.ts': FRESH,
  'system/vm/accelerator.ts': `${KERNEL}; ${FRESH}`,
  'system/vm/boot-machine.ts': `firmware of the distribution; ${FRESH}`,
  'system/vm/qemu.ts': 'a transcript that somebody has named, or that was made safe',
  'system/vm/tools-image.ts': 'the store, which was looked at when it was opened; the program itself',
  'system/vm/virtio-port.ts': "the appliance's own device",
};

const opening = sourcesUnder('src').filter((file) => {
  const program = parsed(file);
  return file.startsWith('src/system/') && CALLS.some((name) => callsIn(program, name).length > 0);
});

describe('who opens files by their names', () => {
  it.each(opening)('%s says why that does no harm', (file) => {
    expect(REASONS[file.replace(/^src\//, '')]).toBeTypeOf('string');
  });

  test('is who is in the list', () => {
    expect(Object.keys(REASONS).filter((file) => !opening.includes(`src/${file}`))).toEqual([]);
  });
});
