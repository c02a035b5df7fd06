/** `install.onFinish` and `install.onError` after an install onto this machine's own disks. */
import { english } from '../i18n/english.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { EffectiveProfile } from '../profile/effective.ts';
import { endMachine } from '../system/process/power.ts';
import type { CommandIo } from '../system/process/process-io.ts';

/** Time for a person to read the summary, or to stay. */
const NOTICE_SECONDS = 15;

/** Reboots or powers off; a person at the terminal is told before, and Ctrl-C keeps the machine running. */
export async function finishMachine(
  onFinish: EffectiveProfile['install']['onFinish'],
  io: CommandIo,
  end: (how: 'reboot' | 'poweroff') => Promise<void> = endMachine,
  noticeSeconds: number = NOTICE_SECONDS,
): Promise<void> {
  if (onFinish !== 'hold') await endAs(onFinish, 'onFinish', io, end, noticeSeconds);
}

/** After a failure: `hold` and `shell` leave a person where they are, in the shell that the command came from. */
export async function endAfterFailure(
  onError: EffectiveProfile['install']['onError'],
  io: CommandIo,
  end: (how: 'reboot' | 'poweroff') => Promise<void> = endMachine,
  noticeSeconds: number = NOTICE_SECONDS,
): Promise<void> {
  if (onError === 'reboot' || onError === 'poweroff') await endAs(onError, 'onError', io, end, noticeSeconds);
}

async function endAs(
  how: 'reboot' | 'poweroff',
  field: 'onFinish' | 'onError',
  io: CommandIo,
  end: (how: 'reboot' | 'poweroff') => Promise<void>,
  noticeSeconds: number,
): Promise<void> {
  if (io.interactive && !(await noticed(how, field, io, noticeSeconds))) return;
  io.err(`${english(how === 'reboot' ? 'cli.install.rebooting' : 'cli.install.poweringOff', { field })}\n`);
  await end(how);
}

async function noticed(how: 'reboot' | 'poweroff', field: string, io: CommandIo, seconds: number): Promise<boolean> {
  const words = how === 'reboot' ? 'cli.install.rebootIn' : 'cli.install.powerOffIn';
  io.err(`${english(words, { seconds, field })}\n`);
  const stay = new AbortController();
  const onInterrupt = (): void => stay.abort();
  process.on('SIGINT', onInterrupt);
  try {
    await delay(seconds * 1000, undefined, { signal: stay.signal });
    return true;
  } catch {
    io.err(`${english('cli.install.staysUp')}\n`);
    return false;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
