/** Every screen at 80×24 in the three kinds of terminal: what is shown, and that nothing leaves its place. */
import { afterEach, describe, expect, test } from 'vitest';
import { LOCALES } from '../../src/i18n/locales.ts';
import { loadTranslator } from '../../src/i18n/t.ts';
import { wrap } from '../../src/ui/terminal/cells.ts';
import { machineFacts } from '../plan/host.ts';
import { KEY, pretendPorts } from './support/ports.ts';
import { openWizard, TERMINALS, type TerminalName, type WizardScreen } from './support/wizard.ts';

let wizard: WizardScreen | null = null;
afterEach(async () => {
  await wizard?.close();
  wizard = null;
});

const TITLES = [
  'Language and keyboard',
  'Where to install',
  'Disk layout',
  'Network',
  'Debian and its packages',
  'Name and time',
  'Who logs in',
  'Xen and Dom0',
  'The host is complete',
  'DomUs',
  'Review',
];
const names = Object.keys(TERMINALS) as TerminalName[];

describe.each(names)('on %s', (terminal) => {
  test('the whole way with Ctrl-N: header, title, help and keys on each screen', async () => {
    wizard = await openWizard({ terminal });
    for (const [index, title] of TITLES.entries()) {
      await wizard.shows(`step ${index + 1} of 11`);
      await wizard.shows(title);
      const rows = wizard.rows();
      expect(rows).toHaveLength(24);
      expect(rows[0]).toMatch(/^ Xenwright . /);
      expect(rows[23]).toMatch(/Esc back/);
      // The last column stays free.
      expect(rows.every((row) => row.length <= 79)).toBe(true);
      if (index < TITLES.length - 1) wizard.press('ctrl-n');
    }
    await wizard.shows('[ Install now ]');
  });

  test('only signs that the terminal has', async () => {
    wizard = await openWizard({ terminal });
    await wizard.shows('Keyboard');
    if (terminal === 'vt220') expect(wizard.text()).toMatch(/^[\x20-\x7e\n]*$/);
    if (terminal === 'linux') expect(wizard.text()).toMatch(/^[\x20-\x7e\n»─·■█░↑↓]*$/);
    if (terminal === 'xterm') expect(wizard.text()).toContain('❯');
  });
});

test('host and DomU are told apart in the header', async () => {
  wizard = await openWizard();
  await wizard.shows('Host xen1');
  for (const title of TITLES.slice(1, 10)) {
    wizard.press('ctrl-n');
    await wizard.shows(` ${title}`);
  }
  await wizard.shows('DomUs of xen1');
  wizard.press('a');
  await wizard.shows('DomU domu1');
  await wizard.shows('step 1 of 5');
});

test('a small terminal says what it lacks, and comes back when it has grown', async () => {
  wizard = await openWizard({ columns: 30, rows: 10 });
  await wizard.shows('is 30×10');
  wizard.resize(80, 24);
  await wizard.shows('step 1 of 11');
  wizard.resize(132, 43);
  await wizard.until('the wider frame', () => (wizard?.rows()[42] ?? '').includes('Esc back'));
  wizard.resize(80, 24);
  await wizard.until(
    'the smaller frame',
    () => (wizard?.rows()[23] ?? '').includes('Esc back') && (wizard?.rows()[0] ?? '').includes('Xenwright'),
  );
  expect(wizard.text().match(/step 1 of 11/g)).toHaveLength(1);
});

test('Ctrl-L draws everything anew', async () => {
  wizard = await openWizard();
  await wizard.shows('Keyboard');
  await wizard.lacks('Looking at this machine');
  const before = wizard.text();
  const written = wizard.written();
  wizard.press('ctrl-l');
  await wizard.until('a whole frame to be written', () => (wizard?.written() ?? 0) > written + 500);
  await wizard.until('the same frame', () => wizard?.text() === before);
});

test('the keys of a screen are shown by ? and by Ctrl-G where a question mark is text', async () => {
  wizard = await openWizard();
  await wizard.shows('Keyboard');
  wizard.press('?');
  await wizard.shows('any other key closes this.');
  wizard.press('x');
  await wizard.shows('step 1 of 11');
  await wizard.lacks('any other key closes this.');
  wizard.press('down', 'down', 'ctrl-g');
  await wizard.shows('any other key closes this.');
});

describe('in an image that is started by emulation', () => {
  const ports = () => {
    const pretend = pretendPorts(machineFacts('sata-ssd-and-hdd'));
    return { ...pretend, probe: async () => ({ ...(await pretend.probe()), emulates: true }) };
  };

  test("a DomU's first screen says what it is and why, and so does their list", async () => {
    wizard = await openWizard({ ports: ports() });
    for (const title of TITLES.slice(1, 10)) {
      wizard.press('ctrl-n');
      await wizard.shows(` ${title}`);
    }
    wizard.press('a');
    await wizard.shows('this image runs under emulation, where PVH is unreliable');
    expect(wizard.text()).toMatch(/Type +PV \(default\)/);
    wizard.press('escape');
    await wizard.shows('DomUs of xen1');
    expect(wizard.text()).toMatch(/domu1 +pv /);
    await wizard.shows('this image runs under emulation');
    // What a person chooses needs no reason.
    wizard.press('enter');
    await wizard.shows('DomU domu1');
    wizard.press('down', 'down', 'left', 'left');
    await wizard.lacks('this image runs under emulation');
  });

  test.each(LOCALES)('the reason stands there whole in %s', async (locale) => {
    const said = (await loadTranslator(locale))('form.emulated');
    expect(wrap(said, 78).length).toBeLessThanOrEqual(2);
  });
});

test('what auto means for the console stands beside it', async () => {
  const facts = {
    ...machineFacts('sata-ssd-and-hdd'),
    consoles: { screen: false, serial: [{ name: 'ttyS1', ioPort: 0x2f8, baud: 57_600, by: 'kernel' as const }] },
  };
  wizard = await openWizard({
    ports: {
      ...pretendPorts(machineFacts('sata-ssd-and-hdd')),
      probe: async () => ({ facts, ownKeys: [KEY], isMedium: true, isRoot: true }),
    },
  });
  for (const title of ['Where to install', 'The disk', ...TITLES.slice(2, 8)]) {
    wizard.press('ctrl-n');
    await wizard.shows(` ${title}`);
  }
  expect(wizard.text()).toMatch(/Console +auto \(com2,57600\) \(default\)/);
});
