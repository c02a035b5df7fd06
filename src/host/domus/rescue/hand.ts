/** A DomU in the hands of a rescue. */
import { inHandNow as ownedNow, openHand as openOwned, type Hand } from '../owned.ts';
import { refused } from './stop.ts';
import type { RescueTarget } from './target.ts';
import type { RescueWorld } from './world.ts';

export type { Hand } from '../owned.ts';

const BY = 'rescue';

/** Takes the lock, changes nothing. Throws `rescue-refused` (exit 4) when somebody else has it. */
export async function openHand(target: RescueTarget, world: RescueWorld): Promise<Hand> {
  const owner = {
    by: BY,
    wayOut: ['xenwright', 'domu', 'rescue', target.name, '--close'],
    refused: (reason: Parameters<typeof refused>[1]) => refused(target, reason),
  };
  return await openOwned(target, owner, world);
}

/** What a rescue that did not come to its end has in hand, or one that is at work. Null: none has. */
export async function inHandNow(name: string, world: RescueWorld): Promise<RescueTarget | null> {
  return await ownedNow<RescueTarget>(name, BY, world);
}
