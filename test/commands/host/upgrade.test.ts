/** `xenwright host upgrade`: what it shows, refuses and runs, with stand-ins for apt and the host. */
import { beforeEach, describe, expect, test } from 'vitest';
import { hostUpgrade } from '../../../src/commands/host/upgrade/run.ts';
import type { Bench } from '../../../src/commands/domu/power.ts';
import type { Answer, StatusPort } from '../../../src/host/status/port.ts';
import type { UpgradePort } from '../../../src/host/upgrade/upgrade.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';

const OPENSSL = 'Inst openssl [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])\n';
const GRUB = 'Inst grub-pc-bin [2.12-9] (2.12-9+deb13u1 Debian:13.2/stable [amd64])\n';
const KERNEL = 'Inst linux-image-6.12.50+deb13-amd64 (6.12.50-1 Debian:13.2/stable [amd64])\n';

let said = '';
let asked: string[] = [];
let ran: (readonly string[])[] = [];
/** What the host's tools say, by the beginning of their command line. */
let answers: Record<string, string | Answer> = {};
let files: Record<string, string> = {};
let faults: readonly string[] = [];
let freeMiB: number | null = 400;
let restarts = 0;

beforeEach(() => {
  [said, asked, ran, faults, freeMiB, restarts] = ['', [], [], [], 400, 0];
  answers = { 'apt-get -q update': '', 'apt-get -s': OPENSSL, 'dpkg --audit': '', stat: '' };
  files = { '/proc/sys/kernel/osrelease': '6.12.48+deb13-amd64\n' };
});

const look = {
  read: async (path: string) => files[path] ?? null,
  list: async () => [],
  ask: async (argv: readonly string[]): Promise<Answer> => {
    const line = argv.join(' ');
    asked.push(line);
    const found = Object.entries(answers).find(([begin]) => line.startsWith(begin))?.[1];
    if (found === undefined) return { kind: 'missing' };
    return typeof found === 'string' ? { kind: 'said', exitCode: 0, text: found, trouble: '' } : found;
  },
  isRoot: true,
} as unknown as StatusPort;
const port: UpgradePort = {
  look,
  freeMiB: async () => freeMiB,
  run: async (_, words) => {
    ran.push(words);
  },
  bootFaults: async () => faults,
};
const io: CommandIo = {
  readText: async () => '',
  out: (text) => {
    said += text;
  },
  err: (text) => {
    said += text;
  },
  interactive: false,
};
const upgrade = async (options: Parameters<typeof hostUpgrade>[0] = {}, more: Partial<UpgradePort> = {}) =>
  await hostUpgrade(options, io, {
    bench: { words: (message) => say(message, translator('en')) } as Bench,
    port: { ...port, ...more },
    restart: async () => {
      restarts += 1;
      return 0;
    },
  });

describe('host upgrade', () => {
  test('fetches the lists, shows what waits and installs it', async () => {
    expect(await upgrade()).toBe(0);
    expect(said).toContain('openssl 3.5.1-1 -> 3.5.1-1+deb13u1 [security]\n');
    expect(said).toContain('1 update installed.');
    expect(asked[0]).toMatch(/^apt-get -q update/);
    expect(ran).toEqual([['']]);
  });

  test('renews GRUB on the disks of the host when it is among them', async () => {
    answers['apt-get -s'] = GRUB;
    files['/etc/grub.d/09_xenwright'] = '#!/bin/sh\n';
    answers['findmnt --noheadings --output SOURCE --mountpoint /boot/efi'] = {
      kind: 'said',
      exitCode: 1,
      text: '',
      trouble: '',
    };
    answers['findmnt --noheadings --output SOURCE --mountpoint /boot'] = '/dev/vda2\n';
    answers['lsblk --json --inverse'] = JSON.stringify({
      blockdevices: [{ path: '/dev/vda2', type: 'part', children: [{ path: '/dev/vda', type: 'disk' }] }],
    });
    answers['lsblk --json --output NAME,PATH,PARTTYPE /dev/vda'] = JSON.stringify({
      blockdevices: [
        { path: '/dev/vda', children: [{ path: '/dev/vda1', parttype: '21686148-6449-6e6f-744e-656564454649' }] },
      ],
    });
    expect(await upgrade()).toBe(0);
    expect(ran).toEqual([['grub-install --target=i386-pc --recheck /dev/vda\nupdate-grub']]);
    said = '';
    expect(await upgrade({ dryRun: true })).toBe(0);
    expect(said).toContain('apt-get --with-new-pkgs upgrade\ngrub-install --target=i386-pc --recheck /dev/vda\n');
  });

  test('changes and fetches nothing with --dry-run', async () => {
    expect(await upgrade({ dryRun: true })).toBe(0);
    expect(asked.filter((line) => line.startsWith('apt-get'))).toEqual([expect.stringMatching(/^apt-get -s /)]);
    expect(ran).toEqual([]);
  });

  test('says what must restart, and restarts the host only when it is told to', async () => {
    files['/run/reboot-required'] = '*** System restart required ***\n';
    expect(await upgrade()).toBe(0);
    expect(said).toContain('xenwright host restart');
    expect(restarts).toBe(0);
    expect(await upgrade({ restart: true })).toBe(0);
    expect(restarts).toBe(1);
  });

  test('ends with 5 when the next start would not be as it should', async () => {
    faults = ['Xen is not the default in grub.cfg'];
    files['/run/reboot-required'] = 'yes\n';
    expect(await upgrade({ restart: true })).toBe(5);
    expect(said).toContain('Xen is not the default in grub.cfg');
    expect(restarts).toBe(0);
  });

  test('is refused before anything is installed: no room in /boot, half installed packages, no apt, no root', async () => {
    [answers['apt-get -s'], freeMiB] = [KERNEL, 100];
    await expect(upgrade()).rejects.toMatchObject({ code: 'updates-refused', exit: 4 });
    [answers['dpkg --audit'], freeMiB] = ['The following packages are only half configured', 400];
    await expect(upgrade()).rejects.toMatchObject({ code: 'updates-refused', exit: 4 });
    answers = {};
    await expect(upgrade()).rejects.toMatchObject({ code: 'updates-unknown', exit: 4 });
    await expect(upgrade({}, { look: { ...look, isRoot: false } })).rejects.toMatchObject({ code: 'needs-root' });
    expect(ran).toEqual([]);
  });

  test("shows apt's own last words where its archives do not answer", async () => {
    answers['apt-get -q update'] = {
      kind: 'said',
      exitCode: 100,
      text: '',
      trouble: 'E: Failed to fetch http://192.0.2.1/debian\n',
    };
    await expect(upgrade()).rejects.toMatchObject({
      code: 'updates-unknown',
      exit: 5,
      lastLines: ['E: Failed to fetch http://192.0.2.1/debian'],
    });
  });

  test('names what stays', async () => {
    answers['apt-get -s'] = `The following packages have been kept back:\n  libfoo1\n1 upgraded\n${OPENSSL}`;
    await upgrade();
    expect(said).toContain('libfoo1');
  });
});
