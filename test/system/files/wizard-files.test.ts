/** What the wizard keeps and finds: the draft, images and their seeds, profiles that overwrite nobody's. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { draftStore } from '../../../src/system/files/settings.ts';
import { keepImageSeed } from '../../../src/system/disk/image-files.ts';
import { writeNamed } from '../../../src/system/files/own-files.ts';
import { lookAtImage, removeImage, writeProfile } from '../../../src/system/files/wizard-files.ts';

let folder = '';
const before = process.env['XDG_CONFIG_HOME'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xenwright-wizard-'));
  process.env['XDG_CONFIG_HOME'] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
  else process.env['XDG_CONFIG_HOME'] = before;
  rmSync(folder, { recursive: true, force: true });
});

describe('the draft', () => {
  test('is kept for its owner alone, and forgotten on demand', () => {
    draftStore<{ a: number }>().write({ a: 1 });
    expect(draftStore<{ a: number }>().read()).toEqual({ a: 1 });
    expect(statSync(join(folder, 'xenwright/draft.json')).mode & 0o777).toBe(0o600);
    draftStore().clear();
    expect(draftStore().read()).toBeNull();
  });

  test.each(['mkdir', 'mkfifo', 'truncate --size=1T'])(
    'where %s has made something else of it the wizard goes on without',
    (plant) => {
      mkdirSync(join(folder, 'xenwright'));
      execFileSync('sh', ['-c', `${plant} "$1"`, 'sh', join(folder, 'xenwright/draft.json')]);
      const store = draftStore<{ a: number }>();
      store.write({ a: 1 });
      store.clear();
      expect(store.read()).toBeNull();
    },
  );

  test.each(['null', '5', '[]', '"saved"', '{"saved":null}'])('that is %s counts as none', (text) => {
    mkdirSync(join(folder, 'xenwright'));
    writeFileSync(join(folder, 'xenwright/draft.json'), text);
    expect(draftStore().read()).toBeNull();
  });

  test('torn by a power cut it counts as none', () => {
    mkdirSync(join(folder, 'xenwright'));
    writeFileSync(join(folder, 'xenwright/draft.json'), '{ "saved": { "a": ');
    expect(draftStore().read()).toBeNull();
  });
});

describe('a profile that is handed on', () => {
  const victim = (): string => join(folder, 'victim');

  test('takes the next name where the first leads elsewhere, is a pipe or a folder', async () => {
    writeFileSync(victim(), 'untouched');
    for (const plant of ['ln -s victim', 'ln -s nothing', 'mkfifo', 'mkdir']) {
      const name = join(folder, `${plant.replaceAll(' ', '-')}.yaml`);
      execFileSync('sh', ['-c', `cd "$2" && ${plant} "$1"`, 'sh', name, folder]);
      expect(await writeProfile(name, 'version: 1\n')).toBe(name.replace('.yaml', '-2.yaml'));
      expect(readFileSync(name.replace('.yaml', '-2.yaml'), 'utf8')).toBe('version: 1\n');
    }
    expect(readFileSync(victim(), 'utf8')).toBe('untouched');
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)("goes by the user's own link, and by nobody else's", async () => {
    writeFileSync(victim(), 'untouched');
    const name = join(folder, 'export.yaml');
    symlinkSync(victim(), name);
    execFileSync('chown', ['--no-dereference', '4242', name]);
    await expect(writeNamed(name, 'x')).rejects.toMatchObject({ code: 'folder-unsafe', exit: 4 });
    expect(readFileSync(victim(), 'utf8')).toBe('untouched');
    execFileSync('chown', ['--no-dereference', '0', name]);
    await writeNamed(name, 'x');
    expect(readFileSync(victim(), 'utf8')).toBe('x');
  });
});

describe('an image', () => {
  const image = (): string => join(folder, 'a.img');

  test('looking at one that is not there makes nothing', async () => {
    expect(await lookAtImage(image())).toEqual({ file: image(), exists: false, planHash: null, seed: null });
    expect(existsSync(`${image()}.xenwright`)).toBe(false);
  });

  test('its first seed stays, also when the image is removed; the run into it does not', async () => {
    await keepImageSeed(image(), 'ab'.repeat(32));
    await keepImageSeed(image(), 'cd'.repeat(32));
    writeFileSync(image(), 'x');
    writeFileSync(
      `${image()}.xenwright/plan.json`,
      `{ "actions": [{ "params": { "hash": "${'11'.repeat(32)}" } }], "hash": "${'0f'.repeat(32)}" }`,
    );
    writeFileSync(`${image()}.xenwright/journal.ndjson`, '{}\n');
    expect(await lookAtImage(image())).toEqual({
      file: image(),
      exists: true,
      planHash: '0f'.repeat(32),
      seed: 'ab'.repeat(32),
    });
    await removeImage(image());
    expect(await lookAtImage(image())).toEqual({ file: image(), exists: false, planHash: null, seed: 'ab'.repeat(32) });
    expect(existsSync(`${image()}.xenwright/journal.ndjson`)).toBe(false);
  });
});

test('what is no regular file is never removed as an image', async () => {
  const link = join(folder, 'disk');
  symlinkSync('/dev/null', link);
  await expect(removeImage(link)).rejects.toMatchObject({ code: 'not-an-image', exit: 4 });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('a profile never overwrites another; the same one is written once', async () => {
  const path = join(folder, 'a.yaml');
  writeFileSync(path, 'mine\n');
  expect(await writeProfile(path, 'new\n')).toBe(join(folder, 'a-2.yaml'));
  expect(await writeProfile(path, 'new\n')).toBe(join(folder, 'a-2.yaml'));
  expect([readFileSync(path, 'utf8'), statSync(join(folder, 'a-2.yaml')).mode & 0o777]).toEqual(['mine\n', 0o600]);
});
