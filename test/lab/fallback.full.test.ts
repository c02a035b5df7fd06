/**
 * Xen that does not come up, by each cause and by each firmware (virtual machines): the host starts the plain kernel
 * with its network, says so at its console, at login and in its report, and why; then the commands of docs/rescue.md
 * are typed at its console, and Xen is there again with the guest. One install; each walk has a copy of it. The
 * consoles stay under test/artifacts/lab/fallback.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostVerdict } from '../../src/report/verdict.ts';
import { bootMachine, powerOff } from '../../src/system/vm/boot-machine.ts';
import type { Machine } from '../../src/system/vm/qemu.ts';
import { breakXen, giveXenOptions } from './support/break-xen.ts';
import { cli, labFolder } from './support/cli.ts';
import { HostConsole } from './support/host-console.ts';
import { copyInstalled } from './support/installed-disk.ts';
import { mirrorOf, type Mirror } from './support/mirror.ts';
import { reportServer, type ReportServer } from './support/report-server.ts';
import { commandsOf, WAYS } from './support/rescue-page.ts';

const MINUTE = 60_000;
/** Of a start, from power-on to the host's own words; DomUs included. */
const START_MS = 25 * MINUTE;
/** Of one command: apt with lists to fetch, update-grub. */
const COMMAND_MS = 15 * MINUTE;
const NOTICE = 'THIS HOST RUNS WITHOUT XEN';
const [PASSWORD, HASH] = [
  'lab',
  '$6$labsalt$e.svQvk8jX0mQEPpLUGudMvFCNwOZ/CJK6NOYcVPXe7CEfTAvAHE/4QjVQRPpiwy.ZyFJYVD03OjeHrHcjTKj/',
];
/** Xen panics for want of an IOMMU, and then stands still until somebody presses reset. */
const HANGS = 'dom0=pvh noreboot';

interface Cause {
  readonly name: string;
  readonly why: RegExp;
  /** What the console shows of the end of Xen; null: it does not begin. */
  readonly end: RegExp | null;
  /** It stands still then. */
  readonly hangs?: boolean;
  readonly processor?: string;
  readonly commands: () => readonly string[];
  /** What does not help, and what it says. */
  readonly useless?: readonly [command: string, says: RegExp];
  spoil?(image: string): void;
}

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('fallback');
const installed = join(folder, 'host.img');
let server: ReportServer;
let archive: Mirror;

const CAUSES: readonly Cause[] = [
  {
    name: 'a damaged xen.gz',
    why: /its file in \/boot is damaged/,
    end: null,
    commands: () => commandsOf(WAYS.damaged),
    useless: ['update-grub; cat /boot/grub/xenwright.sha256', /amd64\.gz is damaged[^]*^0{64} {2}xen-/m],
    spoil: (image) => breakXen(image, folder),
  },
  {
    name: 'options that hang it',
    why: /was never confirmed/,
    end: /Manual reset required/,
    hangs: true,
    commands: () => commandsOf(WAYS.option, { WRONG: HANGS }),
    spoil: (image) => giveXenOptions(image, folder, HANGS),
  },
  {
    // Emulated, a Dom0 dies of SMAP as soon as it begins; the plain kernel does not.
    name: 'a CPU that it dies on',
    why: /was never confirmed/,
    end: /d0v0 Unhandled: vec \d+/,
    processor: '+smap',
    commands: () => commandsOf(WAYS.processor, { OPTION: 'smap=off' }),
  },
];

beforeAll(async () => {
  if (!hasQemu) return;
  server = await reportServer(folder);
  // A proxy: what it is asked for has its whole address.
  archive = await mirrorOf('');
  const profile = join(folder, 'host.yaml');
  writeFileSync(
    profile,
    `version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 3G, swap: 256M, cache: 512M, reserve: 512M, boot: 512M }
  xen: { memory: 1G, vcpus: 2, options: "spec-ctrl=no xpti=no pcid=0" }
  admin: { passwordHash: "${HASH}" }
  commands: { late: ["${server.late}"] }
${server.report}
domus:
  - { name: db1, type: pv, memory: 384M, disks: { root: { size: 1G }, swap: 0 } }
`,
  );
  const run = await cli(folder, 'install', profile, '--image', installed);
  expect(run.code, run.err + run.out.slice(-3000)).toBe(0);
}, 45 * MINUTE);
afterAll(async () => {
  if (!hasQemu) return;
  server.close();
  await archive.close();
});

/** The host has come up without Xen, with its network, and everybody who looks is told why. */
async function tellsOfIt(host: HostConsole, why: RegExp): Promise<void> {
  const verdict = await host.verdict(START_MS);
  expect(verdict).toMatchObject({
    fallback: true,
    why: expect.stringMatching(why),
    dom0: { up: true, hypervisor: 'none', bridge: 'xenbr0', address: expect.stringMatching(/^10\.0\.2\./) },
    domus: [{ name: 'db1', up: false, why: 'Xen is not running' }],
  });
  const { before, after } = await host.login('root', PASSWORD);
  for (const [place, said] of Object.entries({ console: before, login: after })) {
    expect(said, place).toContain(NOTICE);
    // Its lines are as wide as a screen.
    expect(said.replaceAll(/\s+/g, ' '), place).toMatch(why);
  }
  const { text } = await host.run('cat /var/lib/xenwright/first-boot.json');
  expect(JSON.parse(text)).toMatchObject({ fallback: true, why: expect.stringMatching(why) });
  await expect
    .poll(async () => await server.machine(), { timeout: 5 * MINUTE, interval: 2000 })
    .toMatchObject({ hostname: 'xen1.example.org', state: 'failed', phase: expect.stringMatching(why) });
}

/** Types the commands as they stand; the last one restarts the host. */
async function walk(host: HostConsole, commands: readonly string[]): Promise<void> {
  await host.run(
    `echo 'Acquire::http::Proxy "${archive.address.replace('127.0.0.1', '10.0.2.2')}";' >/etc/apt/apt.conf.d/99lab`,
  );
  for (const command of commands.slice(0, -1)) {
    const { code, text } = await host.run(command, COMMAND_MS);
    expect(code, `${command}\n${text}`).toBe(0);
  }
  host.type(`${commands.at(-1) ?? ''}\n`);
}

/** Emulation spoils a start now and then (see boot.ts): one that did not go well is made once more. */
async function comesUp(host: HostConsole, machine: Machine): Promise<HostVerdict> {
  const first = await host.verdict(START_MS);
  if (!first.fallback && first.domus.every((domu) => domu.up)) return first;
  process.stdout.write(`${JSON.stringify(first)}\nOnce more:\n`);
  await machine.control.execute('system_reset');
  return await host.verdict(START_MS);
}

describe.skipIf(!hasQemu).each(['bios', 'uefi'] as const)('a host started by %s (virtual machine)', (firmware) => {
  test.each(CAUSES)(
    'says that it runs without Xen because of $name, and comes back by the way that docs/rescue.md gives',
    async ({ name, why, end, hangs, processor, commands, useless, spoil }) => {
      const image = join(folder, `${firmware}-${CAUSES.findIndex((cause) => cause.name === name)}.img`);
      copyInstalled(installed, image);
      spoil?.(image);
      const machine = await bootMachine({
        ...{ images: [image], firmware, memoryMiB: 4096, scratch: false, sshPort: null },
        transcript: image.replace(/img$/, 'log'),
        ...(processor === undefined ? {} : { processor }),
      });
      try {
        const host = new HostConsole(machine);
        if (end !== null) {
          const [seen] = await host.sees(new RegExp(`${end.source}|XENWRIGHT-VERDICT`), START_MS);
          expect(seen, 'Xen came up').toMatch(end);
        }
        if (hangs === true) await machine.control.execute('system_reset');
        await tellsOfIt(host, why);
        if (useless !== undefined) expect((await host.run(useless[0], COMMAND_MS)).text).toMatch(useless[1]);
        await walk(host, commands());
        const verdict = await comesUp(host, machine);
        expect(verdict).toMatchObject({
          fallback: false,
          why: null,
          dom0: { up: true, hypervisor: 'xen', bridge: 'xenbr0' },
          domus: [{ name: 'db1', up: true }],
        });
        await powerOff(machine, 300);
      } finally {
        machine.kill();
        await machine.gone;
      }
      // A machine of its own has each of them: the disk need not hold all.
      rmSync(image);
    },
    90 * MINUTE,
  );
});
