/** A host for tests of snapshots: stand-in Xen and LVM, volumes that are files, and the real commands of files. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { domuSnapshot } from '../../../../src/commands/domu/snapshot/run.ts';
import type { SnapshotOptions } from '../../../../src/commands/domu/snapshot/command.ts';
import { thisHost as rescueHost, type RescueWorld } from '../../../../src/host/domus/rescue/world.ts';
import { thisHost, type SnapshotWorld } from '../../../../src/host/domus/snapshot/world.ts';
import { inEnglish } from '../../../../src/i18n/english.ts';
import { StandInHost } from '../stand-in-host.ts';

const MIB = 2 ** 20;

export class SnapshotHost extends StandInHost {
  /** How often the timer was set up. */
  watches = 0;
  at = new Date('2026-03-01T10:20:30Z');
  said = '';

  constructor() {
    super();
    const { home } = this.xen;
    mkdirSync(join(home, 'dev/xw'), { recursive: true });
    mkdirSync(join(home, 'notes'));
    for (const verb of ['lvs', 'vgs', 'lvcreate', 'lvremove', 'lvextend', 'lvconvert', 'lvchange'])
      symlinkSync(join(import.meta.dirname, 'stand-in-lvm.py'), join(home, 'bin', verb));
    this.xen.put('lvm.json', JSON.stringify({ xw: { size: 2048 * MIB, volumes: {} } }));
    writeFileSync(join(home, 'etc-xen/profile.yaml'), 'version: 1\ndomus:\n  - name: web1\n    memory: 384M\n');
  }

  get home(): string {
    return this.xen.home;
  }
  /** A volume with this text in it. */
  volume(name: string, text: string, sizeMiB = 8): string {
    const all = this.volumes();
    all[name] = { size: sizeMiB * MIB, origin: '', used: '', tags: '', attr: '-wi-ao----' };
    this.setVolumes(all);
    const path = join(this.home, 'dev/xw', name);
    writeFileSync(path, Buffer.concat([Buffer.from(text), Buffer.alloc(sizeMiB * MIB - text.length)]));
    return path;
  }
  volumes(): Record<string, Record<string, unknown>> {
    return (JSON.parse(this.xen.read('lvm.json')) as { xw: { volumes: Record<string, Record<string, unknown>> } }).xw
      .volumes;
  }
  setVolumes(volumes: object): void {
    this.xen.put('lvm.json', JSON.stringify({ xw: { size: 2048 * MIB, volumes } }));
  }
  /** The beginning of what a disk has. */
  content(name: string): string {
    return readFileSync(join(this.home, 'dev/xw', name))
      .subarray(0, 20)
      .toString()
      .replaceAll('\0', '');
  }
  write(name: string, text: string): void {
    const path = join(this.home, 'dev/xw', name);
    const bytes = readFileSync(path);
    bytes.write(text);
    writeFileSync(path, bytes);
  }

  /** One of Xenwright's with a root, a data disk and swap. */
  web1(): void {
    const [root, data, swap] = [
      this.volume('web1-root', 'root as it was'),
      this.volume('web1-srv', 'data as it was'),
      this.volume('web1-swap', 'swap'),
    ];
    const disk = (guestDevice: string) => ({ guestDevice, uuid: '', sizeMiB: 8 });
    this.own('web1', {
      volumes: [
        { name: 'root', use: 'root', device: root, mount: '/', ...disk('xvda') },
        { name: 'srv', use: 'data', device: data, mount: '/srv', ...disk('xvdb') },
        { name: 'swap', use: 'swap', device: swap, mount: null, ...disk('xvdc') },
      ],
    });
    const disks = [root, data, swap].map((path, index) => `"${path},raw,xvd${'abc'[index]},rw"`);
    this.config('web1', `disk = [ ${disks.join(', ')} ]\n`);
  }

  /** What LVM and xl were told to change. */
  get changes(): string[] {
    const lvm = this.xen.read('lvm.log');
    const xl = this.xen.read('log').replaceAll(`${this.home}/etc-xen/`, '');
    return [...lvm.split('\n'), ...xl.split('\n').filter((line) => /^(un)?pause/.test(line))].filter(
      (line) => line !== '',
    );
  }

  exists(path: string): boolean {
    return existsSync(join(this.home, path));
  }

  get world(): SnapshotWorld {
    const real = thisHost();
    const { port, home } = this;
    return {
      ...real,
      port: {
        ...real.port,
        ...port,
        run: async (argv) => await real.port.run(argv),
        ask: async (argv) => (argv[1] === 'shutdown' ? this.shutDown(argv[2] ?? '') : await port.ask(argv)),
      },
      notes: join(home, 'notes'),
      starts: join(home, 'state'),
      records: join(home, 'records'),
      profile: join(home, 'etc-xen/profile.yaml'),
      saved: join(home, 'saved'),
      lockWaitMs: 300,
      now: () => this.at,
      sleep: async () => undefined,
      watch: async () => {
        this.watches += 1;
      },
    };
  }
  get rescueWorld(): RescueWorld {
    const { port, starts, saved, lockWaitMs } = this.world;
    return { ...rescueHost(), port, starts, saved, lockWaitMs, notes: join(this.home, 'rescues') };
  }

  private shutDown(number: string): { text: string } {
    for (const name of ['web1']) if (this.xen.read(`up/${name}`) === number) this.stopped(name);
    return { text: '' };
  }
  private stopped(name: string): void {
    this.xen.run('/bin/rm', [join(this.home, 'up', name)]);
  }

  async snapshot(words: readonly string[], options: SnapshotOptions = {}): Promise<number> {
    const say = (text: string): void => {
      this.said += text;
    };
    const io = { readText: async () => '', out: say, err: say, interactive: false };
    this.said = '';
    return await domuSnapshot(words, options, io, {
      world: this.world,
      rescueWorld: this.rescueWorld,
      words: inEnglish,
    });
  }
}
