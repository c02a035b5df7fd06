/** Values of another kind than the field's: what is said of them tells how they are written in YAML. */
import { expect, test } from 'vitest';
import { linesOf, minimalText } from './fixtures.ts';

const LIST = 'write it as a list: in brackets, or each with a hyphen before it';

test.each([
  ['domus.web1.vcpus="2"', 'write it without quotes'],
  ['domus.web1.autostart=yes', 'write true or false, without quotes'],
  ['domus.web1.autostart="false"', 'write true or false, without quotes'],
  ['host.hostname=1234', 'write it in quotes'],
  ['host.files=[{ path: /etc/x, content: x, mode: 0644 }]', 'write it in quotes'],
  ['host.storage.disks=[{ wwn: 0x5000c500a1b2c3d4 }]', 'write it in quotes'],
  ['host.packages=htop', LIST],
  ['domus={ name: web1 }', LIST],
  ['host.network={bridges: [{ addresses: dhcp4 }]}', LIST],
])('%s', (set, hint) => {
  expect(linesOf(minimalText, [set]).join('\n')).toContain(`(${hint})`);
});

test('a word where a number belongs has no such hint', () => {
  expect(linesOf(minimalText, ['domus.web1.vcpus=two']).join('\n')).not.toContain('(write');
});
