/** One host for all rows: what a profile with a row's value is refused for, and what is written for it. */
import { checkProfile } from '../../../src/check/check.ts';
import type { Facts } from '../../../src/facts/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { EffectiveProfile } from '../../../src/profile/effective.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { imageFacts } from '../../plan/host.ts';
import type { FieldRow } from './row.ts';

export interface WrittenFile {
  readonly domain: string;
  readonly path: string;
  readonly content: string;
}

const PROFILE = `
version: 1
host:
  hostname: xen1.example.org
  source: { mirror: "http://deb.debian.org/debian" }
  storage: { disks: [{}], root: 4G, swap: 512M, cache: 2G, boot: 512M }
  admin:
    passwordHash: "$6$abc$NlbF3uzuPBEnxZBVJ5K0cyp8tvKGYqAxGrqGQ4.SU49cT31Ls3dC97UEwiLmWnGJKlO7NBfHphpJpAvtEcm1m."
    sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"]
domus:
  - { name: web1, memory: 256M, disks: { root: { size: 2G }, swap: 256M, data: [{ name: srv, size: 1G, mount: /srv }] } }
`;

const card = (name: string, mac: string, pci: string) => ({
  name,
  mac,
  pci,
  carrier: name === 'enp1s0',
  driver: 'e1000e',
});

/** A machine with one disk and three network cards, by its facts. */
function machine(): Facts {
  const facts = imageFacts();
  return {
    ...facts,
    disks: facts.disks.map((disk) => ({
      ...disk,
      path: '/dev/vda',
      serial: 'WD-1234',
      wwn: '0x5000c500a1b2c3d4',
      model: 'Samsung SSD 870',
    })),
    nics: [
      card('enp1s0', '52:54:00:12:34:56', '0000:01:00.0'),
      card('enp3s0', '52:54:00:12:34:57', '0000:03:00.0'),
      card('enp10s0', '52:54:00:12:34:58', '0000:0a:00.0'),
    ].map((one) => ({ ...facts.nics[0], ...one })) as unknown as Facts['nics'],
  };
}
const facts = machine();

/** Codes of all findings of a row with this value, `warning CODE` where it is only one, and the profile where it is one. */
export function findingsOf(row: FieldRow, typed: string): { codes: string[]; profile: EffectiveProfile | null } {
  const sets = [row.put].flat().map((word) => word.replaceAll('@', () => typed));
  const loaded = loadProfile(PROFILE, 'profile.yaml', sets);
  const findings = loaded.findings;
  const profile = loaded.profile ?? loaded.variants.at(-1)?.profile ?? null;
  return {
    profile,
    codes: [...findings, ...(profile === null ? [] : checkProfile(profile, facts))].map(({ severity, code }) =>
      severity === 'warning' ? `warning ${code}` : code,
    ),
  };
}

/** Files with their whole content, and one more, `plan`: what the other steps are told. */
export function writtenFor(profile: EffectiveProfile): WrittenFile[] {
  const { actions } = buildPlan(profile, facts);
  const files = actions.flatMap((action) =>
    action.kind === 'tree.files'
      ? action.params.files.map(({ path, content, mode, owner }) => ({
          domain: action.params.tree.domain,
          path,
          content: typeof content === 'string' ? content : JSON.stringify(content),
          mode,
          owner,
        }))
      : [],
  );
  const sizes = actions.flatMap((action) => (action.kind === 'storage.make' ? sizesOf(action.params.node) : []));
  const modes = files.map(({ path, mode, owner }) => `${path} ${mode} ${owner}`);
  const others = actions.filter(({ kind }) => kind !== 'tree.files').map(({ params }) => JSON.stringify(params));
  return [...files, { domain: 'host', path: 'plan', content: [...sizes, ...modes, ...others].join('\n') }];
}

/** `ID SIZE` in MiB, partitions by their labels. */
function sizesOf(node: { readonly id: string; readonly sizeMiB: number; readonly partitions?: unknown }): string[] {
  const partitions = (node.partitions ?? []) as readonly { label: string; sizeMiB: number | null }[];
  return [`${node.id} ${node.sizeMiB}`, ...partitions.map(({ label, sizeMiB }) => `${label} ${sizeMiB}`)];
}
