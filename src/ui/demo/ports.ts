/** The wizard's world in a demo: a captured machine in place of this one. Only a profile that is asked for is written. */
import type { Facts } from '../../facts/facts.ts';
import type { WizardPorts } from '../wizard/session.ts';

/** It has the form of a hash, and no password fits it. */
const NOBODYS_HASH = `$6$demo$${'.'.repeat(86)}`;
/** Some that everybody knows: the machine that is pretended has no apt. */
const PACKAGES = [
  'apache2',
  'bind9',
  'curl',
  'dnsmasq',
  'git',
  'htop',
  'mariadb-server',
  'nginx',
  'nginx-common',
  'php-fpm',
  'postfix',
  'postgresql',
  'python3',
  'redis-server',
  'rsync',
  'samba',
  'tmux',
  'vim',
];
const NO_SEED = 'de'.repeat(32);

export interface DemoWorld {
  readonly facts: Facts;
  readonly machine: string;
  readonly ownKeys: readonly string[];
  writePrivate(file: string, text: string): Promise<void>;
  showText(text: string): Promise<void>;
}

export function demoPorts({ facts, machine, ownKeys, writePrivate, showText }: DemoWorld): WizardPorts {
  const marked = (text: string): string =>
    `# Made by the demo of Xenwright, on the pretended machine ${machine}. Passwords were not kept: set them before you use this.\n${text}`;
  return {
    // As if booted from the medium: the disks of the machine are what one installs onto.
    probe: async () => ({ facts, ownKeys, isMedium: true, isRoot: true }),
    freshSeed: NO_SEED,
    lookAtImage: async (file) => ({ file, exists: false, planHash: null, seed: null }),
    lookAtMedium: async (source) => ({
      source,
      path: source === 'cdrom' ? '/dev/sr0' : source,
      id: 'de'.repeat(8),
      label: facts.media.find(({ kind }) => kind === 'optical')?.label ?? 'Debian 13.1.0 amd64 1',
      sizeBytes: 3_900_000_000,
      archives: [{ suite: 'trixie', components: ['main', 'non-free-firmware'], trust: 'signed' }],
    }),
    keepImageSeed: async () => undefined,
    packageNames: async () => PACKAGES,
    hashPassword: async () => NOBODYS_HASH,
    writePrivate: async (file, text) => await writePrivate(file, marked(text)),
    // The USB drives of a captured machine are not those of this one.
    writeToUsbDrive: async () => {
      throw new Error('the demo writes to no stick; a file can be had');
    },
    showText: async (text) => await showText(marked(text)),
    saveDraft: () => undefined,
    forgetDraft: () => undefined,
    now: () => new Date(),
  };
}
