/** For screen readers: what is said, that it is said once, that nothing is only drawn, and that what was said stays. */
import { afterEach, describe, expect, test } from 'vitest';
import { saidNow, spoken } from '../../components/speech/parts.ts';
import { machineFacts } from '../plan/host.ts';
import { openRun, type RunOnScreen } from './support/run.ts';
import { openWizard, type WizardScreen } from './support/wizard.ts';

const SPOKEN = { INK_SCREEN_READER: 'true' };
let wizard: WizardScreen | null = null;
let run: RunOnScreen | null = null;
afterEach(async () => {
  await wizard?.close();
  await run?.close();
  [wizard, run] = [null, null];
});

const open = async (): Promise<WizardScreen> => {
  wizard = await openWizard({ env: SPOKEN, facts: machineFacts('sata-ssd-and-hdd'), rows: 200 });
  await wizard.shows('Language');
  await wizard.until('the machine to be known', () => wizard?.session.getState().environment !== null);
  return wizard;
};
/** Boxes, bars, rules, pointers: drawn, not said. */
const DRAWN = /[\u2500-\u259f❯◉○»]|-{3}|={3}|#{3}|\+-|\|\s/;
const count = (text: string, part: string): number => text.split(part).length - 1;

describe('the wizard', () => {
  test('says where one is, the field, its value and its help', async () => {
    const { shows } = await open();
    await shows('Language and keyboard. Host xen1, step 1 of');
    await shows(/^Language: Neutral \(English, C\.UTF-8\) \(default\)$/m);
    await shows('Language of the installed host');
  });

  test('says only what has changed when the focus moves, and what was said stays', async () => {
    const { press, shows, text } = await open();
    press('down');
    await shows(/^Keyboard: United States \(default\)$/m);
    expect(count(text(), 'step 1 of')).toBe(1);
    expect(count(text(), 'Language: Neutral')).toBe(1);
  });

  test('a choice that changes says its new value, and a text is echoed in one line', async () => {
    const { press, shows, text, session, until } = await open();
    press('ctrl-n', 'ctrl-n');
    await shows('Disk layout. ');
    press('right');
    await shows(/^Layout: plain partitions and files$/m);
    press('ctrl-n', 'ctrl-n', 'ctrl-n');
    await shows('Name and time. ');
    press('ctrl-u');
    for (const char of 'xen7') press(char);
    await shows(/^Host name: xen7$/m);
    await until('the draft', () => session.getState().input.kind === 'text');
    expect(count(text(), 'Host name: xen7')).toBe(1);
  });

  test('the whole way, with every screen, the review and the question whether to leave: nothing is only drawn', async () => {
    const { press, shows, text, session, until } = await open();
    for (let step = 0; step < 15 && session.getState().place.screen !== 'review'; step++) {
      const { screen } = session.getState().place;
      press('ctrl-n');
      await until('the next screen', () => session.getState().place.screen !== screen);
    }
    await shows('Install now');
    await shows(/^What will be lost$/m);
    await shows(/xw-boot, 1024 MiB, ext4 \/boot/);
    press('ctrl-c');
    await shows(/^Stay\. 1 of 2$/m);
    press('down');
    await shows(/^Leave\. 2 of 2$/m);
    expect(
      text()
        .split('\n')
        .filter((line) => DRAWN.test(line)),
    ).toEqual([]);
  });

  test('a list says the highlighted entry and how many there are', async () => {
    const { press, shows } = await open();
    press('down', 'g', 'e', 'r', 'm');
    await shows(/^Search: germ$/m);
    await shows(/^Germany\. 1 of \d+$/m);
  });

  test('Ctrl-L says all of it again', async () => {
    const { press, until, text } = await open();
    press('ctrl-l');
    await until('a second time', () => count(text(), 'step 1 of') === 2);
  });

  test('errors are said as they come', async () => {
    const { press, shows } = await open();
    for (let step = 0; step < 5; step++) press('ctrl-n');
    await shows('Name and time. ');
    press('ctrl-u', '-', 'a', '-', 'enter', 'ctrl-n');
    await shows(/^Error: .*-a-/m);
  });
});

test('a run says what is done, what fails and how it ends, each once; a key says where it is', async () => {
  run = await openRun({ env: SPOKEN, rows: 200, can: { detach: true } });
  run.run.start(0, ['host', 'dom0']);
  run.run.whole(0, 'host');
  await run.shows(/^host: Make the disk of host: done$/m);
  run.press('tab');
  await run.shows(/^dom0: waiting, 0\/3$/m);
  run.run.begin(5, 'dom0/disk');
  run.run.fail(6, 'dom0/disk');
  await run.shows(/^dd failed with exit code 1/m);
  run.run.end(9, 'failed');
  await run.shows('Not everything could be installed');
  await run.settled();
  const text = run.text();
  expect(count(text, 'Make the disk of host: done')).toBe(1);
  expect(text.split('\n').filter((line) => DRAWN.test(line))).toEqual([]);
  run.press('q');
  expect(await run.end).toBe('left');
});

test('what is drawn is left out, and columns become commas', () => {
  expect(spoken('  | 3      xw-boot      1024 MiB  ext4 /boot                           |')).toBe(
    '3, xw-boot, 1024 MiB, ext4 /boot',
  );
  expect(spoken('+--------+')).toBe('');
  expect(spoken('Dom0      1024 MiB  ##########')).toBe('Dom0, 1024 MiB');
  expect(spoken('a-b c+d /dev/sda #1')).toBe('a-b c+d /dev/sda #1');
});

test('another place is said whole, the same place only as far as it has changed', () => {
  const before = [
    { id: 'place', text: 'A' },
    { id: 'field', text: 'x' },
    { id: 'help', text: 'h' },
  ];
  expect(
    saidNow(before, [
      { id: 'place', text: 'A' },
      { id: 'field', text: 'y' },
      { id: 'help', text: 'h' },
    ]),
  ).toEqual(['y']);
  expect(
    saidNow(before, [
      { id: 'place', text: 'B' },
      { id: 'field', text: 'x' },
    ]),
  ).toEqual(['B', 'x']);
});
