/**
 * Installing Dom0's updates: what waits is shown first, everything is fetched before anything is installed, GRUB is
 * renewed on the disks when it is among them, and the next start is looked at. DomUs keep running.
 */
import upgradeScript from '../../../assets/host/upgrade.sh' with { type: 'text' };
import { EXIT, failure } from '../../errors.ts';
import { hasHalfInstalled } from '../half-installed.ts';
import { textOf, type StatusPort } from '../status/port.ts';
import { disksBelow, grubCommands } from './boot-disks.ts';
import { bootNeedsMiB, parseUpdates, renewsGrub, type Updates } from './updates.ts';

export const UPGRADE_UNIT = 'xenwright-upgrade';
export const UPGRADE_LOG = '/var/log/xenwright/upgrade.log';
/** What `--dry-run` shows, and what is run: apt's own words for it. */
export const UPGRADE_COMMAND = ['apt-get', '--with-new-pkgs', 'upgrade'] as const;
const SIMULATE = ['apt-get', '-s', '-q', '-o', 'Debug::NoLocking=true', '--with-new-pkgs', 'upgrade'];
const SIMULATE_MS = 120_000;
/** Lists of several archives over a slow line. */
const FETCH_MS = 20 * 60_000;
const MOST_LINES = 15;

export interface UpgradePort {
  readonly look: StatusPort;
  /** MiB that are free where this path is; null: not known. */
  freeMiB(path: string): Promise<number | null>;
  /** Runs `program` so that it goes on when the connection is lost. */
  run(program: string, words: readonly string[]): Promise<void>;
  /** What is wrong with the next start, line by line. */
  bootFaults(): Promise<readonly string[]>;
}

/** Fetches apt's lists. Throws `updates-unknown` (exit 5; 4 where there is no apt). */
export async function fetchLists({ look }: UpgradePort): Promise<void> {
  await asked(look, ['apt-get', '-q', 'update', '--error-on=any'], FETCH_MS);
}

/** By the lists that are there. Throws `updates-unknown`. */
export async function readUpdates({ look }: UpgradePort): Promise<Updates> {
  return parseUpdates(await asked(look, SIMULATE, SIMULATE_MS));
}

async function asked(look: StatusPort, argv: readonly string[], limitMs: number): Promise<string> {
  const answer = await look.ask(argv, limitMs);
  if (answer.kind === 'missing') throw failure('updates-unknown.noApt', EXIT.refused);
  const text = textOf(answer);
  if (text !== null) return text;
  const said = answer.kind === 'said' ? answer.trouble || answer.text : '';
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  throw failure('updates-unknown', EXIT.action, {}, { command: argv.join(' '), lastLines: lines.slice(-MOST_LINES) });
}

/** Throws `updates-refused` (exit 4) where they could not all be installed. */
export async function refuseUnfit(updates: Updates, port: UpgradePort): Promise<void> {
  if (await hasHalfInstalled(port.look)) throw failure('updates-refused.half', EXIT.refused);
  const [needs, free] = [bootNeedsMiB(updates), await port.freeMiB('/boot')];
  if (needs > 0 && free !== null && free < needs) throw failure('updates-refused.boot', EXIT.refused, { free, needs });
}

/** Installs them. Resolves with what is wrong with the next start then. */
export async function installUpdates(updates: Updates, port: UpgradePort): Promise<readonly string[]> {
  await port.run(upgradeScript, [renewsGrub(updates) ? await grubHere(port) : '']);
  return await port.bootFaults();
}

/** Commands that renew GRUB on this host's disks; only where Xenwright has put it there. */
export async function grubHere({ look }: UpgradePort): Promise<string> {
  if ((await look.read('/etc/grub.d/09_xenwright')) === null) return '';
  const source = async (point: string): Promise<string | null> =>
    textOf(await look.ask(['findmnt', '--noheadings', '--output', 'SOURCE', '--mountpoint', point]))?.trim() ?? null;
  const boot = (await source('/boot')) ?? (await source('/'));
  if (boot === null || !boot.startsWith('/dev/')) return '';
  const disks = disksBelow(
    textOf(await look.ask(['lsblk', '--json', '--inverse', '--output', 'NAME,PATH,TYPE', boot])),
  );
  return grubCommands({
    tables:
      disks.length === 0
        ? null
        : textOf(await look.ask(['lsblk', '--json', '--output', 'NAME,PATH,PARTTYPE', ...disks])),
    hasEsp: (await source('/boot/efi')) !== null,
    hasVariables: (await look.list('/sys/firmware/efi/efivars')).length > 0,
  });
}
