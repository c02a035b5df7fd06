/**
 * The pygrub of a real Dom0, restricted as Xen restricts it, on the disk of a real DomU: it finds the kernel, and
 * nothing without its user's right to read.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handlers } from '../../src/actions/table.ts';
import type { TreeFile } from '../../src/plan/action.ts';
import { SYSUSERS } from '../../src/plan/domu/pygrub.ts';
import { PYGRUB_USER } from '../../src/plan/domu/pygrub-user.ts';
import { find } from '../plan/host.ts';
import { buildBases, ground, labPlan } from './bases.ts';
import { fileAt, making } from '../plan/storage/devices.ts';

const here = ground();
const { act, see, tree, volume } = here;
const OUT = '/var/lib/xen/bootloader.7';
let device = '';
const onHost = (...argv: string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

beforeAll(async () => {
  const plan = await labPlan();
  const hashOf = await buildBases(plan, ['common', 'domu', 'dom0'], here);
  for (const [index, name] of ['dom0', 'db1'].entries()) {
    onHost('truncate', '--size=2G', volume(name));
    await act('base.write', {
      hash: hashOf(name),
      device: volume(name),
      in: null,
      uuid: `11111111-2222-4333-8444-55555555555${index}`,
      label: `${name}-root`,
    });
  }
  const files = (id: string, ...paths: string[]): TreeFile[] =>
    find(plan, 'tree.files', id).params.files.filter(({ path }) => paths.includes(path));
  await act('tree.files', {
    tree: tree('db1'),
    files: files('db1/files', '/boot/grub/grub.cfg'),
    links: [],
    directories: [],
    remove: [],
  });
  await act('tree.files', {
    tree: tree('dom0'),
    files: files('dom0/files', SYSUSERS),
    links: [],
    directories: [{ path: '/var/lib/xen', mode: '0755', owner: 'root:root' }],
    remove: [],
  });
  // Twice, as a resumed run may, over what a power cut leaves of the first.
  for (const left of [
    'true',
    'echo x > /etc/.#passwd0a1b2c3d4e5f6a7b; sed -i /^xen-pygrub:/d /etc/passwd /etc/shadow',
  ]) {
    await see('dom0', left);
    await act('tree.identity', {
      tree: tree('dom0'),
      user: null,
      password: null,
      sshKeys: [],
      locale: 'C.UTF-8',
      timezone: 'Etc/UTC',
      enableUnits: [],
      disableUnits: [],
      maskUnits: [],
    });
  }
  await here.mounts.close();
  device = onHost('losetup', '--find', '--show', volume('db1'));
});
afterAll(async () => {
  if (device !== '') {
    onHost('chown', 'root:disk', device);
    onHost('losetup', '--detach', device);
  }
  await here.clear();
});

/** As libxl runs it, on a disk with these rights. What it says to libxl, word by word. */
async function pygrub(disk: string, ...restricted: string[]): Promise<string[]> {
  const run = `unshare --mount /usr/lib/xen-*/bin/pygrub ${restricted.join(' ')} --output=${OUT}.out --output-format=simple0 --output-directory=${OUT}.d ${disk}`;
  return (
    await see(
      'dom0',
      `rm -rf ${OUT}.d; mkdir -m 0600 ${OUT}.d; (umask 077; : > ${OUT}.out); ${run} >/dev/null 2>&1; tr '\\0' '\\n' < ${OUT}.out | sed 's/boot_.*/FILE/'; find ${OUT}.d -type f -size +1M | wc -l`,
    )
  )
    .split('\n')
    .filter((line) => line !== '');
}
const RESTRICTED = [`--runas=${PYGRUB_USER.id}`, '--quiet'];

test('the user is in Dom0, and nobody can log in as it', async () => {
  expect(
    await see(
      'dom0',
      `getent passwd ${PYGRUB_USER.name}; getent group ${PYGRUB_USER.name}; getent shadow ${PYGRUB_USER.name} | cut -d: -f2; id -Gn ${PYGRUB_USER.name}; ls -A /etc | grep -e '^[.]#' || echo nothing left`,
    ),
  ).toBe(
    [
      `${PYGRUB_USER.name}:x:${PYGRUB_USER.id}:${PYGRUB_USER.id}:Reads the kernels of PV guests:/:/usr/sbin/nologin`,
      `${PYGRUB_USER.name}:x:${PYGRUB_USER.id}:`,
      '!*',
      PYGRUB_USER.name,
      'nothing left',
    ].join('\n'),
  );
});

test('with the rights that the volumes of DomUs have in Dom0 it finds kernel, initrd and arguments', async () => {
  onHost('chgrp', String(PYGRUB_USER.id), device);
  onHost('chmod', '0640', device);
  const found = [
    `kernel ${OUT}.d/FILE`,
    `ramdisk ${OUT}.d/FILE`,
    expect.stringMatching(/^args root=UUID=[0-9a-f-]+ ro console=hvc0$/),
    '2',
  ];
  expect(await pygrub(device, ...RESTRICTED)).toEqual(found);
  expect(await pygrub(device, '--quiet')).toEqual(found);
});

test('a disk that is a file, allocated for it, will do as well', async () => {
  const path = '/srv/db1-root.img';
  const allocate = making(fileAt(path, 900, PYGRUB_USER.id), [], tree('dom0'));
  await here.executor.run(
    allocate,
    { output: () => undefined, progress: () => undefined, report: () => undefined },
    new AbortController().signal,
  );
  expect(handlers['storage.make'].commands(allocate).map(({ argv }) => argv.join(' '))).toContain(
    `install -m 0640 -g ${PYGRUB_USER.id} /dev/null $TREE${path}`,
  );
  await see('dom0', `dd if=${device} of=${path} bs=4M count=225 conv=notrunc,sparse status=none`);
  expect(await see('dom0', `stat -c '%a %u %g' ${path}`)).toBe(`640 0 ${PYGRUB_USER.id}`);
  expect((await pygrub(path, ...RESTRICTED)).at(-1)).toBe('2');
});

test('without them it reads nothing: it is no longer root', async () => {
  onHost('chgrp', 'disk', device);
  expect(await pygrub(device, ...RESTRICTED)).toEqual(['0']);
});
