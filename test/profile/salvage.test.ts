import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/profile/load.ts';

const restOf = (text: string) => loadProfile(text, 'p.yaml').rest;

describe('what is left of a profile that the schema refuses', () => {
  test('is the profile without the refused parts', () => {
    const rest = restOf(
      'version: 1\nhost: { hostname: xen9, storage: { disks: [{ path: /dev/sda }], raid: 7 } }\ndomus: [{ name: a, memory: 9X, vcpus: 3 }]\n',
    );
    expect(rest?.profile.host).toMatchObject({
      hostname: 'xen9',
      storage: { disks: [{ path: '/dev/sda' }], raid: null },
    });
    expect(rest?.profile.domus).toMatchObject([{ name: 'a', memoryMiB: 512, vcpus: 3 }]);
  });
  test('has stand-ins for what must be there, of which nothing is said', () => {
    const rest = restOf('host: { hostname: 5 }\n');
    expect(rest?.profile.host.hostname).toBe('xen1');
    expect(
      [
        ['host', 'hostname'],
        ['host', 'storage'],
        ['host', 'storage', 'disks', 0],
        ['host'],
        ['version'],
        ['domus'],
      ].map((path) => rest?.isSilent(path)),
    ).toEqual([true, true, true, true, true, false]);
  });
  test('has no list of which one entry is refused for what it lacks', () => {
    expect(
      restOf('version: 1\nhost: { hostname: a, storage: { disks: [{}] } }\ndomus: [{ name: a }, { memory: 1G }]\n')
        ?.profile.domus,
    ).toEqual([]);
  });
  test.each([
    ['nothing at all', ''],
    ['a list', '[1]'],
    ['no host', 'version: 1\n'],
    ['a host that is a word', 'version: 1\nhost: x\n'],
  ])('is nothing for %s', (_, text) => {
    expect(restOf(text)).toBeNull();
  });
  test('is never there for a profile that the schema accepts', () => {
    expect(restOf('version: 1\nhost: { hostname: a, storage: { disks: [{}] } }\n')).toBeNull();
  });
});

describe('findings', () => {
  const rest = restOf(
    'version: 1\nhost: { hostname: a, storage: { disks: [{}], layout: lvmm, x: 1 }, network: { bridges: [{ mode: x }] }, admin: { usr: a } }\ndomus: [{ name: a, typ: x }, { name: b, vcpus: x }, { name: c, type: x }]\n',
  );
  test.each([
    [['host', 'storage', 'root'], true],
    [['host', 'network', 'bridges', 1], true],
    [['domus', 0, 'network', 0], true],
    [['domus', 1, 'vcpus'], true],
    [['domus'], true],
    [['domus', 2, 'boot'], true],
    [['host', 'admin'], true],
    [['host', 'admin', 'sshKeys', 0], false],
    [['domus', 0, 'memory'], false],
    [['domus', 1, 'memory'], false],
    [['domus', 1, 'boot'], false],
    [['domus', 2, 'memory'], false],
    [['host', 'hostname'], false],
    [['host', 'source', 'mirror'], false],
  ])('at %j are silent: %s', (path, silent) => {
    expect(rest?.isSilent(path)).toBe(silent);
  });
});
