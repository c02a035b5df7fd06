/** `xenwright host restart`: says what will be stopped and how it comes back, asks, stops, restarts. */
import { EXIT, failure } from '../../../errors.ts';
import { inRescue } from '../../../host/domus/power.ts';
import { stopCommands } from '../../../host/domus/stop.ts';
import { readTargets, type Target } from '../../../host/domus/targets.ts';
import { restartHere } from '../../../host/restart/here.ts';
import { RESTART_COMMAND, restartHost, returnsOf, type RestartPort } from '../../../host/restart/restart.ts';
import { listed, type Message, type Word } from '../../../i18n/phrase.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { ask } from '../../../system/terminal/ask.ts';
import { benchHere, refuseWithoutRoot, showCommands, wishOf, type Bench, type StopOptions } from '../../domu/power.ts';

export type RestartOptions = Pick<StopOptions, 'dryRun' | 'force' | 'timeout' | 'yes'>;

/**
 * Exit 0: it restarts; 5: a DomU still runs, and so does the host; 130: a person said no. Throws `needs-root`, `no-xen`
 * and `restart-refused` (4), `xl-silent` (5).
 */
export async function hostRestart(
  options: RestartOptions,
  io: CommandIo,
  given: Bench | null = null,
  port: RestartPort = restartHere(),
): Promise<number> {
  const bench = given ?? (await benchHere(io));
  refuseWithoutRoot();
  const targets = await readTargets(bench.power.port);
  const running = targets.filter(({ domain }) => domain !== null);
  const wish = wishOf(options);
  if (options.dryRun === true)
    return showCommands([...stopCommands(running, wish, bench.power), RESTART_COMMAND], io, bench);
  await refuseFaults(targets, options, bench, port);
  for (const message of announced(running, bench, port)) io.err(`${bench.words(message)}\n`);
  if (options.yes !== true && io.interactive) {
    const answer = await ask(`${bench.words({ key: 'commandLine.host.restart.question' })} [y/N] `);
    if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
      io.err(`${bench.words({ key: 'commandLine.domu.power.unchanged' })}\n`);
      return EXIT.interrupted;
    }
  }
  if (await restartHost(running, wish, bench.power, port)) {
    bench.power.tell({ key: 'commandLine.host.restart.restarts' });
    return EXIT.done;
  }
  bench.power.tell({ key: 'commandLine.host.restart.stays' });
  return EXIT.action;
}

/** A rescue has a guest's disk open; --force is no answer to that. */
async function refuseFaults(
  targets: readonly Target[],
  { force }: RestartOptions,
  { words }: Bench,
  port: RestartPort,
): Promise<void> {
  const rescued = targets.flatMap(({ name, known }): Message[] =>
    known?.isInRescue === true
      ? [{ key: 'commandLine.domu.power.ofRescued', values: { name, why: inRescue(name) } }]
      : [],
  );
  const faults = [...rescued, ...(force === true ? [] : await port.faults())];
  if (faults.length > 0)
    throw failure('restart-refused', EXIT.refused, { faults: { list: faults.map(words), by: 'semicolon' } });
}

const namesOf = (targets: readonly Target[]): Word => listed(targets.map(({ name }) => name));

/** Who is stopped, and how each comes back. */
function announced(running: readonly Target[], { power }: Bench, port: RestartPort): Message[] {
  if (running.length === 0) return [{ key: 'commandLine.host.restart.nobody' }];
  const { alone, byList, not } = returnsOf(running, power, port);
  return [
    { key: 'commandLine.host.restart.stops', values: { names: namesOf(running) } },
    ...(alone.length === 0
      ? []
      : [{ key: 'commandLine.host.restart.alone', values: { names: namesOf(alone) } } as const]),
    ...(byList.length === 0
      ? []
      : [{ key: 'commandLine.host.restart.byList', values: { names: namesOf(byList) } } as const]),
    ...(not.length === 0 ? [] : [{ key: 'commandLine.host.restart.not', values: { names: namesOf(not) } } as const]),
  ];
}
