/**
 * Trees of real DomUs, without a virtual machine: bases are built, written to files, mounted by loop devices, made
 * unique.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBases, ground, labPlan } from './bases.ts';

const HASH = '$6$canary12$Uj3bJ0tq9W4oTn9g7wZ1vQ2mR8xK5yL6pS7dF3hG4jC2nB1aE0iO9uY8tR7eW6qA5sD4fG3hJ2kL1zX0cV9b.';
const here = ground({ secret: HASH });
const { act, see, tree, volume, log, keys } = here;

beforeAll(async () => {
  const hash = (await buildBases(await labPlan(), ['common', 'domu'], here))('web1');
  for (const [index, name] of ['web1', 'web2'].entries()) {
    execFileSync('truncate', ['--size=1G', volume(name)]);
    await act('base.write', {
      hash,
      device: volume(name),
      in: null,
      uuid: `11111111-2222-4333-8444-55555555555${index}`,
      label: `${name}-root`,
    });
    await act('tree.files', {
      tree: tree(name),
      remove: ['/etc/motd'],
      directories: [{ path: '/srv/deep/er', mode: '0750', owner: 'root:adm' }],
      links: [{ path: '/etc/hosts.link', target: 'hosts' }],
      files: [
        { path: '/etc/hostname', mode: '0644', owner: 'root:root', content: `${name}\n` },
        { path: '/etc/secret', mode: '0644', owner: 'root:root', content: { secret: 'x' } },
        { path: '/var/mail/box', mode: '0640', owner: 'mail:mail', content: 'm' },
      ],
    });
    await act('tree.identity', {
      tree: tree(name),
      user: 'admin',
      password: { secret: 'host.admin.passwordHash' },
      sshKeys: ['ssh-ed25519 AAAA admin@example'],
      locale: 'de_DE.UTF-8',
      timezone: 'Europe/Berlin',
      enableUnits: ['systemd-networkd.service'],
      disableUnits: ['systemd-timesyncd.service'],
      maskUnits: ['apt-daily.timer'],
    });
  }
});
afterAll(async () => {
  await here.clear();
});

test('everything that must differ between two DomUs of one base does', async () => {
  const unique = async (name: string): Promise<string[]> =>
    (
      await see(
        name,
        'cat /etc/machine-id; cat /etc/ssh/ssh_host_*_key.pub; md5sum < /var/lib/systemd/random-seed; cat /etc/hostname',
      )
    ).split('\n');
  const [one, two] = [await unique('web1'), await unique('web2')];
  expect(one).toHaveLength(5);
  expect(one[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(one.filter((line) => two.includes(line))).toEqual([]);
  expect(new Set(keys).size).toBe(4);
  expect(keys.every((key) => /^256 SHA256:\S+ .*\((ED25519|ECDSA)\)$/.test(key))).toBe(true);
});

test('files, owners and modes are as asked, secrets for root alone', async () => {
  expect(
    await see(
      'web1',
      "stat -c '%n %a %U:%G' /etc/secret /var/mail/box /srv/deep/er /etc/machine-id /var/lib/systemd/random-seed /etc/ssh/ssh_host_ed25519_key /home/admin/.ssh /home/admin/.ssh/authorized_keys",
    ),
  ).toBe(
    [
      '/etc/secret 600 root:root',
      '/var/mail/box 640 mail:mail',
      '/srv/deep/er 750 root:adm',
      '/etc/machine-id 444 root:root',
      '/var/lib/systemd/random-seed 600 root:root',
      '/etc/ssh/ssh_host_ed25519_key 600 root:root',
      '/home/admin/.ssh 700 admin:admin',
      '/home/admin/.ssh/authorized_keys 600 admin:admin',
    ].join('\n'),
  );
  expect(await see('web1', 'readlink /etc/hosts.link; test -e /etc/motd || echo gone')).toBe('hosts\ngone');
});

test('the user, the place and the units are set, and no password hash was ever shown', async () => {
  expect(await see('web1', 'grep ^admin: /etc/shadow | cut -d: -f2; id -nG admin')).toBe(`${HASH}\nadmin sudo`);
  expect(log.join('\n')).not.toContain('canary12');
  expect(await see('web1', 'LC_ALL=de_DE.UTF-8 locale charmap; cat /etc/default/locale; date -d @0 +%Z')).toBe(
    'UTF-8\nLANG=de_DE.UTF-8\nCET',
  );
  expect(await see('web1', 'systemctl is-enabled systemd-networkd systemd-timesyncd apt-daily.timer || true')).toBe(
    'enabled\ndisabled\nmasked',
  );
});

test('an identity that was given stays when the run is resumed', async () => {
  const before = await see('web2', 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub');
  await act('tree.identity', {
    tree: tree('web2'),
    user: 'admin',
    password: null,
    sshKeys: [],
    locale: 'C.UTF-8',
    timezone: 'Etc/UTC',
    enableUnits: [],
    disableUnits: [],
    maskUnits: [],
  });
  expect(await see('web2', 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub')).toBe(before);
});

test('a user whom a power cut left half made is made whole when the run is resumed', async () => {
  const identity = {
    tree: tree('web2'),
    user: 'admin',
    password: { secret: 'host.admin.passwordHash' },
    sshKeys: ['ssh-ed25519 AAAA admin@example'],
    locale: 'C.UTF-8',
    timezone: 'Etc/UTC',
    enableUnits: [],
    disableUnits: [],
    maskUnits: [],
  };
  // useradd writes passwd first, then shadow, group and gshadow, then the home folder; its locks name its process.
  for (const lost of [
    'sed -i /^admin:/d /etc/group /etc/gshadow; rm -r /home/admin',
    'sed -i /^admin:/d /etc/shadow /etc/group /etc/gshadow; sed -i s/admin$// /etc/group; rm -r /home/admin; echo 1 > /etc/passwd.lock; ln /etc/passwd.lock /etc/passwd.1; echo 77 > /etc/shadow.77; echo x > /etc/group+; echo x > /etc/sedaB3x9Z',
    'rm -r /home/admin',
  ]) {
    await see('web2', lost);
    await act('tree.identity', identity);
    expect(
      await see(
        'web2',
        "id -nG admin; stat -c '%U:%G %a' /home/admin/.ssh/authorized_keys; stat -c '%U:%G' /home/admin; grep -c ^admin: /etc/passwd; grep ^admin: /etc/shadow | cut -d: -f2",
      ),
    ).toBe(`admin sudo\nadmin:admin 600\nadmin:admin\n1\n${HASH}`);
    expect(
      await see('web2', "ls -A /etc | grep -E '^(passwd|shadow|group|gshadow|sub.id)[.+]|^sed' || echo none"),
    ).toBe('none');
  }
});

test('a command of the profile that fails stops the tree, or does not, as it says', async () => {
  const commands = [
    { run: 'echo "$((6 * 7))" > /srv/answer; false', timeoutMs: 5000, onError: 'continue' as const },
    { run: 'sleep 60', timeoutMs: 300, onError: 'continue' as const },
    { run: 'touch /srv/last', timeoutMs: 5000, onError: 'fail' as const },
  ];
  await act('tree.commands', { tree: tree('web1'), commands });
  expect(await see('web1', 'cat /srv/answer; ls /srv/last')).toBe('42\n/srv/last');
  await expect(
    act('tree.commands', { tree: tree('web1'), commands: [{ run: 'exit 3', timeoutMs: 5000, onError: 'fail' }] }),
  ).rejects.toMatchObject({ code: 'command-failed' });
});

test("a guest's kernel is lifted into Dom0's tree", async () => {
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', volume('dom0'), '200M']);
  await act('domu.kernel', { from: tree('web1'), to: tree('dom0'), directory: '/var/lib/xenwright/kernels/web1' });
  const sizes = await here.mounts.withTree(tree('dom0'), async (root) =>
    ['vmlinuz', 'initrd.img'].map((name) => statSync(join(root, 'var/lib/xenwright/kernels/web1', name)).size),
  );
  expect(Math.min(...sizes)).toBeGreaterThan(5_000_000);
});

test('a base carries nothing of the machine that built it, nor of the building', async () => {
  expect(
    await see(
      'web1',
      'ls -A /etc/dpkg/dpkg.cfg.d /usr/sbin/policy-rc.d /var/lib/apt/lists /var/cache/apt/archives /etc/apt/apt.conf.d/99* /var/log/apt /tmp 2>/dev/null | grep -v : | grep . || true',
    ),
  ).toBe('');
  expect(await see('web1', 'readlink /etc/resolv.conf; dpkg-divert --list "*update-initramfs"; dpkg --audit')).toBe(
    '../run/systemd/resolve/stub-resolv.conf',
  );
});

test('a guest has nothing to rebuild at its first boot that packages have made already', async () => {
  expect(
    await see(
      'web1',
      'for at in /etc /var; do find /usr -maxdepth 0 -newer $at/.updated; done; ls /etc/ld.so.cache /var/lib/systemd/catalog/database',
    ),
  ).toBe('/etc/ld.so.cache\n/var/lib/systemd/catalog/database');
});

test('a new kernel and an update-grub inside leave a guest bootable: by links that GRUB and pygrub both follow', async () => {
  const written = (await labPlan()).actions.find((action) => action.id === 'web1/files');
  if (written?.kind !== 'tree.files') throw new Error('the plan does not configure web1');
  await act('tree.files', { ...written.params, tree: tree('web1') });
  // What dpkg does for a kernel package, with a version that is newer than any.
  const install = [
    'old=$(basename $(readlink /vmlinuz)); old=${old#vmlinuz-}',
    'cp /boot/vmlinuz-$old /boot/vmlinuz-99.0-cloud-amd64',
    'cp /boot/config-$old /boot/config-99.0-cloud-amd64',
    'cp -al /lib/modules/$old /lib/modules/99.0-cloud-amd64',
    'linux-update-symlinks install 99.0-cloud-amd64 /boot/vmlinuz-99.0-cloud-amd64',
    'DEB_MAINT_PARAMS=configure run-parts --arg=99.0-cloud-amd64 --arg=/boot/vmlinuz-99.0-cloud-amd64 /etc/kernel/postinst.d',
    'update-grub',
  ].join(' && ');
  await act('tree.commands', { tree: tree('web1'), commands: [{ run: install, timeoutMs: 600_000, onError: 'fail' }] });
  expect(await see('web1', 'readlink /vmlinuz /initrd.img; stat -Lc %n /vmlinuz /initrd.img')).toBe(
    'boot/vmlinuz-99.0-cloud-amd64\nboot/initrd.img-99.0-cloud-amd64\n/vmlinuz\n/initrd.img',
  );
  const [first = ''] = (await see('web1', 'cat /boot/grub/grub.cfg')).split(/^menuentry /m).slice(1);
  expect(first).toMatch(
    /^'Debian' .*--id xenwright \{[^}]*search --no-floppy --fs-uuid --set=root \S+\n\tlinux \/vmlinuz root=UUID=\S+ ro console=hvc0\n\tinitrd \/initrd.img\n\}/,
  );
  expect(
    await see(
      'web1',
      'zstdcat /initrd.img 2>/dev/null | grep -ac 99.0-cloud-amd64 || lsinitramfs /initrd.img | grep -c 99.0-cloud-amd64',
    ),
  ).not.toBe('0');
}, 300_000);
