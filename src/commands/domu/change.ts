/** What `domu set`, `remove`, `adopt` and `disown` have in common. */
import type { Finding } from '../../check/finding.ts';
import { EXIT, failure } from '../../errors.ts';
import type { Change, ChangeStep } from '../../host/domus/change/change.ts';
import { finishPending, pendingChange } from '../../host/domus/change/finish.ts';
import { inHand } from '../../host/domus/change/subject.ts';
import type { ChangeWorld } from '../../host/domus/change/world.ts';
import type { Message } from '../../i18n/phrase.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { typeOf } from '../../plan/storage/devices/table.ts';
import { formatPath } from '../../profile/findings.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { ask } from '../../system/terminal/ask.ts';
import type { Bench } from './power.ts';

export interface ChangeOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

/** Of a file that changes, at most so many lines are shown. */
const MOST_LINES = 12;

/** What was cut off comes first. Throws `needs-root` (exit 4). */
export async function afterPending(
  { dryRun }: ChangeOptions,
  io: CommandIo,
  { words }: Bench,
  world: ChangeWorld,
): Promise<void> {
  if (process.getuid?.() !== 0) throw failure('needs-root.change', EXIT.refused);
  const pending = await pendingChange(world);
  if (pending === null) return;
  const { name } = pending;
  if (dryRun === true) io.err(`${words({ key: 'commandLine.domu.set.wasPending', values: { name } })}\n`);
  else {
    io.err(`${words({ key: 'commandLine.domu.set.pending', values: { name } })}\n`);
    await inHand(name, world, async () => await finishPending(world));
  }
}

/** The commands that do the same as a change; what is written into files is beside them. */
export function commandsOf({ steps }: Change, bench: Pick<Bench, 'words'>): string[] {
  return steps.flatMap((step) => ofStep(step, bench));
}

function ofStep(step: ChangeStep, { words }: Pick<Bench, 'words'>): string[] {
  switch (step.do) {
    case 'write':
      if (step.text === null) return [commandLine(['rm', '-f', step.path])];
      return [
        `${commandLine(['install', '-m', step.mode, '/dev/stdin', step.path])}  # ${newLines(step.before, step.text)}`,
      ];
    case 'link':
      return [commandLine(step.target === null ? ['rm', '-f', step.path] : ['ln', '-sfn', step.target, step.path])];
    case 'remove':
      return [commandLine(['rm', '-rf', step.path])];
    case 'grow': {
      const { node, under } = step.device;
      const argv = typeOf(node).growing?.shown(node, under) ?? [];
      const note = step.zeros ? `  # ${words({ key: 'commandLine.domu.set.zeroed' })}` : '';
      return argv.map((one) => `${commandLine(one)}${note}`);
    }
    case 'make': {
      const { node, under } = step.device;
      const path = typeOf(node).path(node, under);
      const format = step.filesystem;
      return [
        ...(typeOf(node).making?.steps(node, under) ?? []),
        ...(step.zeros ? [{ argv: ['blkdiscard', '--zeroout', path] }] : []),
        ...(format === null ? [] : (typeOf(format.node).making?.steps(format.node, format.under) ?? [])),
      ].map(({ argv }) => shown(argv));
    }
    case 'drop': {
      const { node, under } = step.device;
      return (typeOf(node).remove?.(node, under) ?? []).map(({ argv }) => shown(argv));
    }
    case 'guard':
      return [commandLine(['systemctl', 'restart', 'xenwright-firewall.service'])];
  }
}

function shown(argv: readonly string[]): string {
  return commandLine(argv.map((word) => word.replace(/^\$TREE\//, '/')));
}

/** Lines that were not there before. */
function newLines(before: string | null, text: string): string {
  const known = new Set((before ?? '').split('\n').map((line) => line.trim()));
  const fresh = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !known.has(line));
  if (before === null || fresh.length > MOST_LINES) return '…';
  return fresh.map((line) => line.replace(/,$/, '')).join('; ');
}

/** Why it cannot be, everything at once: exit 3. */
export function tellRefused(
  name: string,
  refused: readonly Message[],
  findings: readonly Finding[],
  io: CommandIo,
  { words }: Bench,
): void {
  for (const one of refused) io.err(`${name}: ${words(one)}\n`);
  tellFindings(findings, io, { words });
}

export function tellFindings(findings: readonly Finding[], io: CommandIo, { words }: Pick<Bench, 'words'>): void {
  for (const { path, said, severity } of findings) {
    const hint = said.hint === undefined ? '' : ` (${words(said.hint)})`;
    const at = path.length === 0 ? '' : `${formatPath(path)}: `;
    io.err(`${at}${severity === 'warning' ? 'warning: ' : ''}${words(said.message)}${hint}\n`);
  }
}

/** Asks where a person is there. */
export async function agrees(
  question: Message,
  { yes }: ChangeOptions,
  io: CommandIo,
  { words }: Bench,
): Promise<boolean> {
  if (yes === true || !io.interactive) return true;
  if (/^y(es)?$/i.test((await ask(`${words(question)} [y/N] `))?.trim() ?? '')) return true;
  io.err(`${words({ key: 'commandLine.domu.power.unchanged' })}\n`);
  return false;
}
