/** The store of bases: nothing in it was put there by somebody else, and what is ours stays usable. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, refuseUnsafeStore } from '../../../src/system/files/own-store.ts';

const HASH = 'ab'.repeat(32);
const SOMEBODY = 4242;
const isRoot = process.getuid?.() === 0;
let folder = '';
let bases = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-store-'));
  bases = join(folder, 'bases');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const place = (): { bases: string; scratch: string } => ({ bases, scratch: join(bases, 'scratch') });
const unsafe = (message: RegExp): object => ({
  code: 'folder-unsafe',
  exit: 4,
  message: expect.stringMatching(message),
  hint: expect.stringContaining('XENWRIGHT_BASES=FOLDER'),
});

/** What a store has after some runs, one of them killed. */
function used(): void {
  for (const path of [HASH, `${HASH}.partial/archives/partial`, 'packages', 'scratch/tree-1', 'copy-of-a-root'])
    mkdirSync(join(bases, path), { recursive: true });
  for (const path of [
    ...['image', 'extents.json', 'manifest.json', 'tree.tar', 'vmlinuz'].map((name) => `${HASH}/${name}`),
    ...['packages/a_1_all.deb', `${HASH}.lock`, 'tools-0123456789abcdef.img', `${HASH}.partial/archives/a_1_all.deb`],
  ])
    writeFileSync(join(bases, path), 'x');
}

describe('a store', () => {
  it('is made so that apt and mmdebstrap get through it, and nobody else writes to it', async () => {
    await openStore(place());
    for (const path of [bases, join(bases, 'scratch')]) expect(statSync(path).mode & 0o777).toBe(0o755);
  });

  it('that was used is opened again, also beside runs that are still at it', async () => {
    used();
    await openStore(place());
    await Promise.all([
      openStore(place()),
      (async () => {
        for (let round = 0; round < 50; round++) {
          mkdirSync(join(bases, `${HASH}.partial${round}`));
          await openStore(place());
          rmSync(join(bases, `${HASH}.partial${round}`), { recursive: true });
        }
      })(),
    ]);
  });

  it('that is not there is no harm where it is only looked into', async () => {
    await refuseUnsafeStore(bases);
  });

  it('as a link is refused', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), bases);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/symbolic link to .*real/));
  });

  it.each(['', 'scratch'])('%s that others can write to is refused, and the hint mends it', async (name) => {
    used();
    chmodSync(join(bases, name), 0o777);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/mode 0777/));
    execFileSync('chmod', ['go-w', join(bases, name)]);
    await openStore(place());
  });

  it.skipIf(!isRoot)('has links to a medium that was made by another user: nobody changes what is on it', async () => {
    used();
    const medium = join(folder, 'medium', 'cd'.repeat(32));
    mkdirSync(medium, { recursive: true });
    chownSync(medium, SOMEBODY, SOMEBODY);
    symlinkSync(medium, join(bases, 'cd'.repeat(32)));
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/user ID 4242/));
    // What the kernel says of an ISO 9660, a squashfs, and an ext4.
    for (const [type, isTaken] of [
      [0x9660, true],
      [0x73717368, true],
      [0xef53, false],
    ] as const) {
      vi.resetModules();
      vi.doMock('node:fs/promises', async (original) => ({
        ...(await original<object>()),
        statfs: async () => ({ type }),
      }));
      const store = await import('../../../src/system/files/own-store.ts');
      const end = store.openStore(place());
      await (isTaken ? end : expect(end).rejects.toMatchObject(unsafe(/user ID 4242/)));
      vi.doUnmock('node:fs/promises');
    }
  });

  it('below a folder where anybody could put another in its place is refused; below /tmp it is not', async () => {
    used();
    chmodSync(folder, 0o777);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(new RegExp(`${folder} \\(mode 0777`)));
    chmodSync(folder, 0o1777);
    await openStore(place());
  });

  it('has our own links to the finished bases of a medium, which may be gone', async () => {
    used();
    const medium = join(folder, 'medium', 'cd'.repeat(32));
    mkdirSync(medium, { recursive: true });
    writeFileSync(join(medium, 'image'), 'x', { mode: 0o444 });
    symlinkSync(medium, join(bases, 'cd'.repeat(32)));
    symlinkSync(join(folder, 'gone'), join(bases, 'ef'.repeat(32)));
    await openStore(place());
  });

  it('says nothing of what others keep beside our own, since it is never opened', async () => {
    used();
    execFileSync('mkfifo', [join(bases, 'a pipe')]);
    mkdirSync(join(bases, 'of-somebody'), { mode: 0o777 });
    chmodSync(join(bases, 'of-somebody'), 0o777);
    await openStore(place());
  });
});

describe('what a store must not have', () => {
  const INSIDE = ['image', 'extents.json', 'manifest.json', 'tree.tar', 'vmlinuz', 'a file of the next version'];
  const PLACES = [
    ...INSIDE.map((name) => `${HASH}/${name}`),
    ...['packages/a_1_all.deb', 'tools-0123456789abcdef.img', `${HASH}.lock`],
  ];

  it.each(PLACES)('%s that others can write to, as a pipe, or as a link', async (name) => {
    for (const plant of ['chmod 0666', 'ln -sf /etc/passwd', 'mkfifo']) {
      used();
      const path = join(bases, name);
      if (plant.startsWith('chmod')) writeFileSync(path, '');
      else rmSync(path, { force: true });
      execFileSync('sh', ['-c', `${plant} "$1"`, 'sh', path]);
      await expect(openStore(place())).rejects.toMatchObject(unsafe(/./));
      rmSync(bases, { recursive: true });
    }
  });

  it.skipIf(!isRoot).each([...PLACES, HASH, 'packages'])("%s that is somebody else's", async (name) => {
    used();
    const path = join(bases, name);
    if (PLACES.includes(name)) writeFileSync(path, '');
    chownSync(path, SOMEBODY, SOMEBODY);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/user ID 4242/));
    process.env['SUDO_UID'] = String(SOMEBODY);
    try {
      await openStore(place());
    } finally {
      delete process.env['SUDO_UID'];
    }
  });

  it.skipIf(!isRoot)("a base that is a link of somebody else's, or one of ours to what others can change", async () => {
    used();
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const link = join(bases, 'cd'.repeat(32));
    symlinkSync(elsewhere, link);
    chmodSync(elsewhere, 0o777);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/mode 0777/));
    chmodSync(elsewhere, 0o755);
    await openStore(place());
    execFileSync('chown', ['--no-dereference', String(SOMEBODY), link]);
    await expect(openStore(place())).rejects.toMatchObject(unsafe(/user ID 4242/));
  });
});
