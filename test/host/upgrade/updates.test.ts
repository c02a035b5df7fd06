/** What apt's simulation says waits, and what of it concerns /boot and GRUB. */
import { expect, test } from 'vitest';
import { bootNeedsMiB, parseUpdates, renewsGrub } from '../../../src/host/upgrade/updates.ts';

const SIMULATED = `Reading package lists...
Building dependency tree...
The following packages have been kept back:
  libfoo1 libbar2
  libbaz3
The following NEW packages will be installed:
  linux-image-6.12.50+deb13-amd64
The following packages will be upgraded:
  linux-image-amd64 openssl
2 upgraded, 1 newly installed, 0 to remove and 3 not upgraded.
Inst openssl [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])
Inst linux-image-6.12.50+deb13-amd64 (6.12.50-1 Debian:13.2/stable [amd64])
Inst linux-image-amd64 [6.12.48-1] (6.12.50-1 Debian:13.2/stable, Debian-Security:13/stable-security [amd64]) []
Conf openssl (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])
`;

test('each update with its versions, and those that stay', () => {
  expect(parseUpdates(SIMULATED)).toEqual({
    updates: [
      { name: 'openssl', from: '3.5.1-1', to: '3.5.1-1+deb13u1', isSecurity: true },
      { name: 'linux-image-6.12.50+deb13-amd64', from: null, to: '6.12.50-1', isSecurity: false },
      { name: 'linux-image-amd64', from: '6.12.48-1', to: '6.12.50-1', isSecurity: true },
    ],
    kept: ['libfoo1', 'libbar2', 'libbaz3'],
  });
  expect(parseUpdates('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n')).toEqual({
    updates: [],
    kept: [],
  });
});

test('a new kernel needs room in /boot, the package that names it does not', () => {
  expect(bootNeedsMiB(parseUpdates(SIMULATED))).toBe(160);
});

test.each(['grub-pc-bin', 'grub-efi-amd64-bin', 'grub-common', 'grub2-common'])('%s renews GRUB', (name) => {
  expect(renewsGrub({ updates: [{ name, from: '1', to: '2', isSecurity: false }], kept: [] })).toBe(true);
});
test.each(['grub-xen-host', 'linux-image-amd64', 'libgrub'])('%s does not', (name) => {
  expect(renewsGrub({ updates: [{ name, from: '1', to: '2', isSecurity: false }], kept: [] })).toBe(false);
});
