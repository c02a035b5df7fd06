/**
 * The whole way as a person goes it, needs virtual machines: from the wizard's first screen, typed in a real terminal,
 * to an image whose Xen boots with both DomUs up. What was on screen stays under test/artifacts/lab/wizard.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KEY } from '../components/support/ports.ts';
import { startPty, type Pty } from '../pty/support/pty.ts';
import { typeWholeHost } from '../pty/support/whole-way.ts';
import { bootImage, describeBoot } from './support/boot.ts';
import { BUNDLE, cli, eventsOf, labFolder } from './support/cli.ts';

const MINUTE_MS = 60_000;
const folder = labFolder('wizard');
const image = join(folder, 'xen-host.img');

/** Waits as long as an install takes. */
async function sees(screen: Pty, words: RegExp, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; !words.test(screen.text());) {
    if (Date.now() > end || /Not everything could be installed|Stopped before it was finished/.test(screen.text()))
      throw new Error(`not seen: ${words.source}; the screen:\n${screen.text()}`);
    await delay(500);
  }
}

it(
  'from the first screen to Xen booted, both DomUs up',
  async () => {
    mkdirSync(join(folder, '.ssh'));
    writeFileSync(join(folder, '.ssh/id_ed25519.pub'), `${KEY}\n`);
    const screen = startPty(BUNDLE, folder);
    try {
      await screen.shows(/^ Language and keyboard$/m);
      await screen.lacks('Looking at this machine');
      await typeWholeHost(screen);
      await sees(screen, /Done: xen1\.example\.org is installed/, 40 * MINUTE_MS);
      screen.press('q');
      expect((await screen.exit).code).toBe(0);
    } finally {
      writeFileSync(join(folder, 'screen.log'), screen.raw());
      screen.kill('SIGKILL');
      await screen.exit;
    }
    expect(eventsOf(image).at(-1)).toMatchObject({ type: 'run.finished', result: 'done', exit: 0 });
    // What the wizard wrote down is what it installed.
    const planned = await cli(folder, 'plan', 'xen-host.yaml', '--image', 'xen-host.img', '--format', 'json');
    expect((JSON.parse(planned.out) as { readonly hash: string }).hash).toBe(
      (JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as { readonly hash: string }).hash,
    );

    const result = await bootImage(folder, image);
    expect(result, describeBoot(result)).toMatchObject({
      booted: 'xen',
      up: true,
      fallback: false,
      dom0: { up: true, hypervisor: 'xen', bridge: 'xenbr0' },
    });
    expect(result.domus.map(({ name, type, up }) => `${name} ${type} ${up ? 'up' : 'down'}`).sort()).toEqual([
      'db1 pv up',
      'web1 pvh up',
    ]);
  },
  120 * MINUTE_MS,
);
