/** `xenwright domu` where it cannot do anything: it says why, and what does it instead. */
import { expect, test } from 'vitest';
import { RECIPE } from '../../../src/actions/base-store.ts';
import { domuAdd } from '../../../src/commands/domu/add.ts';
import { readHost } from '../../../src/commands/domu/host.ts';
import { DOMU_VERBS_NOT_YET, domuNotYet } from '../../../src/commands/domu/not-yet.ts';
import type { ProbePort } from '../../../src/facts/probe-port.ts';
import type { CommandIo } from '../../../src/system/process-io.ts';
import { imageFacts } from '../../plan/host.ts';

function ioTo(said: string[]): CommandIo {
  return { readText: async () => { throw new Error('nothing is read'); }, out: (text) => { said.push(text); }, err: (text) => { said.push(text); }, interactive: false };
}

function portWith(files: Readonly<Record<string, string>>): ProbePort {
  return { read: async (path) => files[path] ?? null, readHex: async () => null, link: async () => null, run: async () => null, list: async (folder) => Object.keys(files).filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1).split('/')[0] ?? '') };
}

test('a system that is no host is left alone, before SOURCE is read', async () => {
  await expect(domuAdd(['more.yaml'], {}, ioTo([]))).rejects.toMatchObject({ code: process.getuid?.() === 0 ? 'not-a-host' : 'needs-root', exit: 4 });
});

test('a number of jobs that is none is wrong usage', async () => {
  await expect(domuAdd(['more.yaml'], { jobs: 'many' }, ioTo([]))).rejects.toMatchObject({ code: 'usage', exit: 2 });
});

test('a host that an earlier version has installed is refused with the reason', async () => {
  await expect(readHost(portWith({ '/etc/xenwright/profile.yaml': 'version: 1\n' }))).rejects.toMatchObject({ code: 'not-a-host', message: expect.stringContaining('facts.json') });
});

test('bases of this very recipe for DomUs are offered: those of the host, and those of the medium that the host does not have', async () => {
  const manifest = (hash: string, recipe: number, role = 'domu'): string => JSON.stringify({ hash, recipe, base: { role } });
  const [store, medium] = ['/var/lib/xenwright/bases', '/var/lib/xenwright/medium/xenwright/bases'];
  const host = await readHost(portWith({
    '/etc/xenwright/profile.yaml': 'version: 1\n', '/var/lib/xenwright/facts.json': JSON.stringify(imageFacts()),
    [`${store}/aa/manifest.json`]: manifest('aa', RECIPE), [`${medium}/aa/manifest.json`]: manifest('aa', RECIPE), [`${medium}/bb/manifest.json`]: manifest('bb', RECIPE), [`${medium}/cc/manifest.json`]: manifest('cc', RECIPE - 1), [`${medium}/dd/manifest.json`]: manifest('dd', RECIPE, 'dom0'),
  }));
  expect(host.facts(null).carriedBases?.map(({ hash }) => hash)).toEqual(['aa', 'bb']);
  expect(host.mediumBases.map(({ folder }) => folder)).toEqual([`${medium}/bb`]);
});

test.each(Object.keys(DOMU_VERBS_NOT_YET))('domu %s is refused as not supported yet', (verb) => {
  const said: string[] = [];
  expect(domuNotYet(verb, ioTo(said))).toBe(2);
  expect(said.join('')).toMatch(new RegExp(`^xenwright domu ${verb}: not supported yet: \\w+`));
});
