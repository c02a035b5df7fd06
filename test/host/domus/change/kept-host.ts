/**
 * A host in a folder, as an install leaves it, with stand-in tools for Xen and LVM: for tests of what changes its
 * DomUs.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Power } from '../../../../src/host/domus/power.ts';
import type { HostPort } from '../../../../src/host/domus/running.ts';
import type { ChangeWorld } from '../../../../src/host/domus/change/world.ts';
import { buildModel } from '../../../../src/plan/build-model.ts';
import { domuRecord } from '../../../../src/plan/domu/domu-record.ts';
import type { EffectiveProfile } from '../../../../src/profile/effective.ts';
import { keptProfile } from '../../../../src/profile/kept.ts';
import { loadProfile } from '../../../../src/profile/load.ts';
import { exec } from '../../../../src/system/process/exec.ts';
import { imageFacts, profileOf } from '../../../plan/host.ts';
import { StandInHost } from '../stand-in-host.ts';

/** A file for each volume, with its MiB in it. Every call is in `calls`. */
const LVM = String.raw`#!/bin/sh
cd HOME/lv || exit 1
tool=$(basename "$0")
echo "$tool $*" >>../calls
size= name=
for word in "$@"; do
  [ "$last" = -L ] && size=$(echo "$word" | tr -d m)
  [ "$last" = -n ] && name=$word
  [ "$last" = -S ] && name=$(echo "$word" | cut -d '"' -f 2)
  last=$word
done
for word in "$@"; do case $word in */*) case $word in /dev/*) ;; *) name=$(basename "$word") ;; esac ;; esac; done
case $tool in
  vgs) echo "  $(cat ../free 2>/dev/null || echo 20000).00" ;;
  lvs)
    case "$*" in
      *seg_pe_ranges*) [ -e "$name" ] && echo "  /dev/sda4:100-199" ;;
      *origin*) ls; cat ../snapshots 2>/dev/null; true ;;
      *lv_size*) [ -e "$name" ] || exit 5; echo "  $(cat "$name").00" ;;
      *-S*) [ -e "$name" ] && echo "  $name"; true ;;
      *) ls ;;
    esac ;;
  lvcreate) [ -e "$name" ] && exit 5; echo "$size" >"$name" ;;
  lvextend) [ -e ../lvextend-fails ] && { echo "Insufficient free space" >&2; exit 5; }; echo "$size" >"$name" ;;
  lvremove) rm "$name" ;;
  lvchange) [ -e "$name" ] ;;
esac
`;
const OTHERS = String.raw`#!/bin/sh
echo "$(basename "$0") $*" >>HOME/calls
case $(basename "$0") in blockdev) echo 1073741824 ;; losetup) [ "$1" = --list ] && echo /dev/loop7; true ;; esac
`;
const STORE = String.raw`#!/bin/sh
case "$1" in
  */memory/static-max) echo $(( $(cat HOME/static-max 2>/dev/null || echo 0) * 1024 )) ;;
  */cpu) seq 0 $(( $(cat HOME/most-cpus 2>/dev/null || echo 1) - 1 )) ;;
  *) exit 1 ;;
esac
`;

export class KeptHost extends StandInHost {
  readonly root = join(this.xen.home, 'host');
  /** How often the packet filter was made. */
  guarded = 0;
  /** Every effect, and whether the process is killed before it: for sweeps. */
  effects = 0;
  killAt = Number.POSITIVE_INFINITY;

  constructor(changes: readonly string[] = []) {
    super();
    const { home } = this.xen;
    mkdirSync(join(home, 'lv'));
    for (const tool of ['vgs', 'lvs', 'lvcreate', 'lvextend', 'lvremove', 'lvchange'])
      this.xen.put(`bin/${tool}`, LVM.replaceAll('HOME', home), 0o755);
    for (const tool of ['blkdiscard', 'blockdev', 'mke2fs', 'mkswap', 'sync', 'losetup'])
      this.xen.put(`bin/${tool}`, OTHERS.replaceAll('HOME', home), 0o755);
    for (const tool of ['xenstore-read', 'xenstore-list'])
      this.xen.put(`bin/${tool}`, STORE.replaceAll('HOME', home), 0o755);
    const profile = profileOf(changes);
    const facts = { ...imageFacts(), kind: 'machine' as const };
    this.put('/etc/xenwright/profile.yaml', keptProfile(profile));
    this.put('/var/lib/xenwright/facts.json', JSON.stringify(facts));
    const { model } = buildModel(profile, facts);
    for (const domu of model.domus) {
      for (const { path, content } of domuRecord(model, domu).files)
        this.put(path, typeof content === 'string' ? content : '');
      if (domu.settings.autostart) this.put(`/etc/xen/auto/${domu.settings.name}.cfg`, '');
      for (const { name, device, sizeMiB } of domu.volumes)
        if (device.startsWith('/dev/')) writeFileSync(join(home, 'lv', name), `${sizeMiB}\n`);
        else this.put(device, '');
    }
  }

  put(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }
  text(path: string): string | null {
    const at = join(this.root, path);
    return existsSync(at) ? readFileSync(at, 'utf8') : null;
  }
  get profile(): EffectiveProfile {
    const { profile, findings } = loadProfile(this.text('/etc/xenwright/profile.yaml') ?? '', 'profile.yaml');
    if (profile === null) throw new Error(JSON.stringify(findings));
    return profile;
  }
  recordOf(name: string): Record<string, unknown> | null {
    const text = this.text(`/etc/xenwright/domus/${name}.json`);
    return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
  }
  /** MiB of the volumes that there are. */
  get volumes(): Record<string, number> {
    const folder = join(this.xen.home, 'lv');
    return Object.fromEntries(
      readdirSync(folder).map((name) => [name, Number(readFileSync(join(folder, name), 'utf8'))]),
    );
  }
  /** What LVM, the kernel's tools and mke2fs were asked, but for looks. */
  get calls(): string[] {
    return this.xen
      .read('calls')
      .split('\n')
      .filter((line) => line !== '' && !/^(lvs|vgs|blockdev|sync) /.test(line));
  }
  get xl(): string[] {
    return this.xen
      .read('log')
      .split('\n')
      .filter((line) => line !== '' && !/^(list|info|domid)/.test(line));
  }

  /** The whole host as text, for comparisons: what a change that failed has to leave as it was. */
  get state(): string {
    const files = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true })
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((entry) => {
          const path = join(folder, entry.name);
          if (entry.isDirectory()) return files(path);
          return [`${path.slice(this.root.length)}: ${entry.isSymbolicLink() ? 'a link' : readFileSync(path, 'utf8')}`];
        });
    return JSON.stringify([files(join(this.root, 'etc')), this.pending, this.volumes], null, 1);
  }
  get pending(): string | null {
    return this.text('/var/lib/xenwright/domu-change.json');
  }

  override get port(): HostPort {
    const port = super.port;
    const inRoot = (path: string): string =>
      /^\/(etc|var\/lib\/xenwright|run\/xenwright)(\/|$)/.test(path) ? join(this.root, path) : path;
    return {
      ...port,
      read: async (path) => await port.read(inRoot(path)),
      list: async (path) => await port.list(inRoot(path)),
      link: async (path) => {
        const target = await port.link(inRoot(path));
        return target?.startsWith(this.root) === true ? target.slice(this.root.length) : target;
      },
    };
  }
  override get power(): Power {
    return { ...super.power, port: this.port, saved: join(this.root, 'saved') };
  }

  get world(): ChangeWorld {
    const effect = (): void => {
      this.effects += 1;
      if (this.effects > this.killAt) throw new Killed();
    };
    return {
      root: this.root,
      pending: '/var/lib/xenwright/domu-change.json',
      lock: '/run/xenwright/domus.lock',
      starts: '/run/xenwright/domus',
      run: async (argv, options) => {
        effect();
        return await exec(argv, { quiet: true, ...options });
      },
      guard: async () => {
        effect();
        this.guarded += 1;
      },
      mayGoOn: effect,
    };
  }
}

/** The process is gone: nothing of it is undone, nothing comes after. */
export class Killed extends Error {}
