import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { exec } from '../../../src/system/process/exec.ts';
import { Mounts } from '../../../src/system/disk/mounts.ts';
import { mountPointsBelow } from '../../../src/system/disk/mount-table.ts';

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), 'xw-mounts-'));
  folders.push(made);
  return made;
};

/** A test that failed half way may leave mounts, /dev of this machine among them: nothing is removed through one. */
afterEach(async () => {
  for (const made of folders.splice(0)) {
    for (const point of (await mountPointsBelow(made)).reverse())
      await exec(['umount', '--lazy', point], { okCodes: [0, 1, 32] });
    if ((await mountPointsBelow(made)).length === 0) await rm(made, { recursive: true, force: true });
  }
});
const tree = {
  domain: 'web1',
  mounts: [
    { device: 'none', at: '/', type: 'tmpfs' },
    { device: 'none', at: '/boot', type: 'tmpfs' },
  ],
};
const reason = 'mounting needs root';

test.skipIf(!isRoot)(`a tree is mounted whole, with what chroot needs, and taken down again (${reason})`, async () => {
  const base = await folder();
  const mounts = new Mounts(base, exec);
  const root = await mounts.withTree(tree, async (at) => {
    await writeFile(join(at, 'boot', 'vmlinuz'), 'kernel');
    expect(existsSync(join(at, 'proc', 'self'))).toBe(true);
    expect(existsSync(join(at, 'dev', 'null'))).toBe(true);
    expect((await mountPointsBelow(at)).map((point) => point.slice(at.length))).toEqual([
      '',
      '/boot',
      '/proc',
      '/sys',
      '/dev',
      '/run',
    ]);
    return at;
  });
  await mounts.close();
  expect(await mountPointsBelow(base)).toEqual([]);
  expect(existsSync(join(root, 'boot', 'vmlinuz'))).toBe(false);
});

test.skipIf(!isRoot)(
  `what is mounted below a link of the tree lies in the tree, wherever the link leads on this machine (${reason})`,
  async () => {
    const [base, content, outside] = [await folder(), await folder(), await folder()];
    await mkdir(join(content, 'var'));
    await symlink(outside, join(content, 'var', 'run'));
    await symlink('../../../../../../..', join(content, 'up'));
    const mounts = new Mounts(base, exec);
    const bound = [{ device: content, at: '/', type: 'none', options: 'bind' }];
    await mounts.withTree(
      {
        domain: 'web1',
        mounts: [
          ...bound,
          { device: 'none', at: '/var/run/app', type: 'tmpfs' },
          { device: 'none', at: `/up/${outside}/up`, type: 'tmpfs' },
        ],
      },
      async (at) => {
        expect((await mountPointsBelow(at)).map((point) => point.slice(at.length)).slice(0, 3)).toEqual([
          '',
          `${outside}/app`,
          `${outside}/up`,
        ]);
      },
    );
    await mounts.close();
    expect(await readdir(outside)).toEqual([]);
  },
);

test.skipIf(!isRoot)(`a tree whose own folder for the kernel is a link is not mounted (${reason})`, async () => {
  const [base, content, outside] = [await folder(), await folder(), await folder()];
  await symlink(outside, join(content, 'sys'));
  const mounts = new Mounts(base, exec);
  const tree = { domain: 'web1', mounts: [{ device: content, at: '/', type: 'none', options: 'bind' }] };
  await expect(mounts.withTree(tree, () => Promise.resolve())).rejects.toThrow(/sys is a link/);
  expect(await mountPointsBelow(base)).toEqual([]);
});

test.skipIf(!isRoot)(
  `a tree's /dev can be used, but nothing in it removed: it is the whole machine's (${reason})`,
  async () => {
    const base = await folder();
    const mounts = new Mounts(base, exec);
    await mounts.withTree(tree, async (at) => {
      await writeFile(join(at, 'dev', 'null'), 'nobody reads this');
      // A name that is nobody's: were it made, the test would leave it in this machine's /dev.
      await expect(writeFile(join(at, 'dev', 'xenwright-test'), '')).rejects.toThrow('EROFS');
    });
    await mounts.close();
  },
);

test.skipIf(!isRoot)(
  `two users at the same time share one mount, and the next one finds it still there (${reason})`,
  async () => {
    const mounts = new Mounts(await folder(), exec);
    const [first, second] = await Promise.all([
      mounts.withTree(tree, async (at) => {
        await writeFile(join(at, 'left-here'), '');
        return at;
      }),
      mounts.withTree(tree, async (at) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 200);
        });
        return existsSync(join(at, 'left-here')) ? at : 'not shared';
      }),
    ]);
    expect(second).toBe(first);
    expect(await mounts.withTree(tree, async (at) => at)).toBe(first);
    await mounts.close();
  },
);

test.skipIf(!isRoot)(`different trees never share a folder, whichever goes first (${reason})`, async () => {
  const mounts = new Mounts(await folder(), exec);
  const other = { ...tree, mounts: tree.mounts.slice(0, 1) };
  const first = await mounts.withTree(tree, async (at) => at);
  await new Promise((resolve) => {
    setTimeout(resolve, 2_500);
  });
  const [second, third] = await Promise.all([
    mounts.withTree(other, async (at) => at),
    mounts.withTree(tree, async (at) => at),
  ]);
  expect(new Set([first, second, third]).size).toBe(3);
  await mounts.close();
});

test.skipIf(!isRoot)(
  `a process left in the tree is ended when the tree goes (${reason})`,
  async () => {
    const base = await folder();
    const mounts = new Mounts(base, exec);
    await mounts.withTree(
      {
        domain: 'dom0',
        mounts: [
          { device: '/usr', at: '/usr', type: 'none', options: 'bind' },
          { device: 'none', at: '/tmp', type: 'tmpfs' },
        ],
      },
      async (at) => {
        for (const [name, target] of [
          ['bin', 'usr/bin'],
          ['lib', 'usr/lib'],
          ['lib64', 'usr/lib64'],
        ] as const)
          await exec(['ln', '-sfn', target, join(at, name)]);
        spawn('chroot', [at, '/usr/bin/sleep', '300'], { stdio: 'ignore', detached: true }).unref();
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
      },
    );
    await mounts.close();
    expect(await mountPointsBelow(base)).toEqual([]);
  },
  30_000,
);

test.skipIf(!isRoot)(`what a killed run left mounted is taken down first (${reason})`, async () => {
  const base = await folder();
  await exec(['mkdir', '-p', join(base, 'dom0-1/proc')]);
  await exec(['mount', '-t', 'tmpfs', 'none', join(base, 'dom0-1')]);
  const mounts = new Mounts(base, exec);
  await mounts.withTree(tree, async () => {
    expect((await mountPointsBelow(base)).some((point) => point.startsWith(join(base, 'dom0-1')))).toBe(false);
  });
  await mounts.close();
});

test('a mount that fails says which command failed, and leaves nothing', async () => {
  const base = await folder();
  const mounts = new Mounts(base, exec);
  const broken = {
    domain: 'web1',
    mounts: [...(isRoot ? tree.mounts.slice(0, 1) : []), { device: 'none', at: '/x', type: 'nosuchfs' }],
  };
  await expect(mounts.withTree(broken, async () => undefined)).rejects.toMatchObject({
    code: 'command-failed',
    command: expect.stringContaining('mount -t nosuchfs'),
  });
  expect(await mountPointsBelow(base)).toEqual([]);
  await mounts.close();
});

test('files are written whole with their mode, also over others', async () => {
  const { localFiles } = await import('../../../src/system/files/files.ts');
  const base = await folder();
  await localFiles.writeText(join(base, 'deep/er/file'), 'one', { mode: '0600' });
  await localFiles.writeText(join(base, 'deep/er/file'), 'two', { mode: '0640' });
  expect(await readFile(join(base, 'deep/er/file'), 'utf8')).toBe('two');
  expect(statSync(join(base, 'deep/er/file')).mode & 0o777).toBe(0o640);
  await localFiles.makeLink(join(base, 'link'), 'a');
  await localFiles.makeLink(join(base, 'link'), 'b');
  expect(await localFiles.list(base)).toEqual(['deep', 'link']);
  await localFiles.makeDirectory(join(base, 'private'), '0700');
  await localFiles.makeDirectory(join(base, 'private'), '0777');
  expect(statSync(join(base, 'private')).mode & 0o777).toBe(0o777);
  await localFiles.remove(join(base, 'gone'));
});
