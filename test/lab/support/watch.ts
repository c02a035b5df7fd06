/** A machine of the lab whose console is watched until something has happened on it. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { accelerator } from '../../../src/system/vm/accelerator.ts';
import { startMachine } from '../../../src/system/vm/qemu.ts';

/** `machine`: more of QEMU's arguments; a restart ends it (`-no-reboot`). `pollMs`: how often one looks. */
export interface Watch {
  readonly folder: string;
  readonly name: string;
  readonly machine: readonly string[];
  readonly limitMs: number;
  readonly pollMs?: number;
}
/**
 * How one goes on: `wait`, `over`, or `settle`: what was waited for is there, and the machine gets a while to end by
 * itself. Throws where it went wrong.
 */
export type Verdict = 'wait' | 'over' | 'settle';

const POLL_MS = 500;
const SETTLE_MS = 90_000;
const PANIC = 'Kernel panic - not syncing';
/** What only the live system says, neither its boot loader nor its initrd: what comes before it has changed nothing. */
export const SESSION = /xenwright-session|Xenwright(?!: )/;

/**
 * Boots it and looks; gives all that its console said. It is gone afterwards. Throws after the limit. Emulated
 * processors let a kernel panic now and then while it starts: the machine is then started once more, and the panic
 * stays in NAME-panicked.log.
 */
export async function watch(one: Watch, judge: (said: string, isGone: boolean) => Verdict): Promise<string> {
  const panicked = (said: string): boolean => said.includes(PANIC) && !SESSION.test(said);
  const first = await watchOnce(one, (said, isGone) => (panicked(said) ? 'over' : judge(said, isGone)));
  if (!panicked(first)) return first;
  process.stderr.write(`${one.name} panicked as it started, and is started once more:\n${first.slice(-1500)}\n`);
  await rename(join(one.folder, `${one.name}.log`), join(one.folder, `${one.name}-panicked.log`));
  return await watchOnce(one, judge);
}

async function watchOnce(
  { folder, name, machine: args, limitMs, pollMs = POLL_MS }: Watch,
  judge: (said: string, isGone: boolean) => Verdict,
): Promise<string> {
  const transcript = join(folder, `${name}.log`);
  const machine = await startMachine({
    transcript,
    port: false,
    arguments: [...(await accelerator()), '-machine', 'q35', '-smp', '2', '-no-reboot', '-vga', 'none', ...args],
  });
  let isGone = false;
  void machine.gone.then(() => {
    isGone = true;
  });
  const read = async (): Promise<string> =>
    stripVTControlCharacters(await readFile(transcript, 'utf8').catch(() => ''));
  const pause = async (): Promise<void> => {
    await new Promise((resolve) => {
      setTimeout(resolve, pollMs);
    });
  };
  try {
    for (const untilMs = Date.now() + limitMs; ; await pause()) {
      // Before the reading: what it said last is read too.
      const wasGone = isGone;
      const said = await read();
      const verdict = judge(said, wasGone);
      if (verdict === 'over') return said;
      if (verdict === 'settle') break;
      if (Date.now() > untilMs) throw new Error(`${name} was watched for too long:\n${said.slice(-6000)}`);
    }
    for (const untilMs = Date.now() + SETTLE_MS; !isGone && Date.now() < untilMs;) await pause();
    return await read();
  } finally {
    machine.kill();
    await machine.gone;
  }
}
