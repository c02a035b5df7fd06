import { expect, test } from 'vitest';
import { XenwrightError } from '../../../src/errors.ts';
import { settleDevices } from '../../../src/system/medium/session.ts';

const failed = new XenwrightError({ code: 'command-failed', exit: 5, message: 'systemctl failed' });

test('udev is waited for although a service of the system failed, and the failure is told then', async () => {
  const ran: string[] = [];
  const run = (async (argv: readonly string[]) => {
    ran.push(argv.slice(0, 2).join(' '));
    if (argv[0] === 'systemctl') throw failed;
    return { exitCode: 0, stdout: '', stderr: '' };
  }) as never;
  await expect(settleDevices(run)).rejects.toBe(failed);
  expect(ran).toEqual(['systemctl start', 'udevadm settle']);
});
