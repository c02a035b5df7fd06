/** Who has how much of what there is only so much of. */
import { expect, test } from 'vitest';
import { Quota, senderOf, Shares } from '../../src/rack/shares.ts';

test('a sender is one IPv4 address, or one network of IPv6', () => {
  expect(senderOf('192.0.2.7')).toBe('192.0.2.7');
  expect(senderOf('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(senderOf('2001:db8:1:2:3:4:5:6')).toBe(senderOf('2001:db8:1:2::99'));
  expect(senderOf('2001:db8:1:3::99')).not.toBe(senderOf('2001:db8:1:2::99'));
  expect(senderOf('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
});

test('whoever holds most is known, and nobody when nothing is held', () => {
  const shares = new Shares();
  shares.add('a', 3);
  shares.add('b', 5);
  expect([shares.greediest, shares.total]).toEqual(['b', 8]);
  shares.add('b', -5);
  shares.add('a', -3);
  expect([shares.greediest, shares.total]).toEqual([null, 0]);
});

test('who has filled everything leaves the others room of their own, and that has an end too', () => {
  const quota = new Quota({ limit: 10, own: 2 });
  quota.take('greedy', 10);
  expect([quota.hasRoom('greedy', 1), quota.hasRoom('a', 2), quota.hasRoom('a', 3)]).toEqual([false, true, false]);
  for (const sender of ['a', 'b', 'c', 'd', 'e']) quota.take(sender, 2);
  expect(quota.hasRoom('f', 1)).toBe(false);
});
