/** Forms of option values: what people write is taken, and what is none is named with its option. */
import { describe, expect, test } from 'vitest';
import { listen, listenOf, reportAddress } from '../../src/command-line/values/addresses.ts';
import type { Check } from '../../src/command-line/values/check.ts';
import { keyboard, language, serial } from '../../src/command-line/values/consoles.ts';
import { change } from '../../src/command-line/values/fields.ts';
import { image, parseImage } from '../../src/command-line/values/images.ts';
import { KINDS } from '../../src/command-line/values/kinds.ts';
import { knownBy, machineWord } from '../../src/command-line/values/machines.ts';
import { name } from '../../src/command-line/values/names.ts';
import { demoSeconds, wholeNumber } from '../../src/command-line/values/numbers.ts';
import { medium, place, source } from '../../src/command-line/values/places.ts';
import { size } from '../../src/command-line/values/sizes.ts';
import { sha256, tlsFingerprint } from '../../src/command-line/values/trust.ts';

const HEX = 'ab'.repeat(32);

test.each<[string, Check, readonly string[], readonly string[]]>([
  ['--jobs', wholeNumber('--jobs'), ['1', '16', '99999999'], ['', '0', '-1', '1.5', '1e3', 'many', ' 2', '100000000']],
  ['--disk', size('--disk'), ['1G', '512M', '1.5G', '2 GiB', '512MB'], ['', '10', 'much', '10%', '-1G', '1 gig']],
  ['--output', place('--output'), ['x.iso', './-x', '/dev/sda', 'a b'], ['', '-', '--set', '-x']],
  ['--facts', source('--facts'), ['-', 'facts.json', 'https://example.org/facts.json'], ['', '--set', 'ftp://x/y']],
  [
    'SOURCE',
    medium,
    ['cdrom', 'x.iso', '/dev/sr0', 'https://example.org/x.iso', 'nfs://s/e/x.iso', 'file:///x.iso'],
    ['', '--yes'],
  ],
  ['--only', name('--only'), ['dom0', 'web-1', 'host.files[0].content', '2nd'], ['', '--yes', 'a b', '../x', 'é']],
  [
    '--profile',
    source('--profile'),
    [
      '-',
      'host.yaml',
      'https://example.org/h.yaml',
      'http://${hostname}/${mac}.yaml',
      'nfs://s/e/h.yaml',
      'label:V/h.yaml',
      'cdrom:/h.yaml',
    ],
    ['', '--demo', 'ftp://example.org/h.yaml', 'nfs://server', 'cdrom:h.yaml', 'http://'],
  ],
  ['--sha256', sha256, [HEX, HEX.toUpperCase()], ['', 'ab', `${HEX}0`, HEX.replace('a', 'g')]],
  [
    '--tls-fingerprint',
    tlsFingerprint,
    [HEX, `SHA256:${HEX}`, HEX.replaceAll(/(..)(?=.)/g, '$1:')],
    ['', 'ab', `sha1:${HEX}`],
  ],
  ['--set', change, ['host.hostname=x', 'host.hostname=', 'a=b=c'], ['', 'host.hostname', '=x', ' =x']],
  [
    '--as',
    knownBy,
    ['mac=52:54:00:12:34:56', 'mac=525400123456', 'serial=a b', 'hostname=x=y'],
    ['', 'foo=1', 'mac=', 'mac=52:54', 'serial', '=x', '__proto__=1'],
  ],
  [
    '--image',
    image,
    ['host.img', 'host.img:20G', 'a:b.img:512M'],
    ['', ':20G', 'host.img:', 'host.img:20', 'host.img:0G', 'host.img:x', '--yes', '-x:20G'],
  ],
  ['--report', reportAddress, ['https://reports.example.org/x'], ['', 'somewhere', 'ftp://x', 'http://']],
  [
    '--listen',
    listen,
    ['127.0.0.1:8480', ':8480', '192.0.2.1', '[2001:db8::1]:1'],
    ['', '127.0.0.1:', '127.0.0.1:65536', 'a:b', '2001:db8::1'],
  ],
  ['--serial', serial, ['ttyS0', 'ttyS1,9600', 'ttyUSB0,115200n8'], ['', 'ttyS', 'COM1', 'ttyS0,', 'ttyS0 console=x']],
  ['--keyboard', keyboard, ['de', 'us,ru', 'de-latin1', 'de(nodeadkeys)'], ['', '1', 'de;x', 'us"']],
  ['--lang', language, ['de', 'pt-BR', 'ja_JP.UTF-8'], ['', 'xx', 'tlh']],
  ['--demo-seconds', demoSeconds, ['1', '0.5', '3600'], ['', '0', '-1', 'x', '3601', 'Infinity']],
])('%s takes what is one, and names itself where it is none', (option, check, good, bad) => {
  for (const text of good) expect(() => check(text)).not.toThrow();
  const failure = (text: string): unknown => {
    try {
      return `took ${JSON.stringify(check(text))}`;
    } catch (error) {
      return error;
    }
  };
  for (const text of bad) expect(failure(text)).toMatchObject({ exit: 2, hint: expect.stringMatching(/./) });
  for (const text of bad) expect((failure(text) as Error).message).toContain(option);
});

describe('taken apart', () => {
  test('an image has its size', () => {
    expect(parseImage('a:b.img:1G')).toEqual({ file: 'a:b.img', sizeMiB: 1024 });
    expect(parseImage('host.img')).toEqual({ file: 'host.img', sizeMiB: null });
  });
  test('a MAC is six pairs, however it was written', () => {
    expect(machineWord('mac=52-54-00-AB-cd-56')).toEqual({ key: 'mac', value: '52:54:00:ab:cd:56' });
  });
  test('an address alone has the usual port, and a port alone means every address', () => {
    expect([listenOf('192.0.2.1'), listenOf(':1')]).toEqual([
      { address: '192.0.2.1', port: 8480 },
      { address: '0.0.0.0', port: 1 },
    ]);
  });
  test('a serial console without a speed has the usual one', () => {
    expect(serial('ttyS0')).toBe('ttyS0,115200');
  });
});

test('what the help shows as a value of a kind is one', () => {
  for (const { checkFor, example } of Object.values(KINDS))
    if (example !== undefined) expect(() => checkFor('--option')(example)).not.toThrow();
});
