/** A profile for machines that nobody has met yet: what a medium carries must do for each of them. */
import { expect, it } from 'vitest';
import { prepareForEveryMachine } from '../../src/commands/prepare.ts';
import type { CommandIo } from '../../src/system/process-io.ts';

const HOST = 'version: 1\nhost: { hostname: xen1, storage: { disks: [{ largest: true }] }, files: [{ path: /etc/motd, source: motd }] }\n';
const RULES = 'hosts:\n  - match: { mac: "52:54:00:00:00:0a" }\n    set: { host: { hostname: racka } }\n  - match: { serial: A1 }\n    set: { host: { hostname: rackb, packages: [vim] } }\n';

async function prepared(text: string): Promise<{ readonly names: readonly string[] | null; readonly told: string; readonly texts: readonly unknown[] }> {
  let told = '';
  const io: CommandIo = { readText: async (place) => (place.endsWith('motd') ? 'hello\n' : text), out: () => undefined, err: (line) => { told += line; }, interactive: false };
  const profiles = await prepareForEveryMachine('/srv/rack.yaml', {}, io);
  return { names: profiles?.map(({ host }) => host.hostname) ?? null, told, texts: profiles?.map(({ host }) => host.files[0]?.content) ?? [] };
}

it('is as many profiles as it has rules, whoever this machine is, each with its files', async () => {
  expect(await prepared(HOST + RULES)).toMatchObject({ names: ['racka', 'rackb'], texts: ['hello\n', 'hello\n'] });
});

it('is also the rest where a machine without a rule takes that', async () => {
  expect((await prepared(`${HOST}${RULES}unmatched: continue\n`)).names).toEqual(['xen1', 'racka', 'rackb']);
});

it('is the one where there are no rules', async () => {
  expect((await prepared(HOST)).names).toEqual(['xen1']);
});

it('is none where a rule makes a wrong one, and says where', async () => {
  const { names, told } = await prepared(HOST + RULES.replace('racka', 'racka, xem: 1'));
  expect(names).toBeNull();
  expect(told).toMatch(/\/srv\/rack\.yaml:5:\d+ .*xem/);
});
