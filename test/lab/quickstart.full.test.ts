/**
 * The quick start as a newcomer meets it, needs virtual machines: a real terminal, no key, an install, a Ctrl-C in the middle
 * of it, the boot with its console, a login with the one-time password, and Ctrl-]. What was on screen stays under
 * test/artifacts/lab/quickstart.
 */
import { appendFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, type IPty } from '@lydell/node-pty';
import { expect, it } from 'vitest';
import { BUNDLE, eventsOf, labFolder } from './support/cli.ts';

const MINUTE_MS = 60_000;
const folder = labFolder('quickstart');
const home = join(folder, 'home');
mkdirSync(home);

/** A person at a terminal: reads what is on screen, waits for words, types. */
class Person {
  readonly terminal: IPty;
  readonly gone: Promise<number>;
  #read = '';
  #ended = false;

  constructor() {
    this.terminal = spawn(process.execPath, [BUNDLE, 'quickstart'], { cwd: folder, cols: 80, rows: 24, name: 'xterm-256color', env: { ...process.env, HOME: home } });
    this.terminal.onData((data) => {
      this.#read += data;
      appendFileSync(join(folder, 'screen.log'), data);
    });
    this.gone = new Promise((resolve) => { this.terminal.onExit(({ exitCode }) => { this.#ended = true; resolve(exitCode); }); });
  }

  /** Waits for words among those that were not read yet, and takes them as read. */
  async sees(words: RegExp, limitMs: number): Promise<RegExpExecArray> {
    for (const end = Date.now() + limitMs; Date.now() < end;) {
      const found = words.exec(this.#read);
      if (found !== null) {
        this.#read = this.#read.slice(found.index + found[0].length);
        return found;
      }
      if (this.#ended) break;
      await new Promise((resolve) => { setTimeout(resolve, 200); });
    }
    throw new Error(`not seen: ${words.source}; the last on screen:\n${this.#read.slice(-1500)}`);
  }

  type(keys: string): void { this.terminal.write(keys); }
}

it('installs, is stopped, goes on, boots, lets in with the one-time password, has its DomU up, and shuts down', async () => {
  const first = new Person();
  const [, password = ''] = await first.sees(/one-time password {2}(\S+)/, MINUTE_MS);
  await first.sees(/Write the base to root: \d+ %|done: Write the base to root/, 25 * MINUTE_MS);
  first.type('\u0003');
  await first.sees(/Go on with: npm start -- quickstart/, 5 * MINUTE_MS);
  expect(await first.gone).toBe(130);

  const second = new Person();
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
  const third = new Person();
  await third.sees(/installed already/, MINUTE_MS);
  await third.sees(/\[Y\/n\]/, MINUTE_MS);
  third.type('n\r');
  expect(await third.gone).toBe(0);
  expect(existsSync(join(folder, 'xen-host.img'))).toBe(true);
}, 110 * MINUTE_MS);
