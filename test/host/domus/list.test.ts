/** The list of DomUs: whoever made them, in every state, with the reason. */
import { expect, test } from 'vitest';
import { listText } from '../../../src/commands/domu/list/list-text.ts';
import { readDomuList } from '../../../src/host/domus/list.ts';
import { domuListJsonSchema, type ListResult } from '../../../src/host/domus/list-result.ts';
import type { HostPort } from '../../../src/host/domus/running.ts';
import { LOCALES } from '../../../src/i18n/locales.ts';
import { loadTranslator, translator } from '../../../src/i18n/t.ts';
import { cellsOf } from '../../../src/ui/terminal/cells.ts';

const HEAD = 'Name                                        ID   Mem VCPUs\tState\tTime(s)\n';
const row = (name: string, number: number, flags = '-b----'): string =>
  `${name.padEnd(40)} ${number}   512     2     ${flags}       1.0\n`;

function portOf(files: Readonly<Record<string, string>>, list: string | null, store = ''): HostPort {
  const all: Readonly<Record<string, string>> = { '/proc/xen/capabilities': 'control_d\n', ...files };
  return {
    read: async (path) => all[path] ?? null,
    readHex: async () => null,
    link: async () => null,
    run: async () => null,
    list: async (folder) => [
      ...new Set(
        Object.keys(all)
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
      ),
    ],
    ask: async ([command]) =>
      command === 'xl' ? (list === null ? { why: 'no xl' } : { text: list }) : { text: store },
  };
}

function record(name: string, more: object = {}): Record<string, string> {
  return {
    [`/etc/xenwright/domus/${name}.json`]: JSON.stringify({
      name,
      type: 'pvh',
      boot: 'grub',
      reports: true,
      autostart: true,
      config: `/etc/xen/${name}.cfg`,
      ...more,
    }),
    [`/etc/xen/${name}.cfg`]: `name = "${name}"\nmemory = 1024\nvcpus = 3\n`,
  };
}
const stateOf = ({ domus }: ListResult): unknown[] => domus.map(({ name, state, up, why }) => [name, state, up, why]);

test('each has its state and the reason, from xl, its guest, the starter’s note and the host’s check', async () => {
  const files = {
    ...record('booting'),
    ...record('down'),
    ...record('failing'),
    ...record('mute', { reports: false, address: '192.0.2.9' }),
    ...record('never'),
    ...record('restarting'),
    ...record('up'),
    '/etc/xenwright/domus/torn.json': '{',
    '/etc/xen/hand.cfg': 'name = "hand"\nmemory = 256\n',
    '/run/xenwright/domus/down.json': JSON.stringify({ created: false, stopped: true, why: 'it was stopped' }),
    '/run/xenwright/domus/never.json': JSON.stringify({ created: false, why: 'xl create: no\u001b[2J memory' }),
    '/run/xenwright/first-boot.json': JSON.stringify({ domus: [{ name: 'booting', up: false, why: 'it panicked' }] }),
    '/proc/77/cmdline': 'xl\0create\0/etc/xen/restarting.cfg\0',
  };
  const list = [row('up', 1), row('booting', 2), row('failing', 3), row('mute', 4), row('--help', 5, '--p---')];
  const store = [
    '/local/domain/1/data/xenwright/state = "up"',
    '/local/domain/1/data/xenwright/addresses = "192.0.2.1"',
    '/local/domain/3/data/xenwright/state = "failed"',
    '/local/domain/3/data/xenwright/why = "no disk"',
  ].join('\n');
  const found = await readDomuList(portOf(files, HEAD + list.join(''), store));
  expect(stateOf(found)).toEqual([
    ['--help', 'paused', null, null],
    ['booting', 'starting', false, 'it panicked'],
    ['down', 'stopped', false, 'it was stopped'],
    ['failing', 'running', false, 'no disk'],
    ['hand', 'stopped', false, null],
    ['mute', 'running', null, null],
    ['never', 'stopped', false, 'xl create: no [2J memory'],
    ['restarting', 'starting', false, null],
    ['torn', 'stopped', false, 'its record cannot be read: /etc/xenwright/domus/torn.json'],
    ['up', 'running', true, null],
  ]);
  expect(found.domus.map(({ by }) => by[0]).join('')).toBe('uxxxhxxxxx');
  expect(found.domus[3]).toMatchObject({ memoryMiB: 512, vcpus: 2, type: 'pvh', boot: 'grub' });
  expect(found.domus[6]).toMatchObject({ memoryMiB: 1024, vcpus: 3, domid: null });
  expect(found.domus[5]?.addresses).toEqual(['192.0.2.9']);
});

const rescued = (name: string): Record<string, string> => ({
  [`/var/lib/xenwright/rescue/${name}.json`]: JSON.stringify({ version: 1, name, config: `/etc/xen/${name}.cfg` }),
});
const WAY_OUT = (name: string): string =>
  `it is being rescued; when nobody works in it any more, close that:  xenwright domu rescue ${name} --close`;

test('one that is being rescued is in rescue, whoever made it, with what its configuration says meanwhile', async () => {
  const aside = { '/etc/xen/mail.cfg.in-rescue': 'name = "mail"\nmemory = 256\n' };
  const own = record('web1');
  delete own['/etc/xen/web1.cfg'];
  const found = await readDomuList(
    portOf(
      {
        ...own,
        '/etc/xen/web1.cfg.in-rescue': 'name = "web1"\nmemory = 1024\n',
        ...aside,
        ...rescued('web1'),
        ...rescued('mail'),
        '/run/xenwright/domus/web1.json': '{"created":false,"stopped":true,"why":"it is being rescued"}',
      },
      HEAD,
    ),
  );
  expect(stateOf(found)).toEqual([
    ['mail', 'in-rescue', false, WAY_OUT('mail')],
    ['web1', 'in-rescue', false, WAY_OUT('web1')],
  ]);
  expect(found.domus).toMatchObject([
    { memoryMiB: 256, by: 'hand', config: '/etc/xen/mail.cfg' },
    { memoryMiB: 1024, by: 'xenwright', config: '/etc/xen/web1.cfg' },
  ]);
  expect(listText(found, 80, translator('en'))).toMatch(/\nweb1 +in rescue +1024 MiB/);
});

test('one whose rescue waits until it has stopped still runs, and the list says what it is in for', async () => {
  const found = await readDomuList(
    portOf({ ...record('web1', { reports: false }), ...rescued('web1') }, HEAD + row('web1', 3)),
  );
  expect(stateOf(found)).toEqual([['web1', 'running', null, WAY_OUT('web1')]]);
});

test('notes of rescues that are nonsense, or of another name, make nobody rescued', async () => {
  const notes = ['{', '[]', '{"name":"web1"}', '{"name":"web1","config":"web1.cfg"}', '{"name":"x","config":"/x.cfg"}'];
  for (const note of notes) {
    const files = { ...record('web1'), '/var/lib/xenwright/rescue/web1.json': note };
    expect(stateOf(await readDomuList(portOf(files, HEAD))), note).toEqual([['web1', 'stopped', false, null]]);
  }
});

test('reasons are in the language of whoever reads the list, and English without one', async () => {
  const files = {
    ...record('down'),
    ...record('gone'),
    ...record('never'),
    ...record('quiet'),
    ...rescued('mail'),
    '/etc/xenwright/domus/torn.json': '{',
    '/etc/xen/mail.cfg.in-rescue': 'name = "mail"\n',
    '/run/xenwright/domus/down.json': '{"created":false,"stopped":true,"why":"it was stopped"}',
    '/run/xenwright/domus/gone.json': '{"created":true}',
  };
  delete (files as Record<string, string>)['/etc/xen/never.cfg'];
  const found = await readDomuList(portOf(files, HEAD + row('quiet', 4)), await loadTranslator('de'));
  expect(found.domus.map(({ name, why }) => [name, why])).toEqual([
    ['down', 'sie wurde gestoppt'],
    ['gone', 'sie lief und ist weg'],
    ['mail', expect.stringMatching(/^sie wird gerade gerettet; .*:  xenwright domu rescue mail --close$/)],
    ['never', '/etc/xen/never.cfg fehlt oder ist nicht lesbar'],
    ['quiet', 'sie läuft, hat aber nicht gesagt, dass sie bereit ist'],
    ['torn', 'ihr Eintrag ist nicht lesbar: /etc/xenwright/domus/torn.json'],
  ]);
});

test('where xl does not answer no state is known, and where Xen does not run all are stopped', async () => {
  const silent = await readDomuList(portOf(record('web1'), null));
  expect(silent).toMatchObject({ xen: true, why: 'no xl', domus: [{ state: 'unknown' }] });
  const without = await readDomuList(portOf({ ...record('web1'), '/proc/xen/capabilities': '' }, null));
  expect(without).toMatchObject({ xen: false, why: null, domus: [{ state: 'stopped' }] });
});

/** What a list may hold at its worst. */
async function worst(count: number): Promise<ListResult> {
  const files = Array.from({ length: count }, (_, at) =>
    record(`database-server-with-a-long-name-${at}`, {
      address: at % 2 === 0 ? '192.0.2.100' : '2001:db8:1:2:3:4:5:6',
    }),
  );
  const list = Array.from({ length: count }, (_, at) => row(`unknown domain ${'x'.repeat(50)} ${at}`, at + 1));
  return await readDomuList(portOf(Object.assign({}, ...files) as Record<string, string>, HEAD + list.join('')));
}

test.each(LOCALES)('in %s no line is wider than 80 cells, with two hundred DomUs', async (locale) => {
  const lines = listText(await worst(100), 80, await loadTranslator(locale)).split('\n');
  expect(lines.length).toBeGreaterThan(200);
  expect(lines.filter((line) => cellsOf(line) > 80)).toEqual([]);
});

test('names are whole where a program reads them, and an empty list says so', async () => {
  const text = listText(await worst(1), Number.POSITIVE_INFINITY, translator('en'));
  expect(text).toContain('database-server-with-a-long-name-0');
  expect(text).toMatch(/^NAME +STATE +MEMORY +CPUS +AUTO +BOOT +ADDRESS\n/);
  expect(listText({ version: 1, xen: true, why: null, domus: [] }, 80, translator('en'))).toBe(
    'This host has no DomUs.\n',
  );
});

test('the schema of the list has every field of it', async () => {
  const schema = domuListJsonSchema() as {
    properties: { domus: { items: { required: string[]; additionalProperties: boolean } } };
  };
  const { items } = schema.properties.domus;
  const [first] = (await worst(1)).domus;
  expect(Object.keys(first ?? {}).toSorted()).toEqual(items.required.toSorted());
  expect(items.additionalProperties).toBe(false);
});
