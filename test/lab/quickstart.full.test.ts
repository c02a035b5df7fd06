/**
 * The quick start as a newcomer meets it, needs virtual machines: a real terminal, no key, an install, a Ctrl-C in the
 * middle of it, the boot with its console, a login with the one-time password, and Ctrl-]. What was on screen stays
 * under test/artifacts/lab/quickstart.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUNDLE, eventsOf, labFolder } from './support/cli.ts';
import { Person } from './support/person.ts';

const MINUTE_MS = 60_000;
const folder = labFolder('quickstart');
const home = join(folder, 'home');
mkdirSync(home);

const newcomer = (): Person =>
  new Person({
    argv: [process.execPath, BUNDLE, 'quickstart'],
    cwd: folder,
    env: { HOME: home },
    log: join(folder, 'screen.log'),
  });

it(
  'installs, is stopped, goes on, boots, lets in with the one-time password, has its DomU up, and shuts down',
  async () => {
    const first = newcomer();
    const [, password = ''] = await first.sees(/one-time password {2}(\S+)/, MINUTE_MS);
    await first.sees(/Write the base to root: \d+ %|done: Write the base to root/, 25 * MINUTE_MS);
    first.type('\u0003');
    await first.sees(/Go on with: npm start -- quickstart/, 5 * MINUTE_MS);
    expect(await first.gone).toBe(130);

    const second = newcomer();
    await second.sees(/your xen-host\.yaml, as it is/, MINUTE_MS);
    await second.sees(/resumed: xen1/, MINUTE_MS);
    await second.sees(/about .* left\]/, 20 * MINUTE_MS);
    await second.sees(/\[Y\/n\]/, 20 * MINUTE_MS);
    expect(eventsOf(join(folder, 'xen-host.img')).at(-1)).toMatchObject({ type: 'run.finished', result: 'done' });
    expect(statSync(join(folder, 'xen-host.yaml')).mode & 0o777).toBe(0o600);
    second.type('\r');
    await second.sees(/xen1 login: /, 25 * MINUTE_MS);
    second.type('root\r');
    await second.sees(/Password: /, 3 * MINUTE_MS);
    second.type(`${password}\r`);
    await second.sees(/root@xen1:~# /, 5 * MINUTE_MS);
    second.type('cat /sys/hypervisor/type; ip -br addr show xenbr0 | cat\r');
    await second.sees(/[^\w/]xen\r/, 3 * MINUTE_MS);
    await second.sees(/xenbr0 +UP +10\.0\.2\.\d+\/24/, 3 * MINUTE_MS);
    // The one DomU of the profile: PV, since its machine is emulated whole.
    second.type('/usr/lib/xenwright/first-boot web1\r');
    await second.sees(/"name":"web1"[^\r\n]*"up":true/, 15 * MINUTE_MS);
    second.type('\u001d');
    await second.sees(/the power button was pressed/, MINUTE_MS);
    await second.sees(/What you can do with it:/, 15 * MINUTE_MS);
    expect(await second.gone).toBe(0);

    // Nothing is left to do: a third start offers to boot at once.
    const third = newcomer();
    await third.sees(/installed already/, MINUTE_MS);
    await third.sees(/\[Y\/n\]/, MINUTE_MS);
    third.type('n\r');
    expect(await third.gone).toBe(0);
    expect(existsSync(join(folder, 'xen-host.img'))).toBe(true);
  },
  110 * MINUTE_MS,
);
