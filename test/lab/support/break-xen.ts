/** Truncates the hypervisor on an image's /boot, as a full disk or a torn write would. Nothing is mounted. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../../../src/plan/action.ts';
import type { Plan } from '../../../src/plan/plan.ts';

/** Keeps the first half of /boot/xen-*.gz. */
export async function breakXen(image: string, folder: string): Promise<void> {
  const plan = JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as Plan;
  const partition = plan.actions.find((action): action is Extract<Action, { kind: 'disk.partition' }> => action.kind === 'disk.partition')?.params.partitions.find((part) => part.label === 'xw-boot');
  if (partition === undefined) throw new Error('the plan has no /boot');
  const device = `${image}?offset=${partition.startMiB * 1024 * 1024}`;
  const debugfs = (command: string, write = false): string => execFileSync('debugfs', [...(write ? ['-w'] : []), '-R', command, device], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const name = /xen-[\d.]+-amd64\.gz/.exec(debugfs('ls -p /'))?.[0];
  if (name === undefined) throw new Error('no hypervisor on /boot');
  const whole = join(folder, 'xen.gz');
  debugfs(`dump /${name} ${whole}`);
  const bytes = readFileSync(whole);
  writeFileSync(whole, bytes.subarray(0, Math.floor(bytes.length / 2)));
  debugfs(`rm /${name}`, true);
  debugfs(`write ${whole} ${name}`, true);
}
