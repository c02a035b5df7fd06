/** The world of a pretended wizard: a captured machine, nothing is touched, and what was written can be looked at. */
import type { Facts } from '../../../src/facts/facts.ts';
import type { WizardPorts } from '../../../src/ui/wizard/session.ts';
import type { SavedDraft } from '../../../src/ui/wizard/state.ts';

export const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example';
export const HASH = `$6$salt$${'x'.repeat(86)}`;

export interface Pretend extends WizardPorts {
  /** What is plugged in; changing it is hot-plugging. */
  facts: Facts;
  /** Texts on the ordinary screen. */
  readonly shown: string[];
  readonly saved: SavedDraft[];
  readonly files: Map<string, string>;
  readonly seeds: Map<string, string>;
  /** Image files, and the plan each was begun with. */
  readonly images: Map<string, string | null>;
  /** Passwords that were to be hashed. */
  readonly passwords: string[];
}

export function pretendPorts(
  facts: Facts,
  {
    ownKeys = [KEY],
    isMedium = false,
    isRoot = true,
    ...changed
  }: Partial<WizardPorts> & {
    readonly ownKeys?: readonly string[];
    readonly isMedium?: boolean;
    readonly isRoot?: boolean;
  } = {},
): Pretend {
  const ports: Pretend = {
    shown: [],
    saved: [],
    files: new Map(),
    seeds: new Map(),
    images: new Map(),
    passwords: [],
    facts,
    freshSeed: 'ab'.repeat(32),
    probe: async () => ({ facts: ports.facts, ownKeys, isMedium, isRoot }),
    lookAtImage: async (file) => ({
      file,
      exists: ports.images.has(file),
      planHash: ports.images.get(file) ?? null,
      seed: ports.seeds.get(file) ?? null,
    }),
    lookAtMedium: async (source) => {
      throw new Error(`${source} is not there`);
    },
    keepImageSeed: async (file, seed) => {
      ports.seeds.set(file, seed);
    },
    packageNames: async () => ['curl', 'libnginx-mod-http-geoip', 'nginx', 'nginx-common', 'python3-nginx'],
    hashPassword: async (password) => {
      ports.passwords.push(password);
      return HASH;
    },
    writePrivate: async (file, text) => {
      ports.files.set(file, text);
    },
    writeToUsbDrive: async ({ device }, name, text) => {
      ports.files.set(`${device}:${name}`, text);
      return name;
    },
    showText: async (text) => {
      ports.shown.push(text);
    },
    saveDraft: (saved) => {
      ports.saved.push(saved);
    },
    forgetDraft: () => {
      ports.saved.length = 0;
    },
    now: () => new Date(0),
    ...changed,
  };
  return ports;
}
