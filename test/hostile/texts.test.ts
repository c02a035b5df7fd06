/**
 * Hostile texts in every field of a profile: each is refused by a finding, or what is written into the host and its
 * DomUs has the same form as ever, in each of the languages. What is free by its nature (commands, contents of files)
 * is not tried.
 */
import { spawnSync } from 'node:child_process';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { expect, test } from 'vitest';
import { checkProfile } from '../../src/check/check.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import type { TreeFile } from '../../src/plan/action.ts';
import { buildModel } from '../../src/plan/build-model.ts';
import { dom0Tree } from '../../src/plan/dom0/dom0.ts';
import { domuRecord } from '../../src/plan/domu/domu-record.ts';
import { domuTree } from '../../src/plan/domu/domu.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { hostileRun, oneOf } from './seed.ts';

const PROFILE = `version: 1
language: de_DE.UTF-8
keyboard: { layout: de, variant: nodeadkeys }
timezone: Europe/Berlin
host:
  hostname: xen1.example.org
  ntp: [ntp.example.org]
  proxy: "http://proxy.example.org:3128"
  source: { mirror: "http://mirror.example.org/debian", securityMirror: "http://mirror.example.org/security", components: [main], keyring: /usr/share/keyrings/own.gpg, extra: [{ uri: "http://extra.example.org/x", suite: trixie, components: [main], key: /usr/share/keyrings/extra.gpg }] }
  storage: { disks: [{ largest: true }], volumeGroup: vg0 }
  network: { bridges: [{ name: xenbr0, addresses: [192.0.2.10/24], gateways: [192.0.2.1], dns: [192.0.2.53], routes: [{ to: 10.0.0.0/8, via: 192.0.2.254 }] }, { name: xenbr1, mode: nat, guests: { addresses: [10.10.0.1/24] } }] }
  xen: { options: spec-ctrl=no }
  admin: { user: admin, password: "env:PASSWORD", sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
  packages: [vim]
  files: [{ path: /etc/own.conf, content: x, owner: "root:adm" }]
domus:
  - name: web1
    hostname: web1
    disks: { data: [{ name: srv, size: 1G, mount: /srv }] }
    network: [{ bridge: xenbr0, addresses: [192.0.2.20/24], gateways: [192.0.2.1], dns: [192.0.2.53], antispoof: true }]
    packages: [nginx]
    health: [{ unit: nginx }, { http: "http://localhost/health" }]
    options: { device_model_args: x }
`;
const PIECES = [
  ...['\n', '\r', '\t', ' ', '\0', '\u001B[31m', '\u2028', '"', "'", '`', '\\', '$', '$(id)', '${x}', '%n', '%%'],
  ...['#', ';', '&', '|', '<', '>', '{', '}', '[', ']', '(', ')', '*', '?', '~', '!', '=', ',', ':', '/', '..', '/../'],
  ...[
    '\nTrusted: yes',
    '\n[Service]\nExecStart=/bin/sh',
    '\n}\nmenuentry x {',
    '" }; evil "',
    'é',
    '日',
    '\u{1F600}',
    'x',
  ],
];

const facts = imageMachine({
  disks: [{ sizeMiB: 64_000 }],
  memoryMiB: 16_384,
  seed: '00',
  aptSources: { mirrors: [] },
});

/** Every text of the profile, by its path, but for what is free. */
function textPaths(): (string | number)[][] {
  const found: (string | number)[][] = [];
  const walk = (node: unknown, path: (string | number)[]): void => {
    if (isMap(node))
      for (const { key, value } of node.items) walk(value, [...path, String((key as { value?: unknown }).value)]);
    else if (isSeq(node)) node.items.forEach((item, index) => walk(item, [...path, index]));
    else if (isScalar(node) && typeof node.value === 'string' && path.at(-1) !== 'content') found.push(path);
  };
  walk(parseDocument(PROFILE).contents, []);
  return found;
}

/** What is written, by whose and where; null where a finding refuses the profile. */
function written(text: string): ReadonlyMap<string, TreeFile> | null {
  const { profile, findings } = loadProfile(text, 'p.yaml');
  if (profile === null) return null;
  if ([...findings, ...checkProfile(profile, facts)].some(({ severity }) => severity === 'error')) return null;
  const { model } = buildModel(profile, facts);
  const ofDom0 = [...dom0Tree(model).files, ...model.domus.flatMap((domu) => domuRecord(model, domu).files)];
  const ofDomus = model.domus.flatMap((domu) => domuTree(model, domu).files);
  return new Map(
    [...ofDom0.map((file) => ['dom0', file] as const), ...ofDomus.map((file) => ['domu', file] as const)]
      .filter(([, { path }]) => !path.startsWith('/usr/lib/xenwright/'))
      .map(([domain, file]) => [`${domain}:${file.path}`, file]),
  );
}

const XL_STRING = String.raw`"([^"\\\n]|\\.)*"`;
const XL_LINE = new RegExp(
  String.raw`^(#.*|[a-z][a-z0-9_]* = ([0-9][0-9a-fx]*|${XL_STRING}|\[ (${XL_STRING}(, )?)* \]))$`,
);

/** The form of a file, without what is in it; a fault where its language does not read it. */
function formOf({ path, content }: TreeFile): string {
  if (typeof content !== 'string') return 'secret';
  const lines = content.trimEnd().split('\n');
  if (content.startsWith('#!/bin/sh'))
    return String(spawnSync('sh', ['-n'], { input: content, encoding: 'utf8' }).status);
  if (path.endsWith('/grub.cfg'))
    return String(spawnSync('grub-script-check', { input: content, encoding: 'utf8' }).status);
  if (/^\/etc\/xen\/[^/]+\.cfg$/.test(path))
    return lines.every((line) => XL_LINE.test(line)) ? 'xl' : `bad: ${content}`;
  if (path.endsWith('.json')) return Object.keys(JSON.parse(content) as object).join(' ');
  if (path === '/etc/fstab')
    return lines.map((line) => (line.startsWith('#') ? '#' : line.split(/\s+/).length)).join(' ');
  // Keys of systemd's, apt's and other files of settings; a bare line counts as one.
  return lines.map((line) => /^(\[\w+\]|[\w.:-]+(?==|: | ")|#)/.exec(line)?.[0] ?? '-').join(' ');
}

test('hostile texts are refused, or written in a form that their readers take', () => {
  const run = hostileRun('texts');
  const paths = textPaths();
  const usual = new Map([...(written(PROFILE) ?? [])].map(([place, file]) => [place, formOf(file)]));
  expect([paths.length > 40, usual.size > 30]).toEqual([true, true]);
  const faults: string[] = [];
  let writtenCount = 0;
  while (Date.now() < run.until && faults.length < 10) {
    const path = oneOf(run.random, paths);
    const document = parseDocument(PROFILE);
    const before = String(document.getIn(path));
    const at = Math.floor(run.random() * (before.length + 1));
    const after = `${before.slice(0, at)}${oneOf(run.random, PIECES)}${run.random() < 0.3 ? oneOf(run.random, PIECES) : ''}${before.slice(at)}`;
    document.setIn(path, after);
    try {
      const files = written(document.toString());
      if (files === null) continue;
      writtenCount += 1;
      for (const [place, file] of files) {
        const form = usual.get(place);
        if (form !== undefined && formOf(file) !== form)
          faults.push(`${path.join('.')}=${JSON.stringify(after)}: ${place} is ${formOf(file)}, not ${form}`);
      }
    } catch (error) {
      faults.push(`${path.join('.')}=${JSON.stringify(after)}: ${String(error)}`);
    }
  }
  expect(faults).toEqual([]);
  expect(writtenCount).toBeGreaterThan(0);
}, 3_600_000);
