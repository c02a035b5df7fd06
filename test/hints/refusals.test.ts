/** Hints of installs that are refused before anything is written, or because of the target's image: done as they say. */
import { folder, image, met, pretended, run, type } from './pretended-install.ts';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';
import { commandsOf, hint, stopped, typed } from './hint.ts';

hint('already-installed', 'an image is removed with its state', async () => {
  await run();
  const { hint: way } = await stopped(
    'already-installed',
    'if you mean it',
    async () => await run({ set: ['host.storage.volumeGroup=other'] }),
  );
  await type(commandsOf(way)[0] ?? '');
  expect((await run({ set: ['host.storage.volumeGroup=other'] })).code).toBe(0);
});
hint('image-exists', 'it is removed, or another file is named', async () => {
  writeFileSync(image, '');
  const { hint: way } = await stopped('image-exists', 'name another file', async () => await run());
  expect((await run({ image: [join(folder, 'other.img')] })).code).toBe(0);
  await type(commandsOf(way)[0] ?? '');
  expect((await run()).code).toBe(0);
});
hint('folder-unsafe', 'the folder is made safe as it says, or another one is named', async () => {
  const unsafe = join(folder, 'unsafe');
  mkdirSync(unsafe);
  chmodSync(unsafe, 0o777);
  const { hint: way } = await stopped('folder-unsafe', '--state FOLDER', async () => await run({ state: unsafe }));
  expect((await run({ state: join(folder, 'own') })).code).toBe(0);
  typed(commandsOf(way).find((line) => line.startsWith('chmod')) ?? '');
  await stopped('image-exists', 'name another file', async () => await run({ state: unsafe }));
});
hint('state-damaged', 'the damaged state is moved away', async () => {
  pretended.fault = met('command-failed');
  await run();
  pretended.fault = null;
  writeFileSync(`${image}.xenwright/journal.ndjson`, 'null\n');
  const { hint: way } = await stopped('state-damaged', '--state FOLDER', async () => await run({ resume: true }));
  expect(way).toContain('start again');
  rmSync(image);
  expect((await run({ image: [join(folder, 'other.img')] })).code).toBe(0);
});
hint('image-too-small', 'it gets its size back, or goes', async () => {
  for (const way of [0, 1]) {
    pretended.fault = met('command-failed');
    await run();
    pretended.fault = null;
    truncateSync(image, 1024);
    const { hint: says } = await stopped('image-too-small', 'truncate', async () => await run({ resume: true }));
    const [truncate = '', remove = ''] = commandsOf(says);
    typed(way === 0 ? truncate : remove);
    expect((await run({ resume: way === 0 })).code).toBe(0);
    for (const path of [image, `${image}.xenwright`]) rmSync(path, { recursive: true, force: true });
  }
});
hint('not-an-image', 'a file is named', async () => {
  pretended.fault = met('command-failed');
  await run();
  pretended.fault = null;
  rmSync(image);
  execFileSync('mkdir', [image]);
  await stopped('not-an-image', 'name a file', async () => await run({ resume: true }));
  rmSync(image, { recursive: true });
  expect((await run({ resume: true })).code).toBe(0);
});
hint('disk-in-use', 'the program that has the image open is ended', async () => {
  pretended.fault = met('command-failed');
  await run();
  pretended.fault = null;
  const child = spawn(
    process.execPath,
    ['-e', `require('fs').openSync(${JSON.stringify(image)}, 'r+'); console.log('open'); setTimeout(() => {}, 60_000)`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  pretended.ran = [];
  const { hint: way } = await stopped('disk-in-use', `kill ${child.pid}`, async () => await run({ resume: true }));
  expect(pretended.ran).toEqual([]);
  typed(/kill \d+/.exec(way)?.[0] ?? '');
  await ended;
  expect((await run({ resume: true })).code).toBe(0);
});
hint('target-locked', 'the other run ends', async () => {
  let second: Promise<unknown> = Promise.resolve();
  pretended.fault = (action) => {
    if (action.id === 'host/disk/partition')
      second = stopped('target-locked', 'wait for it to end', async () => await run());
    return null;
  };
  const first = await run();
  await second;
  pretended.fault = null;
  expect([first.code, existsSync(`${image}.lock`), (await run()).code]).toEqual([0, false, 0]);
});
hint('needs-root', 'the same command as root', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  await stopped('needs-root', 'as root', async () => await run());
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect((await run()).code).toBe(0);
});
hint('plan-changed', 'nothing was written, and installed again it is', async () => {
  const background = {
    planHash: '0'.repeat(64),
    answers: new Map<string, string>(),
    opened: () => undefined,
    listening: () => undefined,
    isWatched: () => false,
  };
  await stopped('plan-changed', 'nothing was written; install again', async () => await run({ background }));
  expect(existsSync(image)).toBe(false);
  expect((await run()).code).toBe(0);
});
hint('usage', 'the name of a domain that is there', async () => {
  await stopped('usage', 'web1', async () => await run({ only: 'web' }));
  expect((await run({ only: 'web1' })).code).toBe(0);
});
hint('bad-facts', 'facts of the machine in question', async () => {
  const { targetFacts } = await vi.importActual<typeof import('../../src/install/target-facts.ts')>(
    '../../src/install/target-facts.ts',
  );
  const { loadProfile } = await import('../../src/profile/load.ts');
  const profile = loadProfile(minimalText, 'p.yaml', []).profile;
  if (profile === null) throw new Error('the profile is unsound');
  const read = async (text: string): Promise<Facts> =>
    await targetFacts(
      profile,
      { image: [], facts: 'f.json' },
      { readText: async () => text, out: () => undefined, err: () => undefined, interactive: false },
    );
  await stopped('bad-facts', 'xenwright facts > facts.json', async () => await read('{}'));
  expect((await read(JSON.stringify(imageFacts()))).version).toBe(1);
});
hint('bad-image', 'written like the example', async () => {
  const { parseImage } = await import('../../src/command-line/values/images.ts');
  const { hint: says } = await stopped('bad-image', 'host.img:20G', () => parseImage('host.img:20X'));
  expect(parseImage(/like (\S+)/.exec(says)?.[1] ?? '')).toEqual({ file: 'host.img', sizeMiB: 20_480 });
});
hint('bad-seconds', 'written like the example', async () => {
  const { demoSeconds } = await import('../../src/command-line/values/numbers.ts');
  const { hint: says } = await stopped('bad-seconds', '--demo-seconds 30', () => demoSeconds('soon'));
  expect(demoSeconds(/--demo-seconds (\S+)/.exec(says)?.[1] ?? '')).toBe('30');
});
hint('same-storage', 'another file is named, and nothing was written', async () => {
  const profile = join(process.cwd(), 'p.yaml');
  await stopped('same-storage', 'choose another file', async () => await run({ image: [profile] }));
  expect(existsSync(profile)).toBe(false);
  expect((await run()).code).toBe(0);
});
hint('no-rule-fits', 'unmatched: continue', async () => {
  const text = (more: string): string =>
    `${minimalText}${more}hosts:\n  - { match: { hostname: nobody }, set: { host: { hostname: other } } }\n`;
  const options = { dryRun: true, as: ['hostname=somebody'] };
  await stopped('no-rule-fits', 'unmatched: continue', async () => await run(options, { 'p.yaml': text('') }));
  expect((await run(options, { 'p.yaml': text('unmatched: continue\n') })).code).toBe(0);
});
