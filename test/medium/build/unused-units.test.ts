/** What is masked in the live system, against what its session and its guests need. */
import { expect, it } from 'vitest';
import { UNUSED_UNITS } from '../../../src/medium/build/unused-units.ts';
import { sessionFiles } from '../../../src/medium/session/units.ts';

it('masks nothing that a session waits for, or asks for', () => {
  const names = UNUSED_UNITS.map((path) => path.split('/').at(-1) ?? '');
  const texts = sessionFiles()
    .map(({ content }) => content)
    .join('\n');
  for (const name of names) expect(texts).not.toContain(name);
  for (const needed of [
    'systemd-networkd.service',
    'systemd-udevd.service',
    'systemd-tmpfiles-setup.service',
    'ssh.service',
    'systemd-timesyncd.service',
    'getty@.service',
  ])
    expect(names).not.toContain(needed);
});
