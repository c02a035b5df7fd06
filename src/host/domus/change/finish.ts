/**
 * Carries a change of a DomU out: kept on the disk first, then step by step, then forgotten. One that was cut off is
 * carried to its end by whoever comes next; one that fails is undone, where that loses nothing.
 */
import { EXIT, failure, XenwrightError } from '../../../errors.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import type { Step } from '../../../plan/storage/devices/device-type.ts';
import { typeOf } from '../../../plan/storage/devices/table.ts';
import { localFiles } from '../../../system/files/files.ts';
import { readOwn, writeOwn } from '../../../system/files/own-files.ts';
import type { Change, ChangeStep, Device } from './change.ts';
import type { ChangeWorld } from './world.ts';

const TREE = '$TREE/';
const MIB = 1024 * 1024;
/** What the kernel zeroes in one go, and nobody can interrupt. */
const CHUNK_MIB = 1024;
const STEP_LIMIT_MS = 30 * 60_000;

/** Whoever calls has the lock. Throws what a step says; nothing of the change is left then, or it says what is. */
export async function carryOutChange(change: Change, world: ChangeWorld): Promise<void> {
  await localFiles.makeDirectory(`${world.root}${folderOf(world.pending)}`);
  await writeOwn(`${world.root}${world.pending}`, JSON.stringify(change));
  await finish(change, world);
}

/** A change that did not come to its end is carried to it. Null: there was none. */
export async function finishPending(world: ChangeWorld): Promise<Change | null> {
  const change = await pendingChange(world);
  if (change !== null) await finish(change, world);
  return change;
}

/** What was begun and did not come to its end; null: nothing. */
export async function pendingChange(world: ChangeWorld): Promise<Change | null> {
  const text = await readOwn(`${world.root}${world.pending}`);
  const kept = text === null ? null : parseJson(text.toString('utf8'));
  return isRecord(kept) && kept['version'] === 1 && Array.isArray(kept['steps']) ? (kept as unknown as Change) : null;
}

async function finish(change: Change, world: ChangeWorld): Promise<void> {
  for (const [index, step] of change.steps.entries()) {
    world.mayGoOn?.();
    try {
      await carryOut(step, world);
    } catch (error) {
      if (!(error instanceof XenwrightError)) throw error;
      // What was removed does not come back: such a change stays, and is gone on with.
      if (change.verb !== 'remove') {
        for (const done of change.steps.slice(0, index + 1).toReversed()) await undo(done, world);
        await localFiles.remove(`${world.root}${world.pending}`);
      }
      throw error;
    }
  }
  world.mayGoOn?.();
  await localFiles.remove(`${world.root}${world.pending}`);
}

async function carryOut(step: ChangeStep, world: ChangeWorld): Promise<void> {
  switch (step.do) {
    case 'write':
      return await write(step, world);
    case 'link':
      if (step.target === null) await localFiles.remove(`${world.root}${step.path}`);
      else await localFiles.makeLink(`${world.root}${step.path}`, step.target);
      return;
    case 'remove':
      return await localFiles.remove(`${world.root}${step.path}`);
    case 'make':
      return await make(step, world);
    case 'grow': {
      const { node, under } = step.device;
      return await run(typeOf(node).growing?.steps(node, under, step.zeros) ?? [], world, step.limitMs);
    }
    case 'drop':
      return await drop(step.device, world);
    case 'guard':
      return await world.guard();
  }
}

async function write(step: ChangeStep & { do: 'write' }, { root }: ChangeWorld): Promise<void> {
  const path = `${root}${step.path}`;
  const now = await textOf(path);
  if (now === step.text) return;
  if (now !== step.before) throw failure('change-clash', EXIT.action, { path: step.path });
  if (step.text === null) await localFiles.remove(path);
  else await localFiles.writeText(path, step.text, { mode: step.mode });
}

async function textOf(path: string): Promise<string | null> {
  return (await localFiles.exists(path)) ? await localFiles.readText(path) : null;
}

/** A logical volume that is there was made by an earlier run: nobody else had one of its name when this began. */
async function make({ device, filesystem, zeros, limitMs }: ChangeStep & { do: 'make' }, world: ChangeWorld) {
  const { node, under } = device;
  const type = typeOf(node);
  if (type.inspected === 'before' && (await isThere(device, world))) await run(type.open(node, under), world);
  else await run(type.making?.steps(node, under) ?? [], world);
  const path = type.path(node, under);
  if (zeros) await zero(path, world, limitMs);
  if (filesystem !== null)
    await run(typeOf(filesystem.node).making?.steps(filesystem.node, filesystem.under) ?? [], world, limitMs);
}

async function zero(path: string, world: ChangeWorld, timeoutMs: number): Promise<void> {
  const bytes = Number((await world.run(['blockdev', '--getsize64', path])).stdout);
  for (let offset = 0; offset < bytes; offset += CHUNK_MIB * MIB) {
    const length = Math.min(CHUNK_MIB * MIB, bytes - offset);
    await world.run(['blkdiscard', '--zeroout', `--offset=${offset}`, `--length=${length}`, path], { timeoutMs });
  }
  await world.run(['sync', path], { timeoutMs });
}

/** Does not rest until it is gone: what cannot be removed is told. */
async function drop(device: Device, world: ChangeWorld): Promise<void> {
  const { node, under } = device;
  const type = typeOf(node);
  if (type.isInTree === true || (await isThere(device, world))) await run(type.remove?.(node, under) ?? [], world);
}

async function isThere({ node, under }: Device, world: ChangeWorld): Promise<boolean> {
  const type = typeOf(node);
  const answers: Awaited<ReturnType<ChangeWorld['run']>>[] = [];
  for (const { argv, okCodes } of type.inspect(node, under))
    answers.push(await world.run(inRoot(argv, world), okCodes === undefined ? {} : { okCodes }));
  return type.state(node, under, answers) !== 'absent';
}

async function run(steps: readonly Step[], world: ChangeWorld, timeoutMs = STEP_LIMIT_MS): Promise<void> {
  for (const { argv, okCodes } of steps)
    await world.run(inRoot(argv, world), { timeoutMs, ...(okCodes === undefined ? {} : { okCodes }) });
}

function inRoot(argv: readonly string[], { root }: ChangeWorld): string[] {
  return argv.map((word) => (word.startsWith(TREE) ? `${root}${word.slice(TREE.length - 1)}` : word));
}

/** As far as it can be: whatever hinders that must not hide why. A volume that has grown stays as it is. */
async function undo(step: ChangeStep, world: ChangeWorld): Promise<void> {
  try {
    if (step.do === 'make') await drop(step.device, world);
    else if (step.do === 'write') {
      const path = `${world.root}${step.path}`;
      if ((await textOf(path)) !== step.text) return;
      if (step.before === null) await localFiles.remove(path);
      else await localFiles.writeText(path, step.before, { mode: step.mode });
    } else if (step.do === 'link' && step.target !== null) await localFiles.remove(`${world.root}${step.path}`);
  } catch {
    // The error of the step is the one that people need.
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
