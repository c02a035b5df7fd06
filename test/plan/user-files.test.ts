/** Files of the profile that belong to its user, whom the base does not have. */
import { expect, test } from 'vitest';
import { allNeeds, find, imageFacts, planOf } from './host.ts';

const beside = { ...imageFacts(), mountsImages: true as const };
const FILES = [
  'host.admin.user=joe',
  'host.files=[{ path: /home/joe/.config/app/a.conf, content: x, owner: joe }, { path: /home/joe/.ssh/config, content: x }, { path: /srv/b, content: x, owner: "root:joe" }, { path: /etc/c, content: x }]',
];

test.each([
  ['in a copy', beside],
  ['on the target', imageFacts()],
])('are written when the user is there: %s', (_, facts) => {
  const plan = planOf(FILES, facts);
  const first = find(plan, 'tree.files', 'dom0/files').params.files.map(({ path }) => path);
  const later = find(plan, 'tree.files', 'dom0/files/user');
  expect(first).toContain('/etc/c');
  expect(later.params.files.map(({ path }) => path)).toEqual([
    '/home/joe/.config/app/a.conf',
    '/home/joe/.ssh/config',
    '/srv/b',
  ]);
  expect(first.filter((path) => later.params.files.some((file) => file.path === path))).toEqual([]);
  expect(later.needs).toEqual(['dom0/identity']);
  // Nothing that makes the domain whole passes it by.
  for (const id of ['dom0/boot/install', 'host/finish']) expect([...allNeeds(plan, id)]).toContain('dom0/files/user');
});

test('folders on the way to them are the user’s, and that of keys is nobody else’s to read', () => {
  expect(find(planOf(FILES), 'tree.files', 'dom0/files/user').params.directories).toEqual([
    { path: '/home/joe/.config', mode: '0755', owner: 'joe:joe' },
    { path: '/home/joe/.config/app', mode: '0755', owner: 'joe:joe' },
    { path: '/home/joe/.ssh', mode: '0700', owner: 'joe:joe' },
  ]);
});

test('a DomU inherits the user, and its record waits for the files', () => {
  const plan = planOf(['host.admin.user=joe', 'domus.0.files=[{ path: /etc/a, content: x, owner: joe }]'], beside);
  expect([...allNeeds(plan, 'web1/record')]).toContain('web1/files/user');
});

test('a disk that is mounted in the home leaves it the user’s', () => {
  const plan = planOf(
    [
      'host.admin.user=joe',
      'domus.0.disks={ root: { size: 2G }, data: [{ name: d, size: 1G, mount: /home/joe/a/big }] }',
    ],
    beside,
  );
  expect(find(plan, 'tree.files', 'web1/files/user').params.directories).toEqual([
    { path: '/home/joe', mode: '0700', owner: 'joe:joe' },
    { path: '/home/joe/a', mode: '0755', owner: 'joe:joe' },
  ]);
  expect(plan.actions.map(({ id }) => id)).not.toContain('dom0/files/user');
});

test('without a user there is nothing to wait for', () => {
  const plan = planOf([
    'host.files=[{ path: /home/joe/a, content: x }, { path: /etc/c, content: x, owner: www-data }]',
  ]);
  expect(plan.actions.map(({ id }) => id)).not.toContain('dom0/files/user');
});

test.each([
  ['/home', ['host.admin.user=joe']],
  ['/home/joe', ['host.admin.user=joe']],
  ['/root', []],
])('a home on a disk of its own, at %s, is made on that disk: a copy of the root has it not', (mount, more) => {
  const plan = planOf(
    [...more, `domus.0.disks={ root: { size: 2G }, data: [{ name: d, size: 1G, mount: ${mount} }] }`],
    beside,
  );
  expect(find(plan, 'tree.identity', 'web1/identity').params.tree.mounts.map(({ at }) => at)).toEqual(['/', mount]);
  // The other domains are made in copies as before.
  expect(find(plan, 'tree.identity', 'db1/identity').params.tree.mounts.map(({ at }) => at)).toEqual(['/']);
});
