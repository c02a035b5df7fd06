import { describe, expect, it } from 'vitest';
import {
  earlyConfig,
  grubConfig,
  grubNetbootExample,
  ipxeExample,
  kernelWords,
} from '../../../src/medium/build/grub-config.ts';

const ID = '0123456789abcdef0123456789abcdef';
const plain = { serial: null, kernelWords: [] };

describe('the boot menu', () => {
  it('installs by default, and offers a serial console, safe graphics and the local disk', () => {
    const text = grubConfig(plain, ID);
    expect(text).toContain('set default=install\n');
    expect([...text.matchAll(/--id (\w+)/g)].map(([, id]) => id)).toEqual(['install', 'serial', 'safe', 'disk']);
    expect(text).toContain(
      `linux /live/vmlinuz boot=xenwright quiet systemd.ssh_auto=no panic=60 xenwright.medium=${ID} console=tty0 console=ttyS0,115200\n`,
    );
  });
  it('uses the serial console that the medium was made for, itself too', () => {
    const text = grubConfig({ serial: 'ttyS1,9600', kernelWords: [] }, ID);
    expect(text).toContain('serial --unit=1 --speed=9600\nterminal_input console serial');
    expect(text).not.toContain('--id serial');
    expect(kernelWords({ serial: 'ttyS1,9600', kernelWords: ['a=b'] })).toEqual([
      'boot=xenwright',
      'quiet',
      'systemd.ssh_auto=no',
      'panic=60',
      'console=tty0',
      'console=ttyS1,9600',
      'a=b',
    ]);
  });
  it('is found by the file of its own medium, and tells its initrd which that is', () => {
    expect(earlyConfig(ID)).toContain(`search --no-floppy --set=root --file /live/${ID}.id\n`);
    for (const [line] of grubConfig(plain, ID).matchAll(/^ {2}linux .*/gm))
      expect(line).toContain(` xenwright.medium=${ID}`);
  });
  it('quotes words as GRUB takes them', () => {
    expect(grubConfig({ serial: null, kernelWords: ["xenwright.set=a=it's"] }, ID)).toContain(
      `'xenwright.set=a=it'\\''s'`,
    );
  });
  it('has examples for booting over the network that name no real host', () => {
    for (const text of [ipxeExample(plain), grubNetbootExample(plain)]) {
      expect(text).toContain('boot=xenwright');
      expect(text).toContain('192.0.2.1');
      expect(text).toContain('ip=dhcp');
    }
  });
});
