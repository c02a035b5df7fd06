/**
 * Whatever there is many of in a profile, ten times as many take about ten times as long: from the text to the findings
 * and, where there is no error, to the plan. Ratios within one run, since machines are of any speed.
 */
import { describe, expect, test } from 'vitest';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { everyFinding, hasErrors, inOrder } from '../../src/install/prepare.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { exportProfile } from '../../src/profile/export.ts';
import { loadProfile } from '../../src/profile/load.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN';
const HOST = `version: 1
host:
  hostname: xen1
  storage: { disks: [{ largest: true }] }
`;
const ADMIN = `  admin: { sshKeys: ["${KEY} admin@example"] }\n`;

type Lines = (count: number) => string;
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
/** A list of the host's, one entry a line. */
const ofHost = (key: string, entry: (index: number) => string): Lines => {
  const [before, after] = key.split('[]');
  return (count) =>
    `${HOST}${ADMIN}  ${before}[\n${many(count, (index) => `      ${entry(index)},\n`)}      ]${after ?? ''}\n`;
};
/** A list of one DomU's. */
const ofDomu = (key: string, entry: (index: number) => string): Lines => {
  const [before, after] = key.split('[]');
  return (count) =>
    `${HOST}${ADMIN}domus:\n  - name: d\n    ${before}[\n${many(count, (index) => `      ${entry(index)},\n`)}      ]${after ?? ''}\n`;
};
/** A text of a hundred characters for each. */
const long = (line: (text: string) => string, piece = 'x'): Lines => {
  const times = 100 / piece.length;
  return (count) => `${HOST}${ADMIN}${line(piece.repeat(count * times))}`;
};
const address = (index: number): string => `10.${(index >> 8) & 255}.${index & 255}.1/24`;

const KINDS: Readonly<Record<string, Lines>> = {
  'unknown keys of the host': (count) => `${HOST}${ADMIN}${many(count, (index) => `  nokey${index}: 1\n`)}`,
  'unknown keys of the profile': (count) => `${HOST}${ADMIN}${many(count, (index) => `nokey${index}: 1\n`)}`,
  'keys that are there twice': (count) => `${HOST}${ADMIN}${many(count, () => '  packages: []\n')}`,
  'rules that set something': (count) =>
    `${HOST}${ADMIN}hosts:\n${many(count, (index) => `  - { match: { serial: S${index} }, set: { host: { hostname: x${index} } } }\n`)}`,
  'rules that are wrong': (count) =>
    `${HOST}${ADMIN}hosts:\n${many(count, (index) => `  - { match: { serial: S${index} }, set: { host: { nokey: 1 } } }\n`)}`,
  'rules that bring DomUs': (count) =>
    `${HOST}${ADMIN}hosts:\n${many(count, (index) => `  - { match: { serial: S${index} }, set: { domus: [{ name: d${index} }] } }\n`)}`,
  DomUs: (count) => `${HOST}${ADMIN}domus:\n${many(count, (index) => `  - { name: d${index} }\n`)}`,
  'DomUs of one name': (count) => `${HOST}${ADMIN}domus:\n${many(count, () => '  - { name: d }\n')}`,
  'DomUs with unknown keys': (count) =>
    `${HOST}${ADMIN}domus:\n${many(count, (index) => `  - { name: d${index}, nokey: 1 }\n`)}`,
  'uses of one anchor': (count) => `${HOST}${ADMIN}domus:\n  - &d { name: d }\n${many(count, () => '  - *d\n')}`,
  'rules that use one anchor': (count) =>
    `${HOST}${ADMIN}  packages: &p [vim]\nhosts:\n${many(count, (index) => `  - { match: { serial: S${index} }, set: { host: { packages: *p } } }\n`)}`,
  anchors: ofHost('packages: []', (index) => `&a${index} a${index}`),
  packages: ofHost('packages: []', (index) => `a${index}`),
  'bad packages': ofHost('packages: []', (index) => `A_${index}`),
  'packages that are numbers': ofHost('packages: []', String),
  files: ofHost('files: []', (index) => `{ path: /etc/f${index}, content: x }`),
  'files at one path': ofHost('files: []', () => '{ path: /etc/f, content: x }'),
  'secret files': ofHost('files: []', (index) => `{ path: /etc/f${index}, content: x, mode: "0600" }`),
  commands: ofHost('commands: { late: [] }', (index) => `"true ${index}"`),
  bridges: ofHost(
    'network: { bridges: [] }',
    (index) => `{ name: b${index}, uplinks: [{ name: e${index} }], addresses: ["${address(index)}"] }`,
  ),
  'bad bridges': ofHost(
    'network: { bridges: [] }',
    () => '{ name: b b, uplinks: [{ name: e }], addresses: [10.0.0.1/24] }',
  ),
  VLANs: ofHost(
    'network: { bridges: [] }',
    (index) => `{ name: b${index}, uplinks: [{ name: enp175s0f0np0 }], vlan: ${(index % 4094) + 1}, addresses: [] }`,
  ),
  'networks behind the host': ofHost(
    'network: { bridges: [] }',
    (index) => `{ name: b${index}, uplinks: [], mode: nat, guests: { addresses: ["${address(index)}"] } }`,
  ),
  repositories: ofHost(
    'source: { mirror: "http://mirror.example/debian", extra: [] }',
    (index) => `{ uri: "http://mirror.example/${index}", suite: x, components: [main] }`,
  ),
  keys: (count) => `${HOST}  admin: { sshKeys: [\n${many(count, (index) => `      "${KEY} ${index}",\n`)}      ] }\n`,
  'bad keys': (count) =>
    `${HOST}  admin: { sshKeys: [\n${many(count, (index) => `      "bad ${index}",\n`)}      ] }\n`,
  'selectors of disks': (count) =>
    `${HOST.replace('{ largest: true }', `\n${many(count, (index) => `      { serial: S${index} },\n`)}      `)}${ADMIN}`,
  volumes: ofDomu('disks: { data: [] }', (index) => `{ name: v${index}, size: 1G, mount: /srv/${index} }`),
  interfaces: ofDomu('network: []', (index) => `{ addresses: ["${address(index)}"] }`),
  'interfaces on unknown bridges': ofDomu('network: []', (index) => `{ bridge: nobridge${index} }`),
  'checks of health': ofDomu('health: []', () => '{ tcp: 22 }'),
  'options of xl': (count) =>
    `${HOST}${ADMIN}domus:\n  - name: d\n    options:\n${many(count, (index) => `      k${index}: 1\n`)}`,
  'a long option of Xen': long((text) => `  xen: { options: "${text}" }\n`),
  'a row of blanks': long((text) => `  xen: { options: "${text}" }\n`, ' '),
  'a long command': long((text) => `  commands: { late: ["${text}"] }\n`),
  'a long file': long((text) => `  files: [{ path: /etc/x, content: "${text}" }]\n`, String.raw`x\n`.repeat(5)),
  'a long package': long((text) => `  packages: ["${text}"]\n`),
  'a long name server': long((text) => `  network: { bridges: [{ dns: ["${text}"] }] }\n`, '1:'),
  'a long mirror': long((text) => `  source: { mirror: "http://${text}" }\n`, 'x/'),
  'a mirror of slashes': long((text) => `  source: { mirror: "http://u:p@x/${text}x" }\n`, '/'),
  'a mount point of slashes': long(
    (text) => `domus:\n  - { name: d, disks: { data: [{ name: x, size: 1G, mount: "/${text}x" }] } }\n`,
    '/',
  ),
  'a deep mount point': long(
    (text) => `domus:\n  - { name: d, disks: { data: [{ name: x, size: 1G, mount: "/${text}x" }] } }\n`,
    'a/',
  ),
  'a deep file': long((text) => `  files: [{ path: "/${text}x", content: x }]\n`, 'a/'),
  'a file below slashes': long((text) => `  files: [{ path: "/${text}x", content: x }]\n`, '/'),
  'a deep suite': long(
    (text) =>
      `  source: { mirror: "http://mirror.example/debian", extra: [{ uri: "http://mirror.example/", suite: "${text}x", components: [main] }] }\n`,
    'a/',
  ),
  'a deep key file': long((text) => `  source: { keyring: "/${text}x" }\n`, 'a/'),
  'a long name of labels': long((text) => `  ntp: ["${text}x"]\n`, 'a.'),
  'a long unit': long((text) => `domus:\n  - { name: d, health: [{ unit: "${text}" }] }\n`, 'a@'),
  'a long address of a page': long(
    (text) => `domus:\n  - { name: d, health: [{ http: "http://localhost/${text}" }] }\n`,
    '%2',
  ),
  'a long number': long((text) => `  xen: { vcpus: ${text} }\n`, '1'),
  'a long key': long((text) => `  ? "${text}"\n  : 1\n`),
  'brackets in brackets': long((text) => `  packages: ${text}\n`, '['),
  'closing brackets': (count) => `${HOST}${ADMIN}domus:\n  - name: d\n    x: [\n${many(count, () => '    {},\n')}`,
  'dashes after dashes': long((text) => `  packages:\n    ${text}x\n`, '- '),
  comments: (count) => `${HOST}${ADMIN}${many(count, (index) => `# comment ${index}\n`)}`,
};

const facts = imageMachine({
  disks: [{ sizeMiB: 64_000_000 }],
  memoryMiB: 64_000_000,
  seed: '00',
  aptSources: { mirrors: [] },
});

/** The whole way that a profile goes before anything is changed: what the processor worked for it, in milliseconds. */
function timeOf(text: string): number {
  const begin = process.threadCpuUsage();
  const loaded = loadProfile(text, 'p.yaml');
  const findings = inOrder(everyFinding(loaded, facts));
  if (loaded.profile !== null && !hasErrors(findings)) {
    exportProfile(loaded.profile);
    buildPlan(loaded.profile, facts);
  }
  const { user, system } = process.threadCpuUsage(begin);
  return (user + system) / 1000;
}

const FEW = 150;
/** What is ten times as much would take a hundred times as long where each is compared with each other. */
const MOST_TIMES = 40;
/** Below this the start and the machine's other work count more. */
const LEAST_MS = 8;

describe('ten times as many take about ten times as long', () => {
  test.each(Object.entries(KINDS))('%s', (_, textOf) => {
    timeOf(textOf(FEW));
    const fewMs = Math.max(LEAST_MS, timeOf(textOf(FEW)));
    const most = MOST_TIMES * fewMs;
    // A second try, since memory is cleaned at any time.
    const times = [timeOf(textOf(FEW * 10))];
    if ((times[0] ?? 0) > most) times.push(timeOf(textOf(FEW * 10)));
    expect(Math.min(...times)).toBeLessThan(most);
  });
});
