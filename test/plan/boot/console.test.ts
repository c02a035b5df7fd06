import { describe, expect, test } from 'vitest';
import type { ConsoleFacts, Facts, SerialConsole } from '../../../src/facts/facts.ts';
import { buildModel } from '../../../src/plan/build-model.ts';
import { consoleWords, resolveConsole } from '../../../src/plan/boot/console.ts';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { hostGrub, xenArguments } from '../../../src/plan/boot/grub-host.ts';
import { imageFacts, machineFacts, profileOf } from '../host.ts';
import { fileIn } from '../trees/model.ts';

const line = (more: Partial<SerialConsole> = {}): SerialConsole => ({
  name: 'ttyS0',
  ioPort: 0x3f8,
  baud: 115_200,
  by: 'kernel',
  ...more,
});
const machineWith = (consoles?: ConsoleFacts): Facts => ({
  ...imageFacts(),
  kind: 'machine',
  ...(consoles === undefined ? {} : { consoles }),
});
const auto = (consoles?: ConsoleFacts): string => consoleWords(resolveConsole('auto', machineWith(consoles)));

describe('console: auto', () => {
  test.each<[string, ConsoleFacts | undefined, string]>([
    ['nobody has looked', undefined, 'vga'],
    ['a screen, and no serial line that counts', { screen: true, serial: [] }, 'vga'],
    ['neither: what may be plugged in later', { screen: false, serial: [] }, 'vga'],
    ['a screen and a serial line', { screen: true, serial: [line()] }, 'vga+com1,115200'],
    ['a serial line alone', { screen: false, serial: [line()] }, 'com1,115200'],
    [
      'the second one, at its speed',
      { screen: false, serial: [line({ name: 'ttyS1', ioPort: 0x2f8, baud: 57_600 })] },
      'com2,57600',
    ],
    [
      'the first of several',
      { screen: true, serial: [line({ name: 'ttyS1', ioPort: 0x2f8 }), line()] },
      'vga+com2,115200',
    ],
    [
      "one on a card, and the firmware's",
      { screen: false, serial: [line({ name: 'ttyS4', ioPort: 0xe060 }), line({ by: 'firmware' })] },
      'com1,115200',
    ],
    ['one on a card alone', { screen: false, serial: [line({ name: 'ttyS4', ioPort: 0xe060 })] }, 'vga'],
    ['one whose registers are in memory', { screen: true, serial: [line({ ioPort: null })] }, 'vga'],
    ['a speed that GRUB does not know', { screen: false, serial: [line({ baud: 921_600 })] }, 'com1,115200'],
  ])('%s', (_, consoles, expected) => {
    expect(auto(consoles)).toBe(expected);
  });

  test("on an image is its machine's screen and COM1, and on captured machines what it was", () => {
    expect(consoleWords(resolveConsole('auto', imageFacts()))).toBe('vga+com1,115200');
    expect(consoleWords(resolveConsole('auto', machineFacts('nvme-pair-uefi')))).toBe('vga');
  });

  test('gives way to what a profile says', () => {
    const facts = machineWith({ screen: false, serial: [line()] });
    for (const text of ['vga', 'com2,9600', 'vga+com3,115200'])
      expect(consoleWords(resolveConsole(text, facts))).toBe(text);
  });
});

describe('a host that was installed over a serial line', () => {
  const { model } = buildModel(
    profileOf(),
    machineWith({ screen: false, serial: [line({ name: 'ttyS1', ioPort: 0x2f8, baud: 57_600 })] }),
  );
  const defaults = fileIn(dom0Tree(model), '/etc/default/grub.d/10-xenwright.cfg');
  const menu = fileIn(hostGrub(model), '/etc/grub.d/09_xenwright');

  test("shows GRUB's menu on it", () => {
    expect(defaults).toContain(
      'GRUB_TERMINAL="serial"\nGRUB_SERIAL_COMMAND="serial --unit=1 --speed=57600 --word=8 --parity=no --stop=1"',
    );
  });
  test('has Xen on it', () => {
    expect(xenArguments(model)).toEqual(expect.arrayContaining(['com2=57600,8n1', 'console=com2']));
  });
  test('has Dom0 on it, and its login: hvc0 under Xen, the port itself without', () => {
    expect(menu).toMatch(/^linux_under_xen='[^']* console=hvc0'$/m);
    expect(menu).toMatch(/^linux_plain='[^']* console=ttyS1,57600n8'$/m);
    expect(defaults + menu).not.toContain('tty0');
    // systemd has a login on every console of the kernel, unless somebody takes it away.
    expect(dom0Tree(model).maskUnits.join(' ') + dom0Tree(model).disableUnits.join(' ')).not.toContain('getty');
  });
});

test('with a screen both speak, and the line is /dev/console', () => {
  const { model } = buildModel(profileOf(), machineWith({ screen: true, serial: [line()] }));
  expect(xenArguments(model)).toContain('console=vga,com1');
  expect(fileIn(hostGrub(model), '/etc/grub.d/09_xenwright')).toMatch(
    /^linux_under_xen='[^']* console=tty0 console=hvc0'$/m,
  );
  expect(fileIn(hostGrub(model), '/etc/default/grub.d/10-xenwright.cfg')).toContain('GRUB_TERMINAL="console serial"');
});

test('Xen knows com3 and com4 by their registers alone', () => {
  const told = (text: string): string[] =>
    xenArguments(buildModel(profileOf([`host.xen.console=${text}`]), imageFacts()).model).filter((word) =>
      /^com|^console/.test(word),
    );
  expect(told('com3,9600')).toEqual(['com1=9600,8n1,0x3e8,4', 'console=com1']);
  expect(told('vga+com4')).toEqual(['com1=115200,8n1,0x2e8,3', 'console=vga,com1']);
  expect(told('com2')).toEqual(['com2=115200,8n1', 'console=com2']);
});
