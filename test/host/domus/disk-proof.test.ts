/**
 * The starter of a host (Python) and the commands (TypeScript) give the same answer to who uses a disk, on real devices
 * in real use, and read the same disks out of a configuration.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writtenDisk } from '../../../src/host/domus/disks-free.ts';
import { parseXlConfig } from '../../../src/host/domus/running.ts';
import { usersOfDisks } from '../../../src/system/disk/disk-in-use.ts';
import { systemProbe } from '../../../src/system/process/probe-port.ts';
import type { DiskProbePort } from '../../../src/facts/probe-port.ts';
import { isRoot } from '../../actions/workbench.ts';
import { asset } from '../../assets.ts';

const HOST = dirname(asset('host/domus.py'));
const run = (...argv: readonly string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xw-proof-'));
  const folder = root;
  // After what a test holds open was let go.
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const name of ['bin', 'var/lib/xenwright/rescue', 'var/lib/xen/save'])
    mkdirSync(join(root, name), { recursive: true });
});

const python = (code: string, ...words: string[]): unknown =>
  JSON.parse(
    execFileSync(
      '/usr/bin/python3',
      ['-Bc', `import json, sys; sys.path.insert(0, sys.argv.pop(1))\n${code}`, HOST, ...words],
      {
        encoding: 'utf8',
        env: {
          PATH: `${root}/bin:${process.env['PATH'] ?? ''}:/usr/sbin`,
          XENWRIGHT_ROOT: root,
          XENWRIGHT_SLOW: '0.01',
        },
      },
    ),
  );

describe('an xl configuration', () => {
  it.each([
    `disk = [ "/dev/vg/a,raw,xvda,rw", 'phy:vg/b,xvdb,w', "/srv/cd.iso,,hdc,cdrom" ]`,
    `name = "web1" # disk = [ "/dev/no,raw,xvda,w" ]\ndisk = [\n  "format=qcow2, vdev=xvda, access=rw, target=/srv/a.qcow2",\n  "/dev/vg/ro,raw,xvdb,r",\n]\ndisk += [ "tap:aio:/srv/c.img,xvdc,w" ]`,
    `disk = [ "/dev/old,raw,xvda,w" ]\ndisk = [ "/dev/new,raw,xvda,w" ]`,
    `disk = [ "/dev/vg/shared,raw,xvda,w!", "vdev=xvda,access=rw,script=block-iscsi,target=iqn=x", ",,xvda" ]`,
    `disk = [ "/srv/with \\" quote.img,raw,xvda,w" ]; vif = [ "mac=00:16:3e:00:00:01" ]`,
    `disk = [ [ "/dev/deep,raw,xvda,w" ], "unclosed ]\ndisk2 = "x"`,
    `vif=["bridge=xenbr0"]\ndisk=['/dev/a,,xvda']\nextra="disk = [ '/dev/b,,xvdb' ]"`,
    'disk',
    '',
  ])('names the same disks to both: %j', (text) => {
    writeFileSync(join(root, 'x.cfg'), text);
    const code =
      'from xenwright_host.xl_config import written_disks\nprint(json.dumps(written_disks(open(sys.argv[1]).read())))';
    const disks = parseXlConfig(text).disks.flatMap((disk) => writtenDisk(disk) ?? []);
    expect(python(code, join(root, 'x.cfg'))).toEqual(disks);
  });
});

/** Why there are no loop devices here; null: there are. */
function noLoops(): string | null {
  if (!isRoot) return 'only root can make loop devices';
  const path = mkdtempSync(join(tmpdir(), 'xw-proof-'));
  try {
    run('truncate', '--size=1M', join(path, 'file'));
    run('losetup', '--detach', run('losetup', '--show', '--find', join(path, 'file')));
    return null;
  } catch (error) {
    return `this kernel makes no loop device: ${String(error).slice(0, 200)}`;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
const reason = noLoops();
if (reason !== null) process.stderr.write(`Skipped (test/host/domus/disk-proof): ${reason}\n`);

function image(name = 'disk.img'): string {
  run('truncate', '--size=64M', join(root, name));
  return join(root, name);
}
function device(...options: readonly string[]): { readonly file: string; readonly path: string } {
  const file = image('device.img');
  const path = run('losetup', '--show', '--find', ...options, file);
  onTestFinished(() => {
    run('losetup', '--detach', path);
  });
  return { file, path };
}
const undo = (...argv: readonly string[]): void => {
  onTestFinished(() => {
    run(...argv);
  });
};
/** Runs until the test is over. */
async function holding(...argv: readonly string[]): Promise<number> {
  const child = spawn(argv[0] as string, argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  });
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}
/** What xenstore says of guests 3 (web1) and 4 (files), as Dom0 has it. */
function xenstore(...lines: readonly string[]): void {
  mkdirSync(join(root, 'proc/xen'), { recursive: true });
  writeFileSync(join(root, 'proc/xen/capabilities'), 'control_d\n');
  const names = ['/local/domain/3/name = "web1"', '/local/domain/4/name = "files"'];
  writeFileSync(join(root, 'store'), [...names, ...lines, ''].join('\n'));
  writeFileSync(join(root, 'bin/xenstore-ls'), `#!/bin/sh\ncat ${root}/store\n`, { mode: 0o755 });
  writeFileSync(join(root, 'bin/xenstore-read'), '#!/bin/sh\necho 0\n', { mode: 0o755 });
}
const port = (): DiskProbePort => {
  const real = systemProbe();
  const here = (path: string): string => (/^\/(var\/lib|proc\/xen)\//.test(path) ? `${root}${path}` : path);
  return {
    ...real,
    read: async (path) => await real.read(here(path)),
    list: async (path) => await real.list(here(path)),
    run: async (argv) =>
      await real.run(
        argv[0]?.startsWith('xenstore') === true ? [`${root}/bin/${argv[0]}`, ...argv.slice(1)] : argv.map(here),
      ),
  };
};
const LOOK =
  'from xenwright_host.disk_users import Look\nlook = Look()\nprint(json.dumps({p: look.users(p) for p in sys.argv[1:]}))';

/** Both answers, which must be one. */
async function users(...paths: readonly string[]): Promise<Record<string, readonly string[]>> {
  const found = await usersOfDisks(paths, port());
  const theirs = python(LOOK, ...paths) as Record<string, string[]>;
  const ours = Object.fromEntries([...found].map(([path, names]) => [path, names.toSorted()]));
  expect(theirs).toEqual(ours);
  return ours;
}

describe.skipIf(reason !== null)('who uses a disk is the same to both', { timeout: 120_000 }, () => {
  it('where nobody does, and where there is no such thing', async () => {
    const { path } = device();
    expect(await users(path, image(), '/dev/not-there', `${root}/none.img`)).toEqual({
      [path]: [],
      [`${root}/disk.img`]: [],
      '/dev/not-there': [],
      [`${root}/none.img`]: [],
    });
  });

  it('where it is mounted, here or in another namespace', async () => {
    const { path } = device();
    run('mke2fs', '-q', '-F', path);
    mkdirSync(join(root, 'at'));
    run('mount', path, join(root, 'at'));
    expect(await users(path)).toEqual({ [path]: [join(root, 'at')] });
    run('umount', join(root, 'at'));
    const held = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c'];
    const pid = await holding(...held, `mount ${path} ${root}/at && echo ready; cat >/dev/null`);
    expect(await users(path)).toEqual({ [path]: [`${root}/at (mounts of process ${pid})`] });
  });

  it('where a partition of it is mounted, or open, whichever of the two is asked for', async ({ skip }) => {
    const { file } = device();
    execFileSync('sfdisk', ['--quiet', file], { input: 'label: gpt\nsize=16MiB\nsize=16MiB\n' });
    const whole = run('losetup', '--show', '--find', '--partscan', file);
    undo('losetup', '--detach', whole);
    const has = run('lsblk', '--noheadings', '--output', 'NAME', whole).includes(`${whole.replace('/dev/', '')}p2`);
    if (!has) skip('this kernel finds no partitions of loop devices');
    run('mke2fs', '-q', '-F', `${whole}p1`);
    mkdirSync(join(root, 'at'));
    run('mount', `${whole}p1`, join(root, 'at'));
    undo('umount', join(root, 'at'));
    expect(await users(whole, `${whole}p1`, `${whole}p2`)).toMatchObject({
      [whole]: [join(root, 'at')],
      [`${whole}p1`]: [join(root, 'at')],
      [`${whole}p2`]: [],
    });
  });

  it('where the system swaps to it, as a device or as a file', async () => {
    const { path } = device();
    const file = join(root, 'swap.img');
    run('dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', 'count=4', 'status=none');
    run('chmod', '600', file);
    // No kernel swaps to a file in memory, which the folder of tests may be.
    const both = run('stat', '--file-system', '--format=%T', file) === 'tmpfs' ? [path] : [path, file];
    for (const one of both) {
      run('mkswap', one);
      run('swapon', one);
      undo('swapoff', one);
    }
    expect(await users(...both)).toEqual(Object.fromEntries(both.map((one) => [one, ['swap']])));
  });

  it('where a loop lies on it, by whatever name the loop knows it', async () => {
    const { path, file } = device();
    const above = run('losetup', '--show', '--find', path);
    undo('losetup', '--detach', above);
    symlinkSync(file, join(root, 'link.img'));
    run('ln', file, join(root, 'hard.img'));
    const [below, over] = [path, above].map((loop) => `loop:${loop.slice('/dev/'.length)}`);
    expect(await users(path, file, join(root, 'link.img'), join(root, 'hard.img'))).toEqual({
      [path]: [over],
      [file]: [below],
      [join(root, 'link.img')]: [below],
      [join(root, 'hard.img')]: [below],
    });
  });

  it('where a program writes to it, hands it out, or has claimed it', async () => {
    const { path } = device();
    const file = image();
    const writer = await holding('sh', '-c', `exec 7<>${file}; echo ready; exec cat >&2`);
    expect(await users(file)).toEqual({ [file]: [`process:cat (${writer})`] });
    const other = image('other.img');
    copyFileSync('/bin/cat', join(root, 'qemu-dm'));
    run('chmod', '755', join(root, 'qemu-dm'));
    const server = await holding('sh', '-c', `exec 7<${other}; echo ready; exec ${root}/qemu-dm >&2`);
    expect(await users(other)).toEqual({ [other]: [`process:qemu-dm (${server})`] });
    const opened =
      'const fs = require("fs"); fs.openSync(process.argv[1], FLAGS); console.log("ready"); process.stdin.resume()';
    const claim = opened.replace('FLAGS', 'fs.constants.O_RDONLY | fs.constants.O_EXCL');
    await holding(process.execPath, '-e', claim, path);
    expect(await users(path)).toEqual({ [path]: [`claimed:${path}`] });
  });

  it('where a guest has it: by number, by path, as an image of QEMU; by nobody where xenstore is silent', async () => {
    const { path } = device();
    const [file, link] = [image(), join(root, 'by-id')];
    symlinkSync(path, link);
    const [major, minor] = run('stat', '--format', '%t %T', path).split(' ');
    xenstore(
      `/local/domain/0/backend/vbd/3/51712/physical-device = "${major}:${minor}"`,
      `/local/domain/0/backend/vbd/3/51712/mode = "w"`,
      `/local/domain/0/backend/qdisk/4/51712/params = "qcow2:${file}"`,
      `/local/domain/5/backend/vbd/4/51728/physical-device = "${major}:${minor}"`,
    );
    expect(await users(path, link, file)).toEqual({
      [path]: ['xen:web1'],
      [link]: ['xen:web1'],
      [file]: ['xen:files'],
    });
    xenstore(`/local/domain/0/backend/vbd3/4/51712/params = "${link}"`);
    expect(await users(path)).toEqual({ [path]: ['xen:files'] });
    writeFileSync(join(root, 'bin/xenstore-ls'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    expect(await users(path)).toEqual({ [path]: ['xenstore (no answer)'] });
  });

  it('where a guest was saved, or a command has one in hand, whose disk it is', async () => {
    const { path } = device();
    const other = image();
    const saved = `Xen saved domain, xl format\n \0 \r{"disks":[{"pdev_path": "${path}"}]}\0`;
    writeFileSync(join(root, 'var/lib/xen/save/mail'), saved);
    const note = { version: 1, name: 'web1', target: { root: { path: other }, data: [] } };
    writeFileSync(join(root, 'var/lib/xenwright/rescue/web1.json'), JSON.stringify(note));
    expect(await users(path, other)).toEqual({ [path]: ['saved:mail'], [other]: ['owned:web1'] });
  });
});
