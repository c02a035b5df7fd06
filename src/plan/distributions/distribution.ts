/**
 * What goes into an installed system of one family of distributions: data and pure functions. The rest of the plan says
 * what is wanted, a family says by which packages, files and paths; `table.ts` joins them.
 */
import type { Facts } from '../../facts/facts.ts';
import type { EffectiveProfile, SourceSettings } from '../../profile/effective.ts';
import type { BaseSource, BaseSpec, SecretRef, TreeFile } from '../action.ts';
import type { HostModel, TreeContent } from '../model.ts';
import type { DistributionName } from './name.ts';
import type { ReleaseLists } from './release-lists.ts';

type Initrd = NonNullable<BaseSpec['initrd']>;

/** What a system can be asked to do, and what packages are chosen by. */
export interface PackagesByRole {
  /** Every Dom0: its kernel, its tools, what lets administrators in. Recommended packages are never installed. */
  readonly host: readonly string[];
  /** Dom0 under Xen, with what its DomUs start by. */
  readonly xen: readonly string[];
  /** HVM DomUs: their machine and its firmware. */
  readonly hvm: readonly string[];
  /** A boot loader for BIOS: the host's, or that of HVM DomUs. */
  readonly bios: readonly string[];
  readonly uefi: readonly string[];
  /** Offers a folder over HTTP. */
  readonly mediumServer: readonly string[];
  /** Every DomU. */
  readonly guest: readonly string[];
  /** Another keyboard than the usual one, at a screen. */
  readonly keyboard: readonly string[];
  /** The small virtual machine that images are installed in. */
  readonly appliance: readonly string[];
}

/** Where packages come from. */
interface Sources {
  /** The archives of a release, `auto` decided, for building bases. */
  forBuilding(source: SourceSettings, release: string, facts: Facts): BaseSource[];
  /**
   * The same as text for an installed tree; empty: leave what the tool wrote. `mediumUri`: where the tree sees the
   * medium; null: nowhere.
   */
  installed(source: SourceSettings, release: string, facts: Facts, mediumUri: string | null): string;
  /** For a tool of this machine: its packages need not be on the host's medium. */
  ofThisMachine(source: SourceSettings, facts: Facts): SourceSettings;
  /** Does an address of these ask for a name and password that the package manager must be told? */
  asksForLogin(source: SourceSettings, proxy: string | null): boolean;
}

/** What the package manager of an installed tree is told. */
interface PackageManagerWishes {
  readonly proxy: string | null;
  readonly login: SecretRef | null;
  /** Of `Sources.installed`. */
  readonly sources: string;
}

/** What a host's boot menu is made by, for the entries that are not ours. */
interface MenuWishes {
  /** Settings of the terminal. */
  readonly terminal: readonly string[];
  /** Where Linux speaks without Xen. */
  readonly linux: readonly string[];
  /** Null on a host without Xen. */
  readonly xen: { readonly arguments: readonly string[]; readonly linux: readonly string[] } | null;
}

/** How its systems start. */
interface Boot {
  /** The entry of a DomU's menu. */
  readonly title: string;
  readonly menuClass: string;
  /** Links that always lead to the newest kernel. */
  readonly kernel: string;
  readonly initrd: string;
  /** The menu that GRUB and pygrub read. */
  readonly menu: string;
  /** What makes the first entry of the menu, by name before all others. */
  readonly menuMaker: string;
  /** The command that changes variables of the boot loader, up to what it shall do. */
  readonly editEnvironment: string;
  hostSettings(wishes: MenuWishes): TreeFile;
  /** Runs a program after kernels and other packages have come or gone. */
  afterUpgrades(program: string): readonly TreeFile[];
  /** Settings of a DomU's menu, and what keeps its kernel and initrd such that it starts. */
  guestSettings(): readonly TreeFile[];
}

/** How Xen came with it. */
interface Xen {
  /** The boot loader of PVH DomUs, as a kernel. */
  readonly pvhLoader: string;
  /** Settings of xendomains. */
  readonly xendomainsSettings: string;
  /** Does xl have words of its own for what a boot loader may do? */
  restrictsLoaders(release: string): boolean;
}

/** A family. */
export interface Distribution {
  readonly name: DistributionName;
  readonly packages: PackagesByRole;
  /** Firmware and microcode that the machine calls for. */
  firmware(model: HostModel): string[];
  readonly initrds: { readonly host: Initrd; readonly guest: Initrd; readonly appliance: Initrd };
  /** The release that Xenwright knows best. */
  readonly applianceRelease: string;
  readonly sources: Sources;
  /** What each release has by name; absent: nobody has written it down, and nothing is checked against it. */
  readonly lists?: ReleaseLists;
  keyboard(keyboard: EffectiveProfile['keyboard']): TreeFile;
  packageManager(wishes: PackageManagerWishes): Pick<TreeContent, 'files' | 'remove'>;
  readonly units: { readonly ssh: string };
  readonly programs: { readonly busybox: string };
  /** How the package of Xenwright itself gets into a tree: where it lies meanwhile, and what installs it from there. */
  readonly ownPackage: { readonly at: string; readonly install: readonly string[] };
  readonly boot: Boot;
  readonly xen: Xen;
  /** Releases whose tools and boot loader do not know the newest features of ext4. */
  readonly olderFilesystems: readonly string[];
}
