import { expect, test } from 'vitest';
import type { ProbePort } from '../../src/facts/probe-port.ts';
import { ownersOf, readHands } from '../../src/facts/xl-owners.ts';

const port = (processes: Readonly<Record<string, { words: string[]; log?: string }>>): ProbePort => ({
  read: async (path) => processes[path.split('/')[2] ?? '']?.words.join('\0') ?? null,
  readHex: async () => null,
  list: async () => [...Object.keys(processes), 'self', 'cpuinfo'],
  link: async (path) => processes[path.split('/')[2] ?? '']?.log ?? null,
  run: async () => null,
});
const web1 = { name: 'web1', config: '/etc/xen/web1.cfg', domain: 7 };

test('whoever has a guest in hand is known by its configuration, name, number or log', async () => {
  const hands = await readHands(
    port({
      10: { words: ['/usr/sbin/xl', 'create', '/etc/xen/web1.cfg'] },
      11: { words: ['/bin/sh', '/usr/lib/xen/bin/xl', 'save', 'web1', '/x'] },
      12: { words: ['xl', 'migrate', '7', 'host2'] },
      13: { words: ['xl', 'create', 'other.cfg'], log: '/var/log/xen/xl-web1.log' },
      20: { words: ['xl', 'console', 'web1'] },
      21: { words: ['xl', 'create', '/etc/xen/web2.cfg'], log: '/var/log/xen/xl-web2.log' },
      22: { words: ['vi', 'xl', 'create', 'web1'] },
      23: { words: [] },
    }),
  );
  const found = ownersOf(hands, web1).map(({ pid, verb }) => ({ pid, verb }));
  expect(found.filter(({ pid }) => pid !== 22)).toEqual([
    { pid: 10, verb: 'create' },
    { pid: 11, verb: 'save' },
    { pid: 12, verb: 'migrate' },
    { pid: 13, verb: 'create' },
  ]);
});
