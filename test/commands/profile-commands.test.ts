/** check, schema and profile as a person calls them: texts in, lines and an exit code out. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { CheckResult } from '../../src/check/result.ts';
import { check } from '../../src/commands/check/run.ts';
import { profile } from '../../src/commands/profile/run.ts';
import { command as schema } from '../../src/commands/schema.ts';
import { describeError } from '../../src/command-line/describe-error.ts';
import { XenwrightError } from '../../src/errors.ts';
import type { CommandIo } from '../../src/system/process/process-io.ts';
import { fullText, minimalText } from '../profile/fixtures.ts';
import { machine } from '../check/cases.ts';

interface MessageAndHint {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(
  command: (io: CommandIo) => Promise<number>,
  files: Readonly<Record<string, string>> = {},
): Promise<MessageAndHint> {
  let [out, err] = ['', ''];
  const code = await command({
    readText: async (source) => {
      const text = files[source];
      if (text === undefined)
        throw new XenwrightError({ code: 'source-unreachable', exit: 6, message: `${source} is not there` });
      return text;
    },
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive: false,
  });
  return { code, out, err };
}

/** As it is published. */
const checkSchema = z.fromJSONSchema(
  JSON.parse(readFileSync('assets/check.schema.json', 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
);

const checkText = (
  text: string,
  options: { facts?: string; set?: string[]; format?: 'json' } = {},
): Promise<MessageAndHint> =>
  run(
    (io) =>
      check(
        'p.yaml',
        { ...options, set: options.set ?? [], ...(options.facts === undefined ? {} : { facts: 'f.json' }) },
        io,
      ),
    { 'p.yaml': text, ...(options.facts === undefined ? {} : { 'f.json': options.facts }) },
  );

describe('xenwright check', () => {
  test('a sound profile: exit 0, warnings with their code', async () => {
    expect(await checkText(minimalText)).toEqual({
      code: 0,
      out: 'p.yaml:7:3 host.admin: warning: without a password nobody can log in to the host at the console (set passwordHash as well, or rely on SSH) [no-console-login]\ndom0: log in as root: by SSH with a key; not at the console\nweb1: log in as root: by SSH with a key; not at the console\np.yaml: no errors\n',
      err: '',
    });
  });

  test('what is known by another name is said as it was understood', async () => {
    const { code, out } = await checkText(`${minimalText}timezone: Asia/Calcutta\nkeyboard: { layout: sg }\n`);
    expect(code).toBe(0);
    expect(out).toContain(
      'keyboard.layout: sg is read as ch, de_nodeadkeys\ntimezone: Asia/Calcutta is read as Asia/Kolkata\n',
    );
  });

  test('nobody could log in: a warning with what to do, and exit 0', async () => {
    const { code, out, err } = await checkText(minimalText, { set: ['host.admin={}'] });
    expect([code, out, err]).toEqual([
      0,
      'p.yaml:7:3 host.admin: warning: there is no way to log in to the host, neither at the console nor by SSH: no key, no password (set sshKeys, passwordHash or password) [no-login]\ndom0: nobody can log in\nweb1: nobody can log in\np.yaml: no errors\n',
      '',
    ]);
  });

  test('a profile with errors: exit 3, each on a line of its own, in the order of the text', async () => {
    const { code, out, err } = await checkText(
      'version: 1\nhost:\n  hostname: xen_1\n  storage: { disks: [{ largest: true }], raid: 1, boot: 5% }\n  release: trixi\n',
    );
    expect([code, err]).toEqual([3, '']);
    expect(out.split('\n').map((line) => /^p\.yaml:\d+:\d+ [^:]*:/.exec(line)?.[0])).toEqual([
      'p.yaml:2:1 host.admin:',
      'p.yaml:3:3 host.hostname:',
      'p.yaml:4:42 host.storage.raid:',
      'p.yaml:4:51 host.storage.boot:',
      'p.yaml:5:3 host.release:',
      undefined,
    ]);
    expect(out.split('\n').map((line) => /\[([\w-]+)\]$/.exec(line)?.[1])).toEqual([
      'no-login',
      'bad-hostname',
      'not-supported-yet',
      'boot-size',
      'unknown-release',
      undefined,
    ]);
  });

  test('ten thousand of one kind: the first hundred, how many more, and the same exit code', async () => {
    const text = `${minimalText}${Array.from({ length: 10_000 }, (_, index) => `nokey${index}: 1\n`).join('')}`;
    const { code, out } = await checkText(text);
    expect(code).toBe(3);
    const lines = out.trimEnd().split('\n');
    expect(lines.filter((line) => line.endsWith('[unknown-key]'))).toHaveLength(101);
    expect(lines.at(-1)).toBe('p.yaml: and 9900 more findings [unknown-key]');
    const json = await checkText(text, { format: 'json' });
    expect(json.code).toBe(3);
    expect(JSON.parse(json.out)).toMatchObject({ more: [{ code: 'unknown-key', severity: 'error', count: 9900 }] });
  });

  test('what the schema refuses does not hide what the rules find in the rest, nor does it bring up what only follows', async () => {
    const { code, out } = await checkText(
      [
        'version: 1',
        'host:',
        '  hostname: xen1',
        '  storage: { disks: [{ largst: true }], boot: 10, root: 1G }',
        '  admin: { sshKeys: ["ssh-ed25519 AAAA"], usr: x }',
        '  network: { bridges: [{ name: averyveryverylongname, mode: brigded, guests: { addresses: [10.0.0.1/24] } }, { uplinks: 5 }] }',
        'domus:',
        '  - { name: dom0, memory: 4X, vcpus: none }',
        '  - { name: web1, typ: pvh, disks: { root: { size: 10M } }, network: [{ bridge: nowhere }] }',
        'hosts: [{ match: {}, set: {} }]',
        '',
      ].join('\n'),
    );
    expect(code).toBe(3);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^p\.yaml:\d+:\d+ /, '').replace(/ \(.*| \[[\w-]+\]$/, '')),
    ).toEqual([
      'host.storage.disks[0].largst: unknown key largst',
      'host.storage.boot: not a size: write 512M, 8G or 1T',
      'host.admin.sshKeys[0]: not an OpenSSH public key: it is cut off or too long',
      'host.admin.usr: unknown key usr',
      'host.network.bridges[0].mode: "brigded" is not one of bridged, routed, nat',
      'host.network.bridges[1].uplinks: expected list, found number 5',
      'domus[0].name: a DomU may not be called dom0',
      'domus[0].memory: not a size: write 512M, 1G or 2GB',
      'domus[0].vcpus: expected number, found string "none"',
      'domus[1].typ: unknown key typ',
      'domus[1].disks.root.size: 10 MiB is too little for Debian',
      'hosts[0].match: a rule must name at least one of mac, serial, uuid, product, hostname',
    ]);
  });

  test('the full profile asks for what is not supported yet and for nothing else that is wrong', async () => {
    const { code, out } = await checkText(fullText);
    expect(code).toBe(3);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^p\.yaml:\d+:\d+ /, '')),
    ).toEqual([
      'host.storage.raid: not supported yet: RAID (name one disk) [not-supported-yet]',
      'host.admin: warning: there is no way to log in to the host, neither at the console nor by SSH: no key, no password (set sshKeys, passwordHash or password) [no-login]',
    ]);
  });

  test('a sound profile that this machine cannot carry: exit 4', async () => {
    const { code, out } = await checkText(minimalText, { facts: JSON.stringify(machine({ memoryMiB: 1024 })) });
    expect(code).toBe(4);
    expect(out).toMatch(/^p\.yaml:9:1 domus: Dom0 \(1024 MiB\), Xen and the DomUs/m);
  });

  test('both kinds of errors: exit 3, the profile has to be changed first', async () => {
    expect(
      (
        await checkText(minimalText, {
          facts: JSON.stringify(machine({ memoryMiB: 1024 })),
          set: ['host.release=trixi'],
        })
      ).code,
    ).toBe(3);
  });

  test('what is no facts file is wrong usage', async () => {
    await expect(checkText(minimalText, { facts: '{}' })).rejects.toMatchObject({ exit: 2, code: 'bad-facts' });
  });

  test('--format json says the same, as its schema has it; where findings are, and with which exit code, is the same', async () => {
    const broken = minimalText.replace('hostname: xen1', 'hostname: xen_1\n  hostnam: x');
    const rules = `${minimalText}hosts:\n  - { match: { serial: SN-A1 }, set: { host: { hostname: a } } }\n  - { match: { serial: SN-B2 }, set: { host: { hostname: b_ } } }\n`;
    for (const [text, more, variants] of [
      [minimalText, {}, 0],
      [broken, {}, 0],
      ['version: [', {}, 0],
      [fullText, {}, 1],
      [rules, {}, 2],
      [rules, { as: ['serial=SN-A1'] }, 0],
      [minimalText, { facts: 'f.json' }, 0],
    ] as const) {
      const files = { 'p.yaml': text, 'f.json': JSON.stringify(machine({ memoryMiB: 1024 })) };
      const asText = await run((io) => check('p.yaml', { set: [], ...more }, io), files);
      const asJson = await run((io) => check('p.yaml', { set: [], ...more, format: 'json' }, io), files);
      expect([asJson.code, asJson.err]).toEqual([asText.code, '']);
      expect(asText.err).toBe('as' in more ? 'hosts[0] fits this machine: serial SN-A1\n' : '');
      const { findings, logins, ...rest } = checkSchema.parse(JSON.parse(asJson.out)) as CheckResult;
      expect(rest).toEqual({
        version: 1,
        source: 'p.yaml',
        rule: 'as' in more ? { index: 0, by: 'serial SN-A1' } : null,
        variants,
        more: [],
      });
      expect(
        findings.map(({ file, line, column, code, severity, message }) => [
          `${file}:${line}:${column}`,
          code,
          severity,
          message,
        ]),
      ).toEqual(
        asText.out
          .split('\n')
          .filter((line) => line.endsWith(']'))
          .map((line) => {
            const [, at, warning, code] = /^(\S+:\d+:\d+) (?:[^ ]+: )?(warning: )?.* \[([\w-]+)\]$/.exec(line) ?? [];
            return [at, code, warning === undefined ? 'error' : 'warning', expect.stringMatching(/./)];
          }),
      );
      if (text === minimalText)
        expect(logins).toEqual([
          { variant: 0, domain: 'dom0', user: 'root', ways: ['ssh-key'], root: 'itself' },
          { variant: 0, domain: 'web1', user: 'root', ways: ['ssh-key'], root: 'itself' },
        ]);
      for (const { message, hint } of findings)
        expect(asText.out).toContain(hint === null ? message : `${message} (${hint})`);
      expect(findings.some(({ severity }) => severity === 'error')).toBe(asJson.code !== 0);
    }
  });

  test('a secret on its way over plain HTTP is refused after the findings, in either form', async () => {
    const files = { 'http://server.example/p.yaml': minimalText };
    const set = ['report.webhook={ url: "https://reports.example/x", secret: a-secret-word }'];
    for (const format of ['text', 'json'] as const)
      await expect(
        run((io) => check('http://server.example/p.yaml', { set, format }, io), files),
      ).rejects.toMatchObject({ code: 'secret-in-clear', exit: 6 });
  });

  test('a source that is not there: exit 6', async () => {
    await expect(run((io) => check('q.yaml', { set: [] }, io))).rejects.toMatchObject({ exit: 6 });
  });
});

describe('xenwright profile', () => {
  const call = (verb: string, text: string): Promise<MessageAndHint> =>
    run((io) => profile(verb, 'p.yaml', {}, io), { 'p.yaml': text });

  test('hash does not depend on how a profile is written', async () => {
    const { out } = await call('hash', minimalText);
    expect(out).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await call('hash', minimalText.replace('version: 1\n', '').concat('version: 1\n'))).out).toBe(out);
    expect((await call('hash', (await call('export', minimalText)).out)).out).toBe(out);
    expect((await call('hash', minimalText.replace('hostname: xen1', 'hostname: xen2'))).out).not.toBe(out);
  });

  test('redact takes the keys out', async () => {
    expect((await call('redact', minimalText)).out).not.toContain('AAAAC3');
  });

  test('a profile with errors is not exported', async () => {
    expect(await call('export', 'version: 1\n')).toMatchObject({ code: 3, out: '' });
  });

  test.each([
    ['sign', /--key FILE/],
    ['verify', /--pubkey FILE/],
  ])('%s without a key: wrong usage', async (verb, message) => {
    await expect(call(verb, minimalText)).rejects.toMatchObject({ exit: 2, message: expect.stringMatching(message) });
  });
  test.each(['constructor', 'foo'])('there is no verb %s', async (verb) => {
    await expect(call(verb, minimalText)).rejects.toMatchObject({ exit: 2 });
  });
});

test.each(['profile', 'domus', 'check', 'status'] as const)(
  'xenwright schema --of %s prints what is in assets',
  async (of) => {
    const { out } = await run((io) => schema.run(io, { of }));
    expect(out).toBe(readFileSync(`assets/${of}.schema.json`, 'utf8'));
  },
);

test('xenwright schema prints JSON Schema', async () => {
  const { code, out } = await run((io) => schema.run(io, {}));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    additionalProperties: false,
    required: ['version', 'host'],
  });
});

test('1,000 DomUs are checked in seconds', async () => {
  const domus = Array.from(
    { length: 1000 },
    (_, index) =>
      `  - { name: d${index}, autostart: false, network: [{ addresses: [10.1.${1 + Math.floor(index / 200)}.${1 + (index % 200)}/16], gateways: [10.1.255.1], dns: [10.1.255.1] }] }`,
  ).join('\n');
  const text = minimalText.replace(/domus:[^]*/, `domus:\n${domus}\n`);
  await checkText(text);
  const started = performance.now();
  const { code } = await checkText(text);
  // Well above what it takes (0.3 s), well below what comparing all with all would.
  expect([code, performance.now() - started < 3000]).toEqual([0, true]);
});

test('who is named in a SOURCE, and a token of its query, are in no finding, error or result', async () => {
  const source = 'https://me:c4n4ry@srv.example/p.yaml?token=c4n4ry';
  for (const text of [minimalText, `${minimalText}nonsense: 1\n`, 'a: [', undefined])
    for (const format of ['text', 'json'] as const) {
      const files = text === undefined ? {} : { [source]: text };
      const said = await run((io) => check(source, { set: [], format }, io), files).catch((error: unknown) =>
        describeError(error),
      );
      expect(JSON.stringify(said)).not.toContain('c4n4ry');
      expect(JSON.stringify(said)).toContain('srv.example');
    }
});
