/** The pictures of the documentation are what the screens show now. `npm run pictures` makes them again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { ScreenModel } from '../components/support/screen-model.ts';
import { hostAt, runAt, wizardAt } from './scenes.ts';
import { svgOf } from './svg.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'docs/pictures');
const NAMES = ['disk', 'domus', 'review', 'install', 'failure', 'done', 'host', 'host-stop'];

let close: () => Promise<void> = async () => undefined;
afterEach(async () => await close());

async function isCurrent(screen: Pick<ScreenModel, 'buffer' | 'text'>, name: string, title: string): Promise<void> {
  expect(screen.text()).toContain('Demo: nothing is written');
  await expect(
    svgOf(screen, { columns: 80, rows: 24, title }),
    'a screen has changed: npm run pictures draws them anew',
  ).toMatchFileSnapshot(join(FOLDER, `${name}.svg`));
}

test('the disks', async () => {
  const wizard = await wizardAt({ screen: 'disk', domu: null });
  ({ close } = wizard);
  await wizard.shows('zfs:live');
  await isCurrent(wizard, 'disk', 'Choosing a disk: what is on each, and why one cannot be chosen');
});

test('the DomUs', async () => {
  const wizard = await wizardAt({ screen: 'domus', domu: null });
  ({ close } = wizard);
  await wizard.shows('192.0.2.12/24');
  wizard.press('down');
  await wizard.shows('❯  db1');
  await isCurrent(wizard, 'domus', 'The list of DomUs with their memory, disks and addresses');
});

test('the review', async () => {
  const wizard = await wizardAt({ screen: 'review', domu: null });
  ({ close } = wizard);
  await wizard.shows('Type /dev/sda to install');
  wizard.press('/dev/s');
  await wizard.shows('install: /dev/s');
  await isCurrent(wizard, 'review', 'The review: what will be lost, and the name to type');
});

test('the install', async () => {
  const { screen } = await runAt(66);
  ({ close } = screen);
  await screen.shows('1 min 06 s');
  await isCurrent(screen, 'install', 'Panes of the host, Dom0 and each DomU, and the log');
});

test('a failure', async () => {
  const { screen, over } = await runAt(600, { hasFailure: true });
  ({ close } = screen);
  await over;
  await screen.shows('Not everything could be installed');
  screen.press('f');
  await screen.shows('| wrote 212 of 430 MiB');
  await isCurrent(screen, 'failure', 'A failure: why, what to do, its last lines');
});

test('the end', async () => {
  const { screen, over } = await runAt(600);
  ({ close } = screen);
  await over;
  await screen.shows('Done: xen1.example.org is installed');
  await isCurrent(screen, 'done', 'The end: who is installed, how to log in, where the time went');
});

test('a host, and the question before a DomU is stopped', async () => {
  const host = await hostAt();
  ({ close } = host);
  host.press('down', 'down');
  await host.shows('❯ mail');
  await isCurrent(host, 'host', 'The screen of a host: its DomUs, Dom0, the network, what is wrong, and the keys');
  host.press('t');
  await host.shows('❯ No, change nothing');
  await isCurrent(host, 'host-stop', 'Before a DomU is stopped: what ends, and the command that does the same');
});

test('each is shown somewhere, and none is missing', () => {
  expect(readdirSync(FOLDER).filter((file) => !NAMES.includes(file.replace(/\.svg$/, '')))).toEqual([]);
  const texts = ['README.md', 'docs/wizard.md', 'docs/watching.md', 'docs/host-screen.md'].map((file) =>
    readFileSync(join(ROOT, file), 'utf8'),
  );
  for (const name of NAMES)
    expect([name, texts.some((text) => text.includes(`pictures/${name}.svg`))]).toEqual([name, true]);
  for (const [, folder, name] of texts.join('').matchAll(/!\[[^\]]*\]\(((?:docs\/)?pictures)\/([^)]+)\.svg\)/g))
    expect([folder, NAMES.includes(name ?? '')]).toEqual([folder, true]);
});
