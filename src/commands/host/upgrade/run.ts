/** `xenwright host upgrade`: shows what waits, asks, installs, and says what must restart. */
import { EXIT, failure } from '../../../errors.ts';
import { cleanLine } from '../../../clean-text.ts';
import { restart } from '../../../host/status/checks/restart.ts';
import { upgradeHere } from '../../../host/upgrade/here.ts';
import {
  fetchLists,
  grubHere,
  installUpdates,
  readUpdates,
  refuseUnfit,
  UPGRADE_COMMAND,
  UPGRADE_LOG,
  type UpgradePort,
} from '../../../host/upgrade/upgrade.ts';
import { renewsGrub, type Update, type Updates } from '../../../host/upgrade/updates.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { ask } from '../../../system/terminal/ask.ts';
import { benchHere, type Bench } from '../../domu/power.ts';
import { hostRestart } from '../restart/run.ts';

export interface UpgradeOptions {
  readonly dryRun?: boolean;
  readonly restart?: boolean;
  readonly yes?: boolean;
}

/**
 * Exit 0: they are installed, or none waits; 4: they could not all be; 5: apt failed, or the next start would not be as
 * it should; 130: a person said no.
 */
export async function hostUpgrade(
  options: UpgradeOptions,
  io: CommandIo,
  given: { readonly bench: Bench; readonly port: UpgradePort; restart?(): Promise<number> } | null = null,
): Promise<number> {
  const bench = given?.bench ?? (await benchHere(io));
  const port = given?.port ?? upgradeHere((line) => io.out(`${line}\n`));
  const tell = (message: Message): void => io.err(`${bench.words(message)}\n`);
  if (!port.look.isRoot) throw failure('needs-root.upgrade', EXIT.refused);
  if (options.dryRun !== true) {
    tell({ key: 'commandLine.host.upgrade.fetching' });
    await fetchLists(port);
  }
  const updates = await readUpdates(port);
  for (const update of updates.updates) io.out(`${lineOf(update, bench)}\n`);
  if (updates.kept.length > 0) tell(keptBack(updates));
  if (options.dryRun === true) return await showOnly(updates, port, io);
  if (updates.updates.length > 0) {
    await refuseUnfit(updates, port);
    if (!(await mayInstall(updates, options, io, bench))) {
      tell({ key: 'commandLine.domu.power.unchanged' });
      return EXIT.interrupted;
    }
    tell({ key: 'commandLine.host.upgrade.installing', values: { log: UPGRADE_LOG } });
    const faults = await installUpdates(updates, port);
    if (faults.length > 0) {
      tell({ key: 'commandLine.host.upgrade.faults', values: { faults: { list: faults, by: 'semicolon' } } });
      return EXIT.action;
    }
  }
  tell({ key: 'commandLine.host.upgrade.done', values: { count: updates.updates.length } });
  return await restartIfDue(options, port, tell, given?.restart ?? (async () => await hostRestart({ yes: true }, io)));
}

function lineOf({ name, from, to, isSecurity }: Update, { words }: Bench): string {
  const why = isSecurity ? ` [${words({ key: 'commandLine.host.upgrade.security' })}]` : '';
  return `${cleanLine(`${name} ${from === null ? '' : `${from} -> `}${to}`)}${why}`;
}

const keptBack = ({ kept }: Updates): Message => ({
  key: 'commandLine.host.upgrade.kept',
  values: { names: { list: kept.map((name) => cleanLine(name)), by: 'comma' } },
});

/** What would be run. */
async function showOnly(updates: Updates, port: UpgradePort, io: CommandIo): Promise<number> {
  if (updates.updates.length === 0) return EXIT.done;
  io.out(`${commandLine(UPGRADE_COMMAND)}\n`);
  const grub = renewsGrub(updates) ? await grubHere(port) : '';
  if (grub !== '') io.out(`${grub}\n`);
  return EXIT.done;
}

async function mayInstall(
  { updates }: Updates,
  { yes }: UpgradeOptions,
  io: CommandIo,
  { words }: Bench,
): Promise<boolean> {
  if (yes === true || !io.interactive) return true;
  const question = words({ key: 'commandLine.host.upgrade.question', values: { count: updates.length } });
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `))?.trim() ?? '');
}

/** By what runs and what is installed now. */
async function restartIfDue(
  options: UpgradeOptions,
  port: UpgradePort,
  tell: (message: Message) => void,
  restartHost: () => Promise<number>,
): Promise<number> {
  const due = (await restart.run(port.look)).filter(({ state }) => state !== 'ok');
  for (const { message } of due) tell(message);
  if (due.length === 0) return EXIT.done;
  if (options.restart === true) return await restartHost();
  tell({ key: 'commandLine.host.upgrade.due', values: { command: commandLine(['xenwright', 'host', 'restart']) } });
  return EXIT.done;
}
