/** `install.onFinish` after an install onto this machine's own disks. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EffectiveProfile } from '../profile/effective.ts';
import { endMachine } from '../system/power.ts';
import type { CommandIo } from '../system/process-io.ts';

/** Time for a person to read the summary, or to stay. */
const NOTICE_SECONDS = 15;

/** Reboots or powers off; a person at the terminal is told before, and Ctrl-C keeps the machine running. */
export async function finishMachine(onFinish: EffectiveProfile['install']['onFinish'], io: CommandIo, end: (how: 'reboot' | 'poweroff') => Promise<void> = endMachine, noticeSeconds: number = NOTICE_SECONDS): Promise<void> {
  if (onFinish === 'hold') return;
  if (io.interactive && !(await noticed(onFinish, io, noticeSeconds))) return;
  io.err(`${onFinish === 'reboot' ? 'Rebooting' : 'Powering off'} now (install.onFinish: ${onFinish}).\n`);
  await end(onFinish);
}

async function noticed(onFinish: 'reboot' | 'poweroff', io: CommandIo, seconds: number): Promise<boolean> {
  io.err(`${onFinish === 'reboot' ? 'Reboot' : 'Power off'} in ${seconds} s (install.onFinish: ${onFinish}). Ctrl-C keeps this system running.\n`);
  const stay = new AbortController();
  const onInterrupt = (): void => stay.abort();
  process.on('SIGINT', onInterrupt);
  try {
    await delay(seconds * 1000, undefined, { signal: stay.signal });
    return true;
  } catch {
    io.err('This system goes on running; reboot when you are ready.\n');
    return false;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
