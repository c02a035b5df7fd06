/**
 * Filesystems that stand still inside the guest, so that a snapshot has all that was written. Guests of Xenwright have
 * a unit for it (assets/domu/freeze.sh) that lets go by itself after half a minute, whatever becomes of us.
 */
import { randomUUID } from 'node:crypto';
import type { Target } from '../targets.ts';
import type { SnapshotWorld } from './world.ts';

const ASKED = 'data/xenwright/freeze';
const ANSWERED = 'data/xenwright/frozen';
const ANSWER_ROUNDS = 40;
const ROUND_MS = 250;

export interface Frozen {
  /** Was it until now? */
  isStill(): Promise<boolean>;
  thaw(): Promise<void>;
}

/** Null: it does not run, or does not answer. */
export async function freeze(
  { domain, known }: Target,
  { port, sleep }: Pick<SnapshotWorld, 'port' | 'sleep'>,
): Promise<Frozen | null> {
  if (domain === null || domain.state !== 'running' || known?.record?.reports !== true) return null;
  const at = (key: string): string => `/local/domain/${domain.number}/${key}`;
  // A guest that has the unit says so, when that is at work.
  if ((await read(at(ANSWERED), port)) === null) return null;
  const token = randomUUID();
  const ask = async (word: string): Promise<void> => void (await port.ask(['xenstore-write', at(ASKED), word]));
  const isStill = async (): Promise<boolean> => (await read(at(ANSWERED), port)) === token;
  await ask(token);
  for (let round = 0; round < ANSWER_ROUNDS; round++) {
    if (await isStill()) return { isStill, thaw: async () => await ask('') };
    await sleep(ROUND_MS);
  }
  await ask('');
  return null;
}

async function read(path: string, port: SnapshotWorld['port']): Promise<string | null> {
  const answer = await port.ask(['xenstore-read', path]);
  return 'text' in answer ? answer.text.trim() : null;
}
