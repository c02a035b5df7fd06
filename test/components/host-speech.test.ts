/** The host's screen for a screen reader: words line under line, and only what has changed is said again. */
import { afterEach, expect, test } from 'vitest';
import { domu, overviewOf, pretendHost, stopped } from '../ui/host-pretend.ts';
import { openHost, type HostOnScreen } from './support/host.ts';

let screen: HostOnScreen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});
const open = async (host = pretendHost()): Promise<HostOnScreen> => {
  screen = await openHost({ env: { INK_SCREEN_READER: 'true' }, rows: 60, host });
  return screen;
};

test('the host, its DomU with the highlight, then what the highlight moves to', async () => {
  const { shows, press, text } = await open();
  await shows('Host xen1.');
  await shows('2 DomUs, 1 running');
  await shows('web1: up; pvh grub; 2 vCPUs; starts with the host, 1 of 2');
  press('down');
  await shows('db1: stopped; it was stopped');
  // What domains take is not said again and again.
  expect(text().match(/2 DomUs, 1 running/g)).toHaveLength(1);
  expect(text()).not.toMatch(/[─❯]/);
});

test('a question says what ends, the command, and the answer with the highlight', async () => {
  const { shows, press, host } = await open(pretendHost([domu('web1')]));
  await shows('1 of 1');
  press('t');
  await shows('web1: stop?');
  await shows('Everything that runs in web1 ends.');
  await shows('command: xenwright domu stop web1');
  await shows('No, change nothing. 1 of 2');
  press('down');
  await shows('Yes, stop. 2 of 2');
  press('enter');
  await shows('web1: stop ...');
  host.say('web1: stopped');
  host.overview = overviewOf([stopped('web1')]);
  host.end(0);
  await shows('web1: stopped');
});

test('the menu, the texts, and an empty list', async () => {
  const { shows, press, host, session, until } = await open(pretendHost([domu('web1')]));
  const back = async (): Promise<void> => {
    press('escape');
    await until('the list', () => session.getSnapshot().view.dialog === null);
  };
  await shows('1 of 1');
  press('enter');
  await shows('stop, xenwright domu stop web1. 1 of');
  await back();
  press('?');
  await shows('Up, Down, PgUp, PgDn, move in the list');
  await back();
  host.change(overviewOf([]));
  await shows('This host has no DomUs. a adds the first one.');
});
