/** A family that only this test has, with words of its own: one object and one row, and nothing of Debian is left. */
import { beforeAll, expect, test } from 'vitest';
import { planBases } from '../../../src/plan/bases.ts';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { debian } from '../../../src/plan/distributions/debian.ts';
import type { Distribution } from '../../../src/plan/distributions/distribution.ts';
import { distributionOf, distributions } from '../../../src/plan/distributions/table.ts';
import { domuTree } from '../../../src/plan/domu/domu.ts';
import { xlConfig } from '../../../src/plan/domu/xl-config.ts';
import type { HostModel, TreeContent } from '../../../src/plan/model.ts';
import type { TreeFile } from '../../../src/plan/action.ts';
import { fileIn, has, modelOf } from '../trees/model.ts';

const at = (path: string, content = 'strange\n'): TreeFile => ({ path, mode: '0644', owner: 'root:root', content });

const strange: Distribution = {
  name: 'strange' as 'debian',
  packages: Object.fromEntries(
    Object.keys(debian.packages).map((role) => [role, [`strange-${role}`]]),
  ) as unknown as Distribution['packages'],
  firmware: () => ['strange-firmware'],
  initrds: { ...debian.initrds, guest: { modules: 'list', list: ['strange_disk'] } },
  applianceRelease: '7',
  sources: {
    forBuilding: (_, release) => [{ uri: 'https://strange.example/', suite: release, components: [], keyring: null }],
    installed: (_, release) => `release ${release}`,
    ofThisMachine: (source) => source,
    asksForLogin: () => false,
  },
  keyboard: ({ layout }) => at('/etc/strange/keyboard', layout),
  packageManager: ({ sources }) => ({ files: [at('/etc/strange/sources', sources)], remove: ['/etc/strange/others'] }),
  units: { ssh: 'strange-shell.service' },
  programs: { busybox: '/opt/strange/busybox' },
  ownPackage: { at: '/opt/strange/package', install: ['strange-install', '/opt/strange/package'] },
  boot: {
    title: 'Strange',
    menuClass: 'odd',
    kernel: '/strange-kernel',
    initrd: '/strange-initrd',
    menu: '/boot/strange/menu',
    menuMaker: '/etc/strange/menu-maker',
    editEnvironment: '/opt/strange/editor',
    hostSettings: ({ xen }) => at('/etc/strange/host', xen?.arguments.join(' ')),
    afterUpgrades: (program) => [at('/etc/strange/hook', program)],
    guestSettings: () => [at('/etc/strange/guest')],
  },
  xen: {
    pvhLoader: '/opt/strange/loader',
    xendomainsSettings: '/etc/strange/xendomains',
    restrictsLoaders: () => false,
  },
  olderFilesystems: [],
};

/** Debian's own places and units, wherever a file names them that the plan wrote itself. */
const DEBIAN =
  /debian|\/etc\/(default|apt|kernel|initramfs-tools)\b|\bssh\.service|\bapt\b|grub-editenv|vmlinuz|initrd\.img/i;
/** Scripts of `assets`, which run where they are put. */
const isScript = ({ path, mode }: TreeFile): boolean => mode === '0755' || path.includes('/xenwright_host/');

function strangeHost(changes: readonly string[] = []): HostModel {
  const model = modelOf(changes);
  const { profile } = model;
  return {
    ...model,
    profile: { ...profile, host: { ...profile.host, distribution: 'strange' as 'debian' } },
    domus: model.domus.map((domu) => ({
      ...domu,
      settings: { ...domu.settings, distribution: 'strange' as 'debian' },
    })),
    packageSources: { dom0: 'of the host', web1: 'of the guest' },
  };
}

const namesOfDebian = (tree: TreeContent): string[] => [
  ...tree.files
    .filter(
      (file) =>
        DEBIAN.test(file.path) || (!isScript(file) && typeof file.content === 'string' && DEBIAN.test(file.content)),
    )
    .map(({ path }) => path),
  ...[...tree.remove, ...tree.enableUnits].filter((text) => DEBIAN.test(text)),
];

beforeAll(() => {
  Object.assign(distributions, { strange });
});

test('Dom0 has its files, its units and its hooks', () => {
  const tree = dom0Tree(strangeHost());
  expect(namesOfDebian(tree)).toEqual([]);
  expect(fileIn(tree, '/etc/strange/keyboard')).toBe('us');
  expect(fileIn(tree, '/etc/strange/sources')).toBe('of the host');
  expect(fileIn(tree, '/etc/strange/hook')).toBe('/usr/lib/xenwright/verify-boot');
  expect(fileIn(tree, '/etc/strange/host')).toMatch(/^dom0_mem=/);
  expect(fileIn(tree, '/etc/strange/xendomains')).toContain('XENDOMAINS_SAVE=""');
  expect(has(tree, '/etc/strange/menu-maker')).toBe(true);
  expect(fileIn(tree, '/etc/systemd/system/xenwright-confirm.service')).toMatch(
    /After=.* strange-shell\.service\n[^]*ExecStart=\/opt\/strange\/editor unset xenwright_state\n/,
  );
  expect(fileIn(tree, '/etc/systemd/system/xenwright-first-boot.service')).toContain(' strange-shell.service\n');
  expect(tree.enableUnits).toContain('strange-shell.service');
  expect(tree.remove).toEqual(['/etc/strange/others']);
});

test('a DomU has its menu, and starts by its loader', () => {
  const model = strangeHost();
  const [web1] = model.domus;
  if (web1 === undefined) throw new Error('no DomU');
  const tree = domuTree(model, web1);
  expect(namesOfDebian(tree)).toEqual([]);
  expect(fileIn(tree, '/boot/strange/menu')).toMatch(
    /menuentry 'Strange' --class odd[^]*\tlinux \/strange-kernel root=[^]*\tinitrd \/strange-initrd\n/,
  );
  expect(fileIn(tree, '/etc/strange/sources')).toBe('of the guest');
  expect(has(tree, '/etc/strange/guest')).toBe(true);
  expect(fileIn(tree, '/etc/systemd/system/xenwright-up.service')).toContain(' strange-shell.service\n');
  expect(xlConfig(model, { ...web1, type: 'pvh', boot: 'grub' })).toContain('kernel = "/opt/strange/loader"');
  expect(xlConfig(model, { ...web1, type: 'pvh', boot: 'direct' })).toMatch(
    /kernel = "[^"]*\/strange-kernel"\nramdisk = "[^"]*\/strange-initrd"/,
  );
  expect(xlConfig(model, { ...web1, type: 'pv', boot: 'pygrub' })).toContain('bootloader_args');
});

test('bases are built of its packages, from its archives, by its name', () => {
  const { builds } = planBases(strangeHost(['keyboard.layout=de', 'domus.web1.type=hvm']));
  const specs = builds.map(({ params: { base } }) => base).filter(({ role }) => role !== 'common');
  const packagesOf = (role: string): (readonly string[])[] =>
    specs.filter((spec) => spec.role === role).map(({ packages }) => packages);
  // What its devices need has one name in all families.
  expect(packagesOf('dom0')).toEqual([
    [
      'dosfstools',
      'e2fsprogs',
      'lvm2',
      'strange-bios',
      'strange-firmware',
      'strange-host',
      'strange-hvm',
      'strange-keyboard',
      'strange-uefi',
      'strange-xen',
    ],
  ]);
  expect(packagesOf('domu')).toEqual([['strange-guest', 'strange-keyboard'], ['strange-guest']]);
  // The appliance is a tool of ours, whatever is installed in it.
  expect(packagesOf('appliance')).toEqual([debian.packages.appliance.toSorted()]);
  const installed = specs.filter(({ role }) => role !== 'appliance');
  expect(new Set(installed.map(({ distribution }) => distribution))).toEqual(new Set(['strange']));
  expect(new Set(installed.flatMap(({ sources }) => sources.map(({ uri }) => uri)))).toEqual(
    new Set(['https://strange.example/']),
  );
  expect(specs.find(({ role }) => role === 'domu')?.initrd?.list).toEqual(['strange_disk']);
});

test('Debian has its own, which these tests would find', () => {
  const model = modelOf();
  expect(namesOfDebian(dom0Tree(model))).toContain('/etc/systemd/system/xenwright-first-boot.service');
  expect(model.domus.map((domu) => namesOfDebian(domuTree(model, domu))[0])).toContain('/etc/default/keyboard');
});

test('of a family without a row nothing is planned', () => {
  expect(() => distributionOf({ distribution: 'fedora' })).toThrow('nothing can be installed of fedora');
  expect(() => distributionOf({ distribution: 'none' })).toThrow('none');
});
