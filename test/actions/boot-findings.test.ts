import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import menuScript from '../../assets/host/09_xenwright.sh' with { type: 'text' };
import { bootFindings, type BootState } from '../../src/actions/boot-findings.ts';
import { inEnglish } from '../../src/i18n/english.ts';
import { grubInstallCommands } from '../../src/actions/boot.ts';
import { withValues } from '../../src/plan/shell-words.ts';

const KERNEL = '6.12.117+deb13-amd64';
const FILES = [
  '/xen-4.20-amd64.gz',
  `/vmlinuz-${KERNEL}`,
  `/initrd.img-${KERNEL}`,
  '/grub/grubenv',
  '/grub/i386-pc/core.img',
  '/efi/EFI/BOOT/BOOTX64.EFI',
];

/** What update-grub makes of our own menu script, for a /boot with these files. */
function menu(xen = true): string {
  const boot = mkdtempSync(join(tmpdir(), 'xw-boot-'));
  for (const file of [...FILES, `/config-${KERNEL}`]) {
    mkdirSync(join(boot, file, '..'), { recursive: true });
    writeFileSync(
      join(boot, file),
      file.startsWith('/config') ? 'CONFIG_XEN_DOM0=y\n' : file.startsWith('/xen') ? gzipSync('a hypervisor') : 'x',
    );
  }
  const script = join(boot, '09_xenwright');
  writeFileSync(
    script,
    withValues(menuScript, {
      hypervisor: xen ? 'xen' : 'none',
      boot_uuid: '1234',
      xen_arguments: 'dom0_mem=1024M,max:1024M',
      linux_under_xen: 'root=/dev/mapper/vg0-root ro',
      linux_plain: 'root=/dev/mapper/vg0-root ro',
    }),
  );
  const text = execFileSync('sh', [script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], XENWRIGHT_BOOT: boot },
  });
  rmSync(boot, { recursive: true });
  return text;
}

const sound = (changes: Partial<BootState> = {}): BootState => ({
  config: menu(),
  files: FILES,
  hypervisor: 'xen',
  memoryMiB: 1024,
  bios: true,
  uefi: true,
  ...changes,
});

const findings = (state: BootState): string[] =>
  bootFindings(state).map(({ id, values = {} }) => inEnglish({ key: `errors.${id}`, values }));

test('the menu that our own script makes is sound, with Xen and without', () => {
  expect(findings(sound())).toEqual([]);
  expect(findings(sound({ config: menu(false), hypervisor: 'none', memoryMiB: null }))).toEqual([]);
});

test.each<[string, (state: BootState) => BootState, RegExp]>([
  ['update-grub wrote nothing', (state) => ({ ...state, config: '' }), /grub\.cfg is missing or empty/],
  ['the menu of a plain host on a Xen host', (state) => ({ ...state, config: menu(false) }), /no entry xenwright-xen/],
  ['another memory for Dom0', (state) => ({ ...state, memoryMiB: 2048 }), /does not give Dom0 its 2048 MiB/],
  [
    'a hypervisor that is not on /boot',
    (state) => ({ ...state, files: FILES.slice(1) }),
    /loads \/xen-4\.20-amd64\.gz, which is not on \/boot/,
  ],
  [
    'an initrd that is not on /boot',
    (state) => ({ ...state, files: FILES.filter((file) => !file.startsWith('/initrd')) }),
    /loads \/initrd\.img-.*, which is not on \/boot/,
  ],
  [
    'no fallback',
    (state) => ({ ...state, config: state.config.replaceAll('xenwright-plain {', 'other {') }),
    /no entry xenwright-plain/,
  ],
  [
    'nothing noted before Xen starts',
    (state) => ({ ...state, config: state.config.replaceAll('save_env', '# save_env') }),
    /does not note that it is trying/,
  ],
  [
    'another default',
    (state) => ({ ...state, config: state.config.replaceAll('set default=xenwright-xen', 'set default=0') }),
    /xenwright-xen is not the default/,
  ],
  [
    'GRUB for BIOS not installed',
    (state) => ({ ...state, files: FILES.filter((file) => !file.includes('core.img')) }),
    /GRUB for BIOS/,
  ],
  [
    'GRUB for UEFI not installed',
    (state) => ({ ...state, files: FILES.filter((file) => !file.includes('EFI')) }),
    /GRUB for UEFI/,
  ],
  [
    'no environment to write to',
    (state) => ({ ...state, files: FILES.filter((file) => !file.includes('grubenv')) }),
    /grubenv is missing/,
  ],
])('%s is found', (_name, spoil, finding) => {
  expect(findings(spoil(sound())).join('\n')).toMatch(finding);
});

test('both boot loaders go on, the removable path always, firmware entries only where they may', () => {
  const lines = (nvram: boolean): string[] =>
    grubInstallCommands({ bootSets: [{ disk: '/dev/disk/by-id/x', esp: null }], bios: true, uefi: true, nvram }).map(
      (argv) => argv.join(' '),
    );
  expect(lines(false)).toEqual([
    'grub-install --target=i386-pc --recheck /dev/disk/by-id/x',
    'grub-install --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=xenwright --recheck --removable --no-nvram',
    'update-grub',
  ]);
  expect(lines(true)).toContain(
    'grub-install --target=x86_64-efi --efi-directory=/boot/efi --bootloader-id=xenwright --recheck',
  );
  expect(
    grubInstallCommands({ bootSets: [{ disk: '/dev/sda', esp: null }], bios: false, uefi: true, nvram: false }).flat(),
  ).not.toContain('--target=i386-pc');
});
