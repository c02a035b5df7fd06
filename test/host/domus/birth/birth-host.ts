/** A host of Xenwright's, in a folder, with a DomU whose root is a real ext4: copies and restores of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { domuBackup } from '../../../../src/commands/domu/backup/run.ts';
import { domuCopy } from '../../../../src/commands/domu/copy/run.ts';
import { domuRestore } from '../../../../src/commands/domu/restore/run.ts';
import { KEPT_FACTS, KEPT_PROFILE } from '../../../../src/facts/host-places.ts';
import { readHost } from '../../../../src/host/domus/host.ts';
import { thisHost, type BirthWorld } from '../../../../src/host/domus/birth/world.ts';
import { inEnglish } from '../../../../src/i18n/english.ts';
import { buildModel } from '../../../../src/plan/build-model.ts';
import { domuRecord } from '../../../../src/plan/domu/domu-record.ts';
import type { ResolvedDomu } from '../../../../src/plan/model.ts';
import { keptProfile } from '../../../../src/profile/kept.ts';
import { imageFacts, profileOf } from '../../../plan/host.ts';
import { run, writeFilesystem } from '../rescue/stand-in-host.ts';
import { SnapshotHost } from '../snapshot/stand-in-host.ts';

const MIB = 2 ** 20;
const OLD_ID = 'a'.repeat(32);
export const FIRST = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 4G, swap: 512M, cache: 2G, boot: 512M }
  admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
domus:
  - { name: web1, memory: 512M, disks: { root: { size: 1G }, swap: 256M, data: [{ name: srv, size: 2%, mount: /srv }] } }
`;

export class BirthHost extends SnapshotHost {
  readonly facts;

  /** `seed`: of the machine; `text`: of its profile. */
  constructor(seed = '00ff', text = FIRST) {
    super();
    // Its data disk is a share, which a copy has as it is.
    this.facts = imageFacts(20_480, seed);
    const profile = profileOf([], text);
    writeFileSync(this.world.profile, keptProfile(profile));
    const group = this.group();
    this.xen.put('lvm.json', JSON.stringify({ [group]: { size: 8192 * MIB, volumes: {} } }));
    mkdirSync(join(this.home, 'dev', group), { recursive: true });
    const { model } = buildModel(profile, this.facts);
    for (const domu of model.domus) {
      for (const { path, content } of domuRecord(model, domu).files)
        this.xen.put(
          path.startsWith('/etc/xen/')
            ? `etc-xen/${path.slice(9)}`
            : `records/${path.slice('/etc/xenwright/domus/'.length)}`,
          String(content).replaceAll('/dev/', `${this.home}/dev/`).replaceAll('"/etc/xen/', `"${this.home}/etc-xen/`),
        );
      for (const volume of domu.volumes) this.fill(domu, volume.device, volume);
    }
  }

  group(): string {
    return dirname(this.resolved()[0]?.volumes[0]?.device ?? '').replace('/dev/', '');
  }
  /** DomUs as the kept profile has them. */
  resolved(): readonly ResolvedDomu[] {
    const profile = profileOf([], readFileSync(this.world.profile, 'utf8'));
    return buildModel(profile, this.facts).model.domus;
  }

  private fill(
    { settings }: ResolvedDomu,
    device: string,
    { uuid, use, sizeMiB }: ResolvedDomu['volumes'][number],
  ): void {
    const path = this.home + device;
    const state = JSON.parse(this.xen.read('lvm.json')) as Record<string, { volumes: Record<string, object> }>;
    const volumes = state[this.group()]?.volumes;
    if (volumes !== undefined)
      volumes[device.split('/').at(-1) ?? ''] = {
        size: sizeMiB * MIB,
        origin: '',
        used: '',
        tags: '',
        attr: '-wi-ao----',
      };
    this.xen.put('lvm.json', JSON.stringify(state));
    if (use === 'swap') {
      run('truncate', '--size', `${sizeMiB}M`, path);
      return;
    }
    const root = {
      'etc/hostname': `${settings.hostname}\n`,
      'etc/hosts': `127.0.0.1 localhost\n127.0.1.1 ${settings.hostname}\n10.0.0.9 my-${settings.hostname}\n`,
      'etc/machine-id': `${OLD_ID}\n`,
      'etc/fstab': `UUID=${uuid} / ext4 defaults 0 1\n`,
      'etc/ssh/ssh_host_ed25519_key': 'old key\n',
      'etc/ssh/ssh_host_ed25519_key.pub': 'old pub\n',
      'etc/ssh/sshd_config': 'Port 22\n',
      'etc/systemd/network/20-xenwright-0.network': '[Match]\nMACAddress=old\n',
      'boot/grub/grub.cfg': `search --fs-uuid ${uuid}\n`,
      'boot/vmlinuz-6.12': 'kernel\n',
      vmlinuz: '->boot/vmlinuz-6.12',
    };
    writeFilesystem(path, use === 'root' ? root : { 'etc/hostname': '!' }, `${sizeMiB}M`);
    run('tune2fs', '-U', uuid, path);
  }

  get birthWorld(): BirthWorld {
    const { world, home } = this;
    return {
      ...thisHost(),
      ...world,
      births: join(home, 'births'),
      root: home,
      guard: async () => undefined,
      host: async () => {
        const host = await readHost(this.birthWorld.port);
        // Here volumes lie in a folder.
        return {
          ...host,
          records: JSON.parse(JSON.stringify(host.records).replaceAll(home, '')) as typeof host.records,
        };
      },
      port: {
        ...world.port,
        read: async (path) =>
          path === KEPT_FACTS
            ? JSON.stringify(this.facts)
            : path === KEPT_PROFILE
              ? readFileSync(world.profile, 'utf8')
              : await world.port.read(path),
      },
    };
  }

  get bench() {
    const io = {
      readText: async () => '',
      out: (text: string) => void (this.said += text),
      err: (text: string) => void (this.said += text),
      interactive: false,
    };
    const findings = (all: readonly { readonly code: string; readonly severity: string }[]): void => {
      for (const { code, severity } of all) this.said += `${severity} ${code}\n`;
    };
    const bench = { world: this.birthWorld, telling: { progress: () => undefined, findings }, words: inEnglish };
    return { io, bench };
  }
  async copy(name: string, copy: string, options: object = {}): Promise<number> {
    const { io, bench } = this.bench;
    return await domuCopy(name, copy, options, io, bench);
  }
  async restore(file: string, options: object = {}): Promise<number> {
    const { io, bench } = this.bench;
    return await domuRestore(file, options, io, bench);
  }
  async backup(name: string, to: string): Promise<number> {
    const { io, bench } = this.bench;
    return await domuBackup(name, undefined, { to }, io, bench);
  }

  allVolumes(): Record<string, { tags: string }> {
    const state = JSON.parse(this.xen.read('lvm.json')) as Record<
      string,
      { volumes: Record<string, { tags: string }> }
    >;
    return state[this.group()]?.volumes ?? {};
  }
  disk(name: string): string {
    return join(this.home, 'dev', this.group(), name);
  }
}
