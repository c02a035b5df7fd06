/**
 * What a host keeps of itself, over versions: a file of each kind and version is kept here as it was written, and
 * today's readers take it; what a newer Xenwright has written is refused, with a way out.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { factsIn } from '../../src/facts/facts-schema.ts';
import { parseMarker } from '../../src/facts/finished-host.ts';
import { probeHostRecords } from '../../src/facts/installed-host.ts';
import { migrated, RECORD_FORMS, recordIn, versionOfProfile } from '../../src/facts/record-forms.ts';
import type { ProbePort } from '../../src/facts/probe-port.ts';
import { readDomuList } from '../../src/host/domus/list.ts';
import type { HostPort } from '../../src/host/domus/running.ts';
import { installMarker } from '../../src/install/install-marker.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { imageFacts, planOf } from '../plan/host.ts';

const KEPT = join(import.meta.dirname, 'records');
const kept = (name: string): string => readFileSync(join(KEPT, name), 'utf8');
const kinds = Object.keys(RECORD_FORMS) as (keyof typeof RECORD_FORMS)[];

test.each(kinds)('a file of each version of %s is kept', (kind) => {
  const name = kind === 'profile' ? 'profile.yaml' : `${kind}.json`;
  const versions = readdirSync(KEPT).filter((version) => existsSync(join(KEPT, version, name)));
  const { version, migrations } = RECORD_FORMS[kind];
  expect(versions.at(-1)).toBe(String(version));
  expect(migrations.length).toBe(version);
});

describe('today’s readers take what was written then', () => {
  test('of a profile', () => {
    const text = kept('1/profile.yaml');
    expect(versionOfProfile(text)).toBe(1);
    const { findings, profile } = loadProfile(text, 'profile.yaml', []);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(profile?.domus.map(({ name }) => name)).toEqual(['web1', 'db1']);
    // Of a field that there was not yet.
    expect(profile?.host.tools).toBe(false);
  });

  test('of facts', () => {
    expect(factsIn(kept('1/facts.json'))).toMatchObject({ facts: { version: 1 } });
  });

  test('of a DomU', async () => {
    const { domus } = await probeHostRecords(portOf({ '/etc/xenwright/domus/web1.json': kept('1/domu.json') }));
    expect(domus).toMatchObject([{ version: 1, name: 'web1' }]);
  });

  test('of a DomU that says no version, which then has one', async () => {
    const { version: _said, ...record } = JSON.parse(kept('1/domu.json')) as Record<string, unknown>;
    const { domus } = await probeHostRecords(portOf({ '/etc/xenwright/domus/web1.json': JSON.stringify(record) }));
    expect(domus).toEqual([JSON.parse(kept('1/domu.json'))]);
  });

  test('of the check of a start', async () => {
    const files = {
      '/etc/xenwright/domus/web1.json': kept('1/domu.json'),
      '/run/xenwright/first-boot.json': kept('1/verdict.json'),
      '/run/xenwright/domus/web1.json': '{"created":true}',
    };
    expect((await readDomuList(portOf(files))).domus).toMatchObject([{ name: 'web1', why: 'it did not come up' }]);
  });

  test('of markers, with a version and without', () => {
    for (const version of ['0', '1'])
      expect(parseMarker(kept(`${version}/marker.json`))).toMatchObject({
        hostname: 'xen1.example.org',
        tokens: ['first'],
      });
  });
});

describe('what a newer Xenwright has written', () => {
  const newer = (name: string): string => kept(name).replace(/("?version"?: ?)1/, '$199');

  test.each([
    ['/etc/xenwright/profile.yaml', newer('1/profile.yaml')],
    ['/var/lib/xenwright/facts.json', newer('1/facts.json')],
    ['/etc/xenwright/domus/web1.json', newer('1/domu.json')],
  ])('%s stops a command that would work on it', async (path, text) => {
    await expect(probeHostRecords(portOf({ [path]: text }))).rejects.toMatchObject({
      code: 'record-newer',
      exit: 4,
      message: expect.stringContaining(`${path} was written by a newer Xenwright (version 99; this one knows 1)`),
      hint: expect.stringContaining('upgrade xenwright'),
    });
  });

  test('a DomU of it is listed, with why nothing is known of it', async () => {
    const { domus } = await readDomuList(portOf({ '/etc/xenwright/domus/web1.json': newer('1/domu.json') }));
    expect(domus).toMatchObject([{ name: 'web1', by: 'xenwright', why: expect.stringContaining('newer Xenwright') }]);
  });

  test('what its check has said is not guessed at', async () => {
    const files = {
      '/etc/xenwright/domus/web1.json': kept('1/domu.json'),
      '/run/xenwright/first-boot.json': newer('1/verdict.json'),
      '/run/xenwright/domus/web1.json': '{"created":true}',
    };
    expect((await readDomuList(portOf(files))).domus[0]?.why).not.toContain('it did not come up');
  });

  test('a finished host stays one, whatever else its marker says', () => {
    expect(parseMarker(newer('1/marker.json'))).toMatchObject({ hostname: 'xen1.example.org' });
  });
});

test('an older record goes through every migration that it has not seen', () => {
  const form = {
    version: 3,
    migrations: [
      (old: Readonly<Record<string, unknown>>) => ({ ...old, version: 1, seen: 'a' }),
      (old: Readonly<Record<string, unknown>>) => ({ ...old, version: 2, seen: `${String(old['seen'])}b` }),
      (old: Readonly<Record<string, unknown>>) => ({ ...old, version: 3, seen: `${String(old['seen'])}c` }),
    ],
  };
  expect(migrated(form, {})).toEqual({ is: 'known', record: { version: 3, seen: 'abc' } });
  expect(migrated(form, { version: 2, seen: 'x' })).toEqual({ is: 'known', record: { version: 3, seen: 'xc' } });
  expect(migrated(form, { version: 3 })).toEqual({ is: 'known', record: { version: 3 } });
  expect(migrated(form, { version: 4 })).toEqual({ is: 'newer', version: 4, known: 3 });
  for (const nonsense of [null, [], 'version: 1', { version: '1' }, { version: -1 }, { version: 1.5 }])
    expect(migrated(form, nonsense), JSON.stringify(nonsense)).toEqual({ is: 'none' });
});

test('what is written today says the version of its form', () => {
  const plan = planOf([]);
  const files = plan.actions.flatMap((action) => (action.kind === 'tree.files' ? action.params.files : []));
  const record = files.find(({ path }) => path === '/etc/xenwright/domus/web1.json')?.content;
  expect(recordIn('domu', JSON.parse(String(record)))).toMatchObject({
    is: 'known',
    record: { version: RECORD_FORMS.domu.version },
  });
  expect(imageFacts().version).toBe(RECORD_FORMS.facts.version);
  const { profile } = loadProfile(kept('1/profile.yaml'), 'profile.yaml', []);
  if (profile === null) throw new Error('the kept profile is none');
  expect(installMarker(plan, profile, imageFacts()).version).toBe(RECORD_FORMS.marker.version);
});

test("the host's own scripts know the same versions", () => {
  const script = (name: string): string => readFileSync(join(import.meta.dirname, '../../assets/host', name), 'utf8');
  expect(script('xenwright_host/records.py')).toContain(`\nKNOWN = ${RECORD_FORMS.domu.version}\n`);
  expect(script('first-boot.py')).toContain(`"version": ${RECORD_FORMS.verdict.version},`);
});

/** A Dom0 without a running guest that has these files. */
function portOf(files: Readonly<Record<string, string>>): HostPort & ProbePort {
  const all: Readonly<Record<string, string>> = { '/proc/xen/capabilities': 'control_d\n', ...files };
  return {
    read: async (path) => all[path] ?? null,
    readHex: async () => null,
    link: async () => null,
    list: async (folder) =>
      Object.keys(all)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    run: async () => null,
    ask: async (argv) => ({ text: argv[0] === 'xl' ? 'Name ID Mem VCPUs State Time(s)\n' : '' }),
  };
}
