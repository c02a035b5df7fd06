/** A host model for tests of the tree renderers, made the way a run makes it: from a profile and the image machine's facts. */
import { imageMachine } from '../../../src/facts/image-machine.ts';
import { buildModel } from '../../../src/plan/build-model.ts';
import type { HostModel, TreeContent } from '../../../src/plan/model.ts';
import { loadProfile } from '../../../src/profile/load.ts';

/** `changes` are `--set` words, e.g. `host.hypervisor=none`. */
export function modelOf(changes: readonly string[] = [], text = PROFILE): HostModel {
  const { profile, findings } = loadProfile(text, 'profile.yaml', changes);
  if (profile === null) throw new Error(JSON.stringify(findings));
  return buildModel(profile, imageMachine({ disks: [{ sizeMiB: 65_536 }], seed: '00ff', aptSources: { mirrors: [] } })).model;
}

/** The text of one file of a tree; fails when it is not there. */
export function fileIn(tree: TreeContent, path: string): string {
  const file = tree.files.find((one) => one.path === path);
  if (file === undefined || typeof file.content !== 'string') throw new Error(`no ${path} among ${tree.files.map((one) => one.path).join(' ')}`);
  return file.content;
}

/** Is there such a file? */
export function has(tree: TreeContent, path: string): boolean { return tree.files.some((one) => one.path === path); }

const PROFILE = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 4G, swap: 512M, cache: 2G, boot: 512M }
  admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
domus:
  - { name: web1, memory: 512M, disks: { root: { size: 2G }, swap: 256M, data: [{ name: srv, size: 1G, mount: /srv }] }, health: [{ tcp: 22 }, { unit: ssh }] }
  - { name: db1, type: pv, memory: 512M, disks: { root: { size: 2G }, swap: 0 }, autostart: false }
`;
