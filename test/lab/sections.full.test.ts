/**
 * An unattended install of a profile that leaves a section to a person: in a real terminal, up to the run itself, and
 * going on without asking again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { minimalText } from '../profile/fixtures.ts';
import { fill, titleOf } from '../pty/support/answers.ts';
import { withPretendTools } from '../pty/support/pretend-tools.ts';
import { stopRun } from '../pty/support/pty.ts';
import { home, open } from '../pty/support/session.ts';

const ARGS = ['install', 'host.yaml', '--image', 'host.img'];
const planOf = (): { readonly hash: string; readonly hostname: string } =>
  JSON.parse(readFileSync(join(home(), 'host.img.xenwright/plan.json'), 'utf8')) as {
    readonly hash: string;
    readonly hostname: string;
  };

describe.runIf(process.getuid?.() === 0)('sections that are asked (as root)', () => {
  test('one screen, then the run by itself; going on asks nothing again', { timeout: 60_000 }, async () => {
    writeFileSync(join(home(), 'host.yaml'), `${minimalText}\ninteractive: [identity]\n`);
    const screen = await open(ARGS, withPretendTools(home()));
    await screen.shows('The profile asks for this on screen');
    expect(titleOf(screen)).toBe('Name and time');
    await fill(screen, 'Host name', 'asked1');
    screen.press('ctrl-n');
    await screen.shows('fetching package 2');
    await stopRun(screen);
    screen.press('q');
    await screen.exit;
    expect(planOf().hostname).toBe('asked1');
    const { hash } = planOf();
    const again = await open([...ARGS, '--resume'], withPretendTools(home()));
    await again.shows('fetching package 2');
    await stopRun(again);
    again.press('q');
    await again.exit;
    expect(planOf().hash).toBe(hash);
  });

  test('who leaves has changed nothing', { timeout: 60_000 }, async () => {
    writeFileSync(join(home(), 'host.yaml'), `${minimalText}\ninteractive: [network, review]\n`);
    const screen = await open(ARGS, withPretendTools(home()));
    await screen.shows('The profile asks for this on screen');
    screen.press('ctrl-c');
    await screen.shows('Leave the wizard?');
    screen.press('down', 'enter');
    expect((await screen.exit).code).toBe(130);
    expect(() => planOf()).toThrow('ENOENT');
  });
});
