/** Switching a domain off. */
import { XenwrightError } from '../../errors.ts';
import { exec } from '../../system/process/exec.ts';

/**
 * libxl gives each device ten seconds, hotplug scripts forty and a device model sixty: xl is not ended in the middle,
 * which would leave half a domain.
 */
const LIMIT_MS = 10 * 60_000;

/** `word`: what xl takes for it. What xl says is left out: whoever destroys looks whether it is gone. */
export async function destroyDomain(word: string): Promise<void> {
  await exec(['xl', 'destroy', word], { timeoutMs: LIMIT_MS, quiet: true, outlives: true }).catch((error: unknown) => {
    if (!(error instanceof XenwrightError)) throw error;
  });
}
