/** The published schemas: every field described, defaults that are those of the program, examples that fit. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { notSupportedYet } from '../../src/profile/not-supported.ts';
import { resolveProfile } from '../../src/profile/resolve.ts';
import { domusJsonSchema, profileJsonSchema, profileSchema } from '../../src/profile/schema.ts';
import { fieldsOf, itemsOf, mapFor, type SchemaField, type SchemaNode } from './schema-fields.ts';

const root = profileJsonSchema() as SchemaNode;
const fields = fieldsOf(root);

test.each([
  ['profiles', profileJsonSchema()],
  ['files for domu add', domusJsonSchema()],
])('every field of %s is described, in sentences', (_, schema) => {
  const all = fieldsOf(schema);
  expect(all.length).toBeGreaterThan(70);
  expect(all.filter(({ node }) => !/^[A-Z`][^]*\.$/.test(node.description ?? '')).map(({ at }) => at)).toEqual([]);
});

test('whoever leaves a field out learns what it is then', () => {
  const told = ({ node }: SchemaField): boolean => 'default' in node || /Default: /.test(node.description ?? '');
  expect(fields.filter((field) => !field.isRequired && !told(field)).map(({ at }) => at)).toEqual([
    // Maps whose fields have defaults.
    ...['keyboard', 'install', 'report'],
    'hosts',
    // What is not asked for counts for nothing.
    ...['serial', 'wwn', 'model', 'path', 'minSize', 'maxSize', 'transport', 'rotational', 'largest', 'smallest'].map(
      (key) => `DiskSelector.${key}`,
    ),
    // One of the two is given.
    ...['File.content', 'File.source'],
    ...['Host.network', 'Host.xen', 'Host.admin', 'Host.commands', 'Domu.disks.root', 'Domu.commands'],
    ...['mac', 'serial', 'uuid', 'product', 'hostname'].map((key) => `HostRule.match.${key}`),
  ]);
});

/** Every map of the contract is here, and none of the values is a default. */
const WHOLE = `
version: 1
language: de_DE.UTF-8
keyboard: { layout: de, variant: nodeadkeys }
timezone: Europe/Berlin
interactive: [review]
install: { overwrite: any, reinstall: always, onError: shell, onFinish: hold }
host:
  hostname: xen1
  distribution: fedora
  release: forky
  hypervisor: none
  ntp: [pool.ntp.org]
  proxy: http://proxy:3128
  firmwarePackages: none
  source: &source
    mirror: http://mirror.example/debian
    securityMirror: none
    components: [main]
    extra: [{ uri: http://apt.example, suite: trixie, components: [main], key: key.asc }]
    keyring: /etc/apt/keyrings/own.gpg
    medium: cdrom
    copyMedium: false
    serveMedium: true
  storage:
    firmware: bios
    disks: [{ serial: A, count: 2 }]
    layout: btrfs
    raid: 1
    encryption: { passphrase: "prompt:", unlock: ssh }
    filesystem: xfs
    volumeGroup: vg0
    boot: 2G
    root: 9G
    swap: 2G
    cache: 9G
    reserve: 20%
    wipe: none
    keep: [{ vg: vg0, lv: srv }]
  network:
    bridges:
      - name: br0
        mode: routed
        uplinks: [{ mac: "52:54:00:12:34:56" }, { name: enp1s0 }, { pci: "0000:03:00.0" }]
        bond: { mode: 802.3ad }
        vlan: 7
        trunk: true
        addresses: [192.0.2.10/24]
        gateways: [192.0.2.1]
        onLink: true
        routes: [{ to: 10.0.0.0/8, via: 192.0.2.254 }]
        dns: [192.0.2.53]
        mtu: 9000
        guests: { addresses: [10.10.0.1/24], dhcp: false }
    pinNics: false
  xen: { memory: 2G, vcpus: 2, console: vga, options: spec-ctrl=no }
  admin: &admin { user: admin, passwordHash: $6$x, password: "env:PW", sshKeys: [ssh-ed25519 AAAA] }
  packages: [vim]
  files: &files [{ path: /etc/motd, content: Hello, mode: "0600", owner: admin }]
  commands: &commands
    early: [date]
    late: [{ run: date, timeout: 1m, onError: continue }]
    firstBoot: [{ run: date, timeout: 1m, onError: continue }]
report: { webhook: { url: http://reports.example/, secret: "env:SECRET" } }
domus:
  - name: web1
    type: pvh
    boot: grub
    memory: 1G
    vcpus: 2
    autostart: false
    order: 10
    startDelay: 5s
    stopTimeout: 1m
    onCrash: destroy
    distribution: none
    release: bookworm
    source: { <<: *source, mirror: http://other.example/debian }
    image: { source: /srv/x.img, sha256: ${'a'.repeat(64)}, format: qcow2, seed: nocloud }
    cdrom: medium
    disks:
      root: { size: 8G, filesystem: xfs }
      swap: 1G
      data: [{ name: srv, size: 20G, mount: /srv, filesystem: xfs }]
    network:
      - bridge: br0
        mac: "00:16:3e:12:34:56"
        vlan: 9
        addresses: [10.10.0.2/24]
        gateways: [10.10.0.1]
        onLink: true
        dns: [192.0.2.53]
        antispoof: true
    hostname: www
    admin: { <<: *admin, user: other }
    packages: [nginx]
    files: *files
    commands: { late: [date], firstBoot: [date] }
    health: [{ tcp: 80 }, { http: http://localhost/, status: 204 }, { unit: nginx }, { run: "true" }]
    shares: [{ from: db1, name: data, mount: /srv/data, mode: ro }]
    options: { cpu_weight: 512 }
`;
type Plain = Record<string, unknown>;
const whole = (): Plain => parse(WHOLE, { merge: true }) as Plain;
const resolved = (plain: Plain): unknown => resolveProfile(profileSchema.parse(plain));

/** Goes over the maps of a profile, each with what the schema says of it. */
function eachMap(value: unknown, node: SchemaNode, visit: (map: Plain, of: SchemaNode) => void): void {
  if (Array.isArray(value)) {
    const items = itemsOf(node);
    if (items !== undefined) for (const item of value) eachMap(item, items, visit);
  } else if (typeof value === 'object' && value !== null) {
    const map = mapFor(node, Object.keys(value), root);
    if (map === undefined) return;
    visit(value as Plain, map);
    for (const [key, inner] of Object.entries(value)) eachMap(inner, map.properties?.[key] ?? {}, visit);
  }
}

test('a default in the schema is what the program takes when the field is left out', () => {
  const profile = whole();
  const before = resolved(profile);
  const met = new Set<SchemaNode>();
  eachMap(profile, root, (map, { properties = {} }) => {
    for (const [key, field] of Object.entries(properties).filter(([, one]) => 'default' in one)) {
      const { [key]: given } = map;
      expect(given, key).toBeDefined();
      map[key] = field['default'];
      const byDefault = resolved(profile);
      delete map[key];
      expect(resolved(profile), key).toEqual(byDefault);
      // Else nothing was tried.
      expect(byDefault, key).not.toEqual(before);
      map[key] = given;
      met.add(field);
    }
  });
  expect(fields.filter(({ node }) => 'default' in node && !met.has(node)).map(({ at }) => at)).toEqual([]);
});

test('what is not there yet is said to be so, and nothing else is', () => {
  const asks = whole();
  const twoDisks = whole();
  (twoDisks as { host: { storage: Plain } }).host.storage['raid'] = null;
  const refused = new Set(
    [asks, twoDisks].flatMap((plain) => {
      const authored = profileSchema.parse(plain);
      return notSupportedYet(resolveProfile(authored), authored).map(({ path }) =>
        path.filter((part) => typeof part === 'string').join('.'),
      );
    }),
  );
  // Of these only some values are refused, or only those of a DomU: they say which are taken.
  for (const at of ['host.source.extra.key', 'domus.source.extra.key', 'domus.source.medium']) refused.delete(at);
  const said = fields
    .filter(({ node }) => /not supported yet/i.test(node.description ?? ''))
    .map(({ at }) => at.replace(/^Domu\./, 'domus.').replace(/^Storage\./, 'host.storage.'))
    .map((at) => at.replace(/^Bridge\./, 'host.network.bridges.').replace(/^Host\./, 'host.'));
  expect(said.sort()).toEqual([...refused].sort());
});

/** A check by the schema that is published, not by the one it is made of. */
const accepts = (file: string, text: string): unknown =>
  z
    .fromJSONSchema(JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(parse(text)).error?.issues ?? [];

test.each(readdirSync('assets/profiles'))('the published schema accepts %s', (name) => {
  expect(accepts('assets/profile.schema.json', readFileSync(`assets/profiles/${name}`, 'utf8'))).toEqual([]);
});

test('the published schema of files for domu add accepts DomUs alone, and nothing else', () => {
  const schema = 'assets/domus.schema.json';
  const [, example] = /```yaml\n([^]*?)```/.exec(readFileSync('docs/domu-add.md', 'utf8')) ?? [];
  expect(accepts(schema, example ?? '')).toEqual([]);
  expect(accepts(schema, 'version: 1\ndomus: [{ name: web2, memory: 1G, disks: { root: { size: 8G } } }]')).toEqual([]);
  for (const [text, path] of [
    ['version: 1\nhost: {}\ndomus: [{ name: web2 }]', []],
    ['domus: [{ name: web2 }]', ['version']],
    ['version: 1', ['domus']],
    ['version: 1\ndomus: [{ name: web2, memroy: 1G }]', ['domus', 0]],
  ] as const)
    expect(accepts(schema, text), text).toMatchObject([{ path }]);
});
