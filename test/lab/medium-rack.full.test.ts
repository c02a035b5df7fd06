/**
 * Needs virtual machines: a rack installs itself from one profile with `hosts:` rules. Each machine is told which rule
 * fits, no two of them share an identity, neither do their DomUs, and a machine that fits no rule is refused with
 * nothing written.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labFolder } from './support/cli.ts';
import { readInstalledDisk } from './support/installed-disk.ts';
import { bootUntil } from './support/medium.ts';
import {
  blankDisk,
  bootRefused,
  buildNetboot,
  diskArguments,
  netbootArguments,
  nicArguments,
  type NetbootSet,
} from './support/netboot.ts';
import { openRack, type Rack } from './support/rack.ts';

const MINUTE = 60_000;
/** Each rule in another notation. */
const RULES = `
unmatched: refuse
hosts:
  - match: { mac: "52:54:00:00:00:0a" }
    set: { host: { hostname: racka.example.org }, domus: [{ name: db1, hostname: dba }] }
  - match: { mac: [5254.0000.000b, "52-54-00-00-00-0c"] }
    set: { host: { hostname: rackb.example.org }, domus: [{ name: db1, hostname: dbb }] }
`;
const folder = labFolder('medium-rack');
const served = join(folder, 'www');
let rack: Rack;
let set: NetbootSet;

beforeAll(async () => {
  rack = await openRack(folder, served, join(served, 'rack.yaml'), RULES);
  set = await buildNetboot(folder, '--bases', rack.profile);
}, 30 * MINUTE);
afterAll(async () => {
  await rack.close();
});

// Nobody but this machine is on the way.
const options = (): string[] => [`profile=${rack.address}/rack.yaml`, 'allow-clear=report.webhook.secret'];

/** Installs a machine with this card; gives its disk. */
async function installed(name: string, mac: string): Promise<{ readonly console: string; readonly disk: string }> {
  const disk = blankDisk(folder, name);
  const { console } = await bootUntil(
    folder,
    name,
    [...netbootArguments(set, options()), '-m', '4096', ...diskArguments(disk), ...nicArguments(mac)],
    /run +(done|failed|interrupted) after|FAILED:/,
    20 * MINUTE,
  );
  expect(console).toMatch(/run +done after/);
  return { console, disk };
}

/** Of a key the key alone: its comment is the host's name. */
const ownPart = (text: string | null): string | null => /^(?:ssh|ecdsa)-\S+ (\S+)/.exec(text ?? '')?.[1] ?? text;

/** All that must be each machine's own, and each DomU's. */
function identities(image: string): Record<string, string> {
  const disk = readInstalledDisk(image);
  const keys = ['ed25519', 'ecdsa'].map((kind) => `/etc/ssh/ssh_host_${kind}_key.pub`);
  const files = (where: string, paths: readonly string[]): Record<string, string | null> =>
    Object.fromEntries(paths.map((path) => [`${where} ${path}`, ownPart(disk.file(where, path))]));
  const found = {
    ...Object.fromEntries(
      [...Object.entries(disk.partitions), ...Object.entries(disk.volumes)].map(([name, id]) => [`id of ${name}`, id]),
    ),
    ...Object.fromEntries(
      ['xw-boot', 'root', 'db1-root'].map((where) => [`filesystem of ${where}`, disk.filesystem(where)]),
    ),
    'finished host': disk.file('xw-boot', '/xenwright/installed.json'),
    ...files('root', ['/etc/machine-id', '/etc/hostname', ...keys]),
    ...files('db1-root', ['/etc/machine-id', '/etc/hostname', ...keys]),
    'card of the DomU': /mac=([0-9a-f:]{17})/.exec(disk.file('root', '/etc/xen/db1.cfg') ?? '')?.[1] ?? '',
    'uuid of the DomU': /^uuid = "([^"]+)"/m.exec(disk.file('root', '/etc/xen/db1.cfg') ?? '')?.[1] ?? '',
  };
  for (const [what, value] of Object.entries(found)) expect(value, what).toBeTruthy();
  return found as Record<string, string>;
}

it(
  'two machines become two hosts, by the rules that fit them',
  async () => {
    const a = await installed('racka', '52:54:00:00:00:0a');
    expect(a.console).toMatch(/hosts\[0\] fits this machine: mac 52:54:00:00:00:0a/);
    const b = await installed('rackb', '52:54:00:00:00:0c');
    expect(b.console).toMatch(/hosts\[1\] fits this machine: mac 52:54:00:00:00:0c/);

    const [own, others] = [identities(a.disk), identities(b.disk)];
    writeFileSync(join(folder, 'identities.json'), JSON.stringify({ a: own, b: others }, null, 2));
    expect(Object.keys(own).sort()).toEqual(Object.keys(others).sort());
    // Not with each other, and not within one host either, but for what is one thing under two names.
    const all = [...Object.values(own), ...Object.values(others)];
    expect(new Set(all).size).toBe(all.length);
    expect(
      [own['root /etc/hostname'], others['root /etc/hostname'], own['db1-root /etc/hostname']].map((name) =>
        name?.trim(),
      ),
    ).toEqual(['racka', 'rackb', 'dba']);

    expect((await rack.status()).machines.map(({ hostname, state }) => `${hostname} ${state}`).sort()).toEqual([
      'racka.example.org installed',
      'rackb.example.org installed',
    ]);
  },
  50 * MINUTE,
);

it(
  'a third machine fits no rule: it is refused, and ends',
  async () => {
    const { console, untouched } = await bootRefused(folder, 'third', set, options(), [
      ...nicArguments('52:54:00:00:00:0d'),
      '-m',
      '4096',
    ]);
    expect(console).toMatch(
      /FAILED: no rule of .* fits this machine \(mac 52:54:00:00:00:0d;.*\[no-rule-fits\]\s+exit 4:[^]*hosts\[0\]: mac 52:54:00:00:00:0a[^]*hosts\[1\]: mac/,
    );
    expect(untouched).toBe(true);
  },
  15 * MINUTE,
);
