/** Commands that write beside what they read do not write over it, whatever it is called. */
import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boot } from '../../src/commands/boot/run.ts';
import { mediumBuild } from '../../src/commands/medium/build/run.ts';
import { profile } from '../../src/commands/profile/run.ts';
import { isRoot } from '../actions/workbench.ts';

const quiet = {
  readText: async (path: string) => readFileSync(path, 'utf8'),
  out: () => undefined,
  err: () => undefined,
  interactive: false,
};
const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-same-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

describe('what is read', () => {
  it('a signature is not written over the key, nor over what is signed', async () => {
    const folder = folderOf();
    const source = join(folder, 'host.yaml');
    writeFileSync(source, 'version: 1\n');
    writeFileSync(join(folder, 'key'), 'a key');
    linkSync(join(folder, 'key'), `${source}.sig`);
    await expect(
      profile('sign', source, { key: join(folder, 'key'), set: [], image: [] } as never, quiet),
    ).rejects.toMatchObject({ code: 'same-storage' });
    expect(readFileSync(join(folder, 'key'), 'utf8')).toBe('a key');
    rmSync(`${source}.sig`);
    symlinkSync('host.yaml', `${source}.sig`);
    await expect(
      profile('sign', source, { key: join(folder, 'key'), set: [], image: [] } as never, quiet),
    ).rejects.toMatchObject({ code: 'same-storage' });
    expect(readFileSync(source, 'utf8')).toBe('version: 1\n');
  });
  it('a console is not written into the image that it is of', async () => {
    const image = join(folderOf(), 'host.img');
    writeFileSync(image, 'an image');
    symlinkSync(image, `${image}.log`);
    await expect(boot([image], { firmware: 'bios', transcript: `${image}.log` }, quiet)).rejects.toMatchObject({
      code: 'same-storage',
      message: expect.stringContaining('transcript'),
    });
    expect(readFileSync(image, 'utf8')).toBe('an image');
  });
  it.skipIf(!isRoot)('a medium is not built over what goes into it, nor in the place of a device', async () => {
    const folder = folderOf();
    const source = join(folder, 'host.yaml');
    writeFileSync(source, 'version: 1\n');
    linkSync(source, join(folder, 'x.iso'));
    symlinkSync(source, join(folder, 'y.iso.manifest.json'));
    const none = { firmware: false, bases: [], pool: [], set: [], allowClear: [] };
    const build = async (options: object): Promise<unknown> =>
      await mediumBuild({ ...none, output: join(folder, 'new.iso'), ...options } as never, quiet);
    for (const options of [
      { output: source, profile: source },
      { output: join(folder, 'x.iso'), pool: [source] },
      { output: join(folder, 'y.iso'), bases: [`file:${source}`] },
      { output: source, pubkey: source },
      { output: join(folder, 'xenwright.squashfs'), netboot: folder },
    ])
      await expect(build(options), JSON.stringify(options)).rejects.toMatchObject({ code: 'same-storage' });
    await expect(build({ output: '/dev/null' })).rejects.toMatchObject({ code: 'usage', exit: 2 });
    expect(readFileSync(source, 'utf8')).toBe('version: 1\n');
  });
});
