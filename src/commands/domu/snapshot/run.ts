/** `xenwright domu snapshot`: one of its verbs, asked before anything is lost. */
import { EXIT, failure } from '../../../errors.ts';
import { dropCommands, dropSnapshot } from '../../../host/domus/snapshot/drop.ts';
import { listSnapshots, type ListedSnapshot } from '../../../host/domus/snapshot/list.ts';
import { makeSnapshot, planSnapshot, withDomu } from '../../../host/domus/snapshot/make.ts';
import type { SnapshotNote } from '../../../host/domus/snapshot/note.ts';
import { isUsedUp, revertCommands, revertTo, snapshotCalled } from '../../../host/domus/snapshot/revert.ts';
import { thisHost, type SnapshotWorld } from '../../../host/domus/snapshot/world.ts';
import { thisHost as thisRescueHost, type RescueWorld } from '../../../host/domus/rescue/world.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { cleanLine } from '../../../clean-text.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { parseMiB } from '../../../profile/sizes.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { ask } from '../../../system/terminal/ask.ts';
import { benchHere, refuseWithoutRoot } from '../power.ts';
import type { SnapshotOptions } from './command.ts';

/** What a verb works with. */
interface Call {
  readonly options: SnapshotOptions;
  readonly io: CommandIo;
  readonly world: SnapshotWorld;
  readonly rescueWorld: RescueWorld;
  words(message: Message): string;
}

export async function domuSnapshot(
  [verb, name, snapshot]: readonly (string | undefined)[],
  options: SnapshotOptions,
  io: CommandIo,
  given: Pick<Call, 'world' | 'rescueWorld' | 'words'> | null = null,
): Promise<number> {
  refuseWithoutRoot();
  const places = given ?? { world: thisHost(), rescueWorld: thisRescueHost(), words: (await benchHere(io)).words };
  const call: Call = { options, io, ...places };
  if (verb === 'list') return await list(name, call);
  if (name === undefined) throw failure('usage.snapshotName', EXIT.usage);
  if (verb === 'create') return await create(name, call);
  if (snapshot === undefined) throw failure('usage.snapshotWhich', EXIT.usage);
  const note = await snapshotCalled(name, snapshot, call.world);
  return verb === 'revert' ? await revert(note, call) : await remove(note, call);
}

async function create(name: string, { options, io, world, words }: Call): Promise<number> {
  const sizeMiB = options.size === undefined ? null : parseMiB(options.size);
  const wish = { label: options.label ?? '', sizeBytes: sizeMiB === null ? null : sizeMiB * 2 ** 20, isPassing: false };
  const plan = await planSnapshot(name, wish, world);
  if (options.dryRun === true) return show(plan.commands, io);
  const note = await makeSnapshot(name, wish, world);
  if (isUsedUp(note)) await world.watch();
  io.out(`${words({ key: 'commandLine.domu.snapshot.made', values: { name, id: note.id, state: stateOf(note) } })}\n`);
  return EXIT.done;
}

async function list(name: string | undefined, { io, world, words }: Call): Promise<number> {
  const found = await listSnapshots(name, world);
  if (found.length === 0) io.err(`${words({ key: 'commandLine.domu.snapshot.none' })}\n`);
  for (const one of found) io.out(`${words(lineOf(one))}\n`);
  return EXIT.done;
}

function lineOf({ note, usedPercent, isLost }: ListedSnapshot): Message {
  const { name, id, label, phase, isPassing } = note;
  const purpose: Message = isPassing ? { key: 'commandLine.domu.snapshot.passing' } : cleanLine(label);
  const fill: Message =
    usedPercent === null
      ? ''
      : { key: 'commandLine.domu.snapshot.fill', values: { percent: String(Math.floor(usedPercent)) } };
  const state: Message = isLost
    ? { key: 'commandLine.domu.snapshot.lost' }
    : phase === 'whole'
      ? stateOf(note)
      : { key: phase === 'making' ? 'commandLine.domu.snapshot.making' : 'commandLine.domu.snapshot.reverting' };
  return { list: [name, id, state, fill, purpose].filter((word) => word !== ''), by: 'spaces' };
}

const STATES = {
  clean: 'commandLine.domu.snapshot.states.clean',
  frozen: 'commandLine.domu.snapshot.states.frozen',
  'crash-consistent': 'commandLine.domu.snapshot.states.crash',
} as const;

function stateOf({ state }: SnapshotNote): Message {
  return { key: STATES[state] };
}

async function remove(note: SnapshotNote, call: Call): Promise<number> {
  const { options, io, world, words } = call;
  const values = { name: note.name, id: note.id };
  if (note.phase === 'reverting') throw failure('snapshot-reverting', EXIT.refused, values);
  if (options.dryRun === true) return show(await dropCommands(note, world), io);
  if (!(await agrees({ key: 'commandLine.domu.snapshot.deleteQuestion', values }, call))) return EXIT.interrupted;
  await withDomu(note.name, world, async () => await dropSnapshot(note, world));
  io.out(`${words({ key: 'commandLine.domu.snapshot.deleted', values })}\n`);
  return EXIT.done;
}

async function revert(note: SnapshotNote, call: Call): Promise<number> {
  const { options, io, world, words } = call;
  const { name, id } = note;
  const commands = await revertCommands(note, world);
  if (options.dryRun === true) return show([['xl', 'shutdown', '--wait', name], ...commands], io);
  const values = { name, id };
  io.err(`${words({ key: 'commandLine.domu.snapshot.dies', values })}\n`);
  if (isUsedUp(note)) io.err(`${words({ key: 'commandLine.domu.snapshot.usedUp', values })}\n`);
  if (!(await agrees({ key: 'commandLine.domu.snapshot.revertQuestion', values }, call))) return EXIT.interrupted;
  await revertTo(
    note,
    world,
    call.rescueWorld,
    async () =>
      options.force === true ||
      (io.interactive &&
        options.yes !== true &&
        (await isYes({ key: 'commandLine.domu.rescue.destroy', values }, call))),
  );
  io.out(`${words({ key: 'commandLine.domu.snapshot.reverted', values })}\n`);
  const command = commandLine(['xenwright', 'domu', 'start', name]);
  io.err(`${words({ key: 'commandLine.domu.rescue.toStart', values: { command } })}\n`);
  return EXIT.done;
}

async function agrees(question: Message, call: Call): Promise<boolean> {
  const { options, io, words } = call;
  if (options.yes === true || !io.interactive || (await isYes(question, call))) return true;
  io.err(`${words({ key: 'commandLine.domu.power.unchanged' })}\n`);
  return false;
}

async function isYes(question: Message, { words }: Call): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${words(question)} [y/N] `))?.trim() ?? '');
}

function show(commands: readonly (readonly string[])[], io: CommandIo): number {
  for (const argv of commands) io.out(`${commandLine(argv)}\n`);
  return EXIT.done;
}
