/** What a SOURCE may be, what stands beside it, and what its placeholders become. */
import { describe, expect, it, test } from 'vitest';
import type { MachineIdentity } from '../../src/facts/machine-identity.ts';
import { fillPlaceholders } from '../../src/profile/source-placeholders.ts';
import { besideSource, parseSource, shownSource, signatureOf } from '../../src/profile/source-ref.ts';

const machine: MachineIdentity = {
  macs: ['52:54:00:12:34:56', '52:54:00:12:34:57'],
  serial: 'A/1 ü',
  uuid: null,
  product: 'Box 9',
  hostname: 'xen1',
};

describe('a SOURCE', () => {
  test.each([
    ['-', { kind: 'stdin' }],
    ['host.yaml', { kind: 'path', path: 'host.yaml' }],
    ['/a:b/host.yaml', { kind: 'path', path: '/a:b/host.yaml' }],
    ['file:host.yaml', { kind: 'path', path: 'host.yaml' }],
    ['file:///srv/a%20b.yaml', { kind: 'path', path: '/srv/a b.yaml' }],
    ['c:host.yaml', { kind: 'path', path: 'c:host.yaml' }],
    ['nfs://server/export/p.yaml', { kind: 'nfs', server: 'server', path: '/export/p.yaml' }],
    ['nfs://[fd00::1]/p.yaml', { kind: 'nfs', server: '[fd00::1]', path: '/p.yaml' }],
    ['label:MY DISK/a/p.yaml', { kind: 'label', label: 'MY DISK', path: '/a/p.yaml' }],
    ['cdrom:/p.yaml', { kind: 'cdrom', path: '/p.yaml' }],
    ['cdrom:///p.yaml', { kind: 'cdrom', path: '/p.yaml' }],
  ])('%s is understood', (source, ref) => {
    expect(parseSource(source)).toEqual(ref);
  });

  test.each([
    'nfs://server',
    'nfs:/export/p.yaml',
    'nfs://-o evil/p',
    'label:',
    'label:X',
    'label:X/../../etc/shadow',
    'cdrom:p.yaml',
    'cdrom:/',
    'ftp://server/p.yaml',
    'file:',
    'file://server/p.yaml',
    'http://',
    'nfs://s/a/../../b',
  ])('%s is refused as wrong usage', (source) => {
    expect(() => parseSource(source)).toThrow(expect.objectContaining({ code: 'bad-source', exit: 2 }));
  });

  it('has things beside it', () => {
    expect(besideSource('a/b', 'nfs://server/export/p.yaml')).toBe('nfs://server/export/a/b');
    expect(besideSource('a/b', 'label:X/d/p.yaml')).toBe('label:X/d/a/b');
    expect(besideSource('a', 'cdrom:/p.yaml')).toBe('cdrom:/a');
    expect(besideSource('a', 'file:/srv/p.yaml')).toBe('/srv/a');
    expect(besideSource('/etc/x', 'label:X/d/p.yaml')).toBe('/etc/x');
    expect(besideSource('label:Y/a', 'https://server.example/p.yaml')).toBe('label:Y/a');
  });

  it('has its signature beside it, a query behind it', () => {
    expect(signatureOf('https://server.example/p.yaml?rack=1')).toBe('https://server.example/p.yaml.sig?rack=1');
    expect(signatureOf('label:X/p.yaml')).toBe('label:X/p.yaml.sig');
    expect(signatureOf('-')).toBeNull();
  });

  it('is shown without the password in it', () => {
    expect(shownSource('https://user:canary@server.example/p.yaml')).toBe('https://server.example/p.yaml');
    expect(shownSource('https://user:c@n/ary@server.example/p.yaml')).toBe('https://server.example/p.yaml');
    expect(shownSource('https://server.example/p.yaml?token=canary&x=1')).toBe(
      'https://server.example/p.yaml?token=…&x=1',
    );
    expect(shownSource('/srv/a@b/p.yaml')).toBe('/srv/a@b/p.yaml');
  });
});

describe('placeholders', () => {
  it('become one SOURCE for each NIC, in their order', () => {
    expect(fillPlaceholders('http://s.example/${mac}.yaml', machine)).toEqual([
      'http://s.example/52:54:00:12:34:56.yaml',
      'http://s.example/52:54:00:12:34:57.yaml',
    ]);
  });
  it('are percent-encoded in URLs, and make no folders in paths', () => {
    expect(fillPlaceholders('http://s.example/${serial}?p=${product}', machine)).toEqual([
      'http://s.example/A%2F1%20%C3%BC?p=Box%209',
    ]);
    expect(fillPlaceholders('label:X/${serial}.yaml', machine)).toEqual(['label:X/A%2F1 ü.yaml']);
  });
  it('of what is not known refuse their SOURCE, and say so', () => {
    expect(() => fillPlaceholders('http://s.example/${uuid}', machine)).toThrow(
      expect.objectContaining({ code: 'not-known', exit: 6, message: expect.stringMatching(/UUID is not known/) }),
    );
    expect(() => fillPlaceholders('http://s.example/${mac}', { ...machine, macs: [] })).toThrow(/no network card/);
  });
  it('that nobody knows are wrong usage', () => {
    expect(() => fillPlaceholders('http://s.example/${MAC}', machine)).toThrow(expect.objectContaining({ exit: 2 }));
  });
});
