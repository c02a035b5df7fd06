import { describe, expect, test } from 'vitest';
import { linesOf, minimalText, profileOf } from './fixtures.ts';

describe('--set', () => {
  test('values are YAML: text, numbers, lists', () => {
    const profile = profileOf(minimalText, [
      'host.hostname=xen2',
      'host.xen.vcpus=3',
      'host.packages=[vim, less]',
      'host.storage.swap=0',
    ]);
    expect(profile.host).toMatchObject({
      hostname: 'xen2',
      xen: { vcpus: 3 },
      packages: ['vim', 'less'],
      storage: { swap: { kind: 'fixed', miB: 0 }, volumeGroup: 'vg_xen2' },
    });
  });

  test.each(['domus.web1.memory=1G', 'domus[0].memory=1G', 'domus.0.memory=1G'])('%s reaches the DomU', (set) => {
    expect(profileOf(minimalText, [set]).domus[0]?.memoryMiB).toBe(1024);
  });

  test('a DomU can be added at the end', () => {
    expect(profileOf(minimalText, ['domus[1].name=db1']).domus.map(({ name }) => name)).toEqual(['web1', 'db1']);
  });

  test.each([
    ['host.hostname', 'write it like host.hostname=xen2'],
    ['domus.db1.memory=1G', 'domus has nothing called db1'],
    ['domus[7].memory=1G', 'domus has only 1 entry'],
    ['host.hostname.x=1', 'host.hostname is neither a map nor a list'],
    ['host.packages=[', 'must end with a ]'],
    ['host.memory=1G', 'unknown key memory'],
  ])('%s is a finding, not a crash', (set, message) => {
    expect(linesOf(minimalText, [set]).join('\n')).toContain(message);
  });

  test('a secret given by --set is not repeated', () => {
    expect(
      linesOf(minimalText, ['host.admin=hunter2', 'host.x.y=hunter2', 'host.admin.z=[hunter2']).join('\n'),
    ).not.toContain('hunter2');
  });
});
