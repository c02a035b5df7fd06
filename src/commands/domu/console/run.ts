/** `xenwright domu console`: xl's console of a DomU, and this terminal given back whole. */
import { EXIT, failure } from '../../../errors.ts';
import { chosen, readTargets, wordFor } from '../../../host/domus/targets.ts';
import { runInForeground } from '../../../system/terminal/foreground.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { benchHere, refuseWithoutRoot, type Bench } from '../power.ts';

/** Exit 0: it was left, or the DomU has ended; 5: xl gave no console. */
export async function domuConsole(
  name: string,
  io: CommandIo,
  given: Bench | null = null,
  run: typeof runInForeground = runInForeground,
): Promise<number> {
  const { power, words } = given ?? (await benchHere(io));
  if (!io.interactive) throw failure('needs-terminal.console', EXIT.refused, { name });
  refuseWithoutRoot();
  const [target] = chosen(await readTargets(power.port), [name]);
  if (target?.domain == null) throw failure('domu-not-running', EXIT.refused, { name });
  io.out(`${words({ key: 'commandLine.domu.console.leave', values: { name } })}\n`);
  // Of a PV or PVH DomU its own console, of an HVM one its serial line: xl knows which.
  const code = await run(['xl', 'console', wordFor(target.domain)]);
  io.out(`${words({ key: 'commandLine.domu.console.left', values: { name } })}\n`);
  return code === 0 ? EXIT.done : EXIT.action;
}
