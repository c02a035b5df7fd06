/**
 * What of a change takes effect while the DomU runs: memory and CPUs up to what its domain was created with, disks that
 * are new or larger. The rest does when it is started anew.
 */
import { EXIT, XenwrightError } from '../../../errors.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { fstabLine } from '../../../plan/trees/fstab.ts';
import type { Power } from '../power.ts';
import type { RunningDomain } from '../running.ts';
import { wordFor } from '../targets.ts';
import type { ChangedVolume, SetPlan } from './set-plan.ts';
import type { ChangeWorld } from './world.ts';

/** What xl.cfg calls what profiles call otherwise. */
const WORDS: Readonly<Record<string, string>> = {
  maxmem: 'memoryMax',
  maxvcpus: 'vcpusMax',
  on_crash: 'onCrash',
  vif: 'network',
  disk: 'disks',
};

/** What is run for a domain, and the keys of xl.cfg that it makes true; `commands` in their order. */
export interface Online {
  readonly commands: readonly (readonly string[])[];
  /** In the words of the profile: those that wait for a restart. */
  readonly waiting: readonly string[];
}

/** `domain`: null, when it does not run. */
export async function onlineOf(plan: SetPlan, domain: RunningDomain | null, power: Power): Promise<Online> {
  if (domain === null) return { commands: [], waiting: [] };
  const word = wordFor(domain);
  const most = await mostOf(domain, power);
  const commands: string[][] = [];
  const done = new Set<string>();
  if (plan.memoryMiB !== null && plan.memoryMiB <= most.memoryMiB) {
    commands.push(['xl', 'mem-set', word, `${plan.memoryMiB}m`]);
    done.add('memory');
    // What it may have at most goes with it where nobody has said more.
    if (plan.memoryMaxFollows) done.add('maxmem');
  }
  if (plan.vcpus !== null && plan.vcpus <= most.vcpus) {
    commands.push(['xl', 'vcpu-set', word, String(plan.vcpus)]);
    done.add('vcpus');
  }
  for (const { volume } of plan.made) {
    commands.push(['xl', 'block-attach', word, `${volume.handed ?? volume.device},raw,${volume.guestDevice},rw`]);
    done.add('disk');
  }
  return {
    commands,
    waiting: Object.keys(plan.xl)
      .filter((key) => !done.has(key))
      .map((key) => WORDS[key] ?? key),
  };
}

/** What its domain was created with; nothing where xenstore does not tell. */
async function mostOf({ number }: RunningDomain, { port }: Power): Promise<{ memoryMiB: number; vcpus: number }> {
  const memory = await port.ask(['xenstore-read', `/local/domain/${number}/memory/static-max`]);
  const cpus = await port.ask(['xenstore-list', `/local/domain/${number}/cpu`]);
  const kib = 'text' in memory && /^\s*\d+\s*$/.test(memory.text) ? Number(memory.text) : 0;
  return {
    memoryMiB: Math.floor(kib / 1024),
    vcpus: 'text' in cpus ? cpus.text.split('\n').filter((line) => /^\d+$/.test(line.trim())).length : 0,
  };
}

/** Each by itself: one that xl refuses keeps no other from being done. Resolves with whether all were. */
export async function carryOutOnline(
  name: string,
  { commands, waiting }: Online,
  plan: SetPlan,
  power: Power,
  world: ChangeWorld,
): Promise<boolean> {
  let areDone = true;
  for (const argv of commands) {
    try {
      await world.run(argv, { timeoutMs: 2 * 60_000 });
      const what = whatOf(argv, plan);
      power.tell({ key: 'commandLine.domu.set.online', values: { name, what } });
    } catch (error) {
      if (!(error instanceof XenwrightError) || error.exit === EXIT.interrupted) throw error;
      areDone = false;
      const why = error.lastLines.find((line) => /error/i.test(line)) ?? error.message;
      power.tell({ key: 'commandLine.domu.set.notOnline', values: { name, why: why.trim() } });
    }
  }
  if (waiting.length > 0) {
    const command = commandLine(['xenwright', 'domu', 'restart', name]);
    power.tell({
      key: 'commandLine.domu.set.restart',
      values: { name, command, keys: { list: waiting, by: 'comma' } },
    });
  }
  return areDone;
}

function whatOf([, verb]: readonly string[], { memoryMiB, vcpus, made }: SetPlan): Message {
  if (verb === 'mem-set') return { sizeMiB: memoryMiB ?? 0 };
  if (verb === 'vcpu-set') return `${vcpus} vCPU`;
  return made.map(({ volume }) => volume.guestDevice ?? '').join(', ');
}

/** The kernel learns of a file that has grown below its loop only when it is told; blkback looks at the size itself. */
export async function noticeGrown({ volume, device }: ChangedVolume, world: ChangeWorld): Promise<void> {
  if (device.node.type !== 'file') return;
  const { stdout } = await world.run(['losetup', '--list', '--noheadings', '--output', 'NAME', '-j', volume.device]);
  for (const loop of stdout.split('\n').map((line) => line.trim()))
    if (loop.startsWith('/dev/loop')) await world.run(['losetup', '--set-capacity', loop]);
}

/** What is left to be done by hand inside the guest: its filesystems are its own. */
export function insideCommands({ made, grown }: SetPlan): string[] {
  return [
    ...grown.flatMap(({ volume }) =>
      volume.filesystem === 'ext4' ? [commandLine(['resize2fs', `/dev/${volume.guestDevice ?? ''}`])] : [],
    ),
    ...made.flatMap(({ volume }) => {
      const [line, at] = [fstabLine(volume), volume.mount ?? ''];
      return line === null
        ? []
        : [
            commandLine(['mkdir', '-p', at]),
            `${commandLine(['echo', line])} >> /etc/fstab`,
            commandLine(['systemctl', 'daemon-reload']),
            commandLine(['mount', at]),
          ];
    }),
  ];
}
