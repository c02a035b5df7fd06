/** Options that several commands have. */
import type { TextKey } from '../i18n/keys.ts';
import type { OptionData } from './command.ts';

/** What a SOURCE must show, and which machine it is asked for. */
export const SOURCE_OPTIONS: readonly OptionData[] = [
  { flags: '--sha256 <hex>', words: 'commandLine.options.sha256', kind: 'sha256' },
  { flags: '--pubkey <file>', words: 'commandLine.options.pubkey', kind: 'source' },
  { flags: '--tls-fingerprint <hex>', words: 'commandLine.options.tlsFingerprint', kind: 'fingerprint' },
  allowClear('commandLine.options.allowClear'),
  { flags: '--as <key=value>', words: 'commandLine.options.as', kind: 'machine', isRepeatable: true },
];

export const SCREEN_READER: OptionData = { flags: '--screen-reader', words: 'commandLine.options.screenReader' };

/** Of the wizard, with and without its name. */
export const WIZARD_OPTIONS: readonly OptionData[] = [
  SCREEN_READER,
  { flags: '--profile <source>', words: 'commandLine.xenwright.profile', kind: 'source' },
  { flags: '--image <file[:size]>', words: 'commandLine.xenwright.image', kind: 'image' },
  { flags: '--demo', words: 'commandLine.xenwright.demo' },
  { flags: '--machine <name>', words: 'commandLine.xenwright.machine', kind: 'name' },
  { flags: '--demo-failure', words: 'commandLine.xenwright.demoFailure' },
  { flags: '--demo-seconds <n>', words: 'commandLine.xenwright.demoSeconds', kind: 'demoSeconds' },
];

export const FIRMWARE: OptionData = {
  flags: '--firmware <kind>',
  words: 'commandLine.options.firmware',
  choices: ['bios', 'uefi'],
  default: 'bios',
};

/** Fields of a profile whose secrets may go over plain HTTP. */
export function allowClear(words: TextKey): OptionData {
  return { flags: '--allow-clear <path>', words, kind: 'name', isRepeatable: true };
}

/** Changes of fields of a profile. */
export function changes(words: TextKey): OptionData {
  return { flags: '--set <path=value>', words, kind: 'change', isRepeatable: true };
}

/** Disk images in place of this machine's disks. */
export function images(words: TextKey): OptionData {
  return { flags: '--image <file[:size]>', words, kind: 'image', isRepeatable: true };
}

/** Of commands that stop DomUs. */
export const STOP_OPTIONS: readonly OptionData[] = [
  { flags: '--all', words: 'commandLine.domu.power.allRunning' },
  { flags: '--timeout <seconds>', words: 'commandLine.domu.power.timeout', kind: 'number' },
  { flags: '--force', words: 'commandLine.domu.power.force' },
  { flags: '--yes', words: 'commandLine.domu.add.yes' },
  { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
];
