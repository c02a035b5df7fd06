/** Packages that an interrupted apt or dpkg has left half installed: they may be the ones that the next start needs. */
import type { StatusPort } from './status/port.ts';

const LIMIT_MS = 120_000;

/** False where there is no dpkg, too. */
export async function hasHalfInstalled({ ask }: Pick<StatusPort, 'ask'>): Promise<boolean> {
  const answer = await ask(['dpkg', '--audit'], LIMIT_MS);
  return answer.kind === 'said' && answer.text.trim() !== '';
}
