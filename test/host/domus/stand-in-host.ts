/** A host for tests of `xenwright domu`: stand-in Xen tools, the host's real scripts, records and configurations. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESCUE_NOTES } from '../../../src/facts/in-rescue.ts';
import type { Power } from '../../../src/host/domus/power.ts';
import { hostPort, type HostPort } from '../../../src/host/domus/running.ts';
import { say } from '../../../src/i18n/phrase.ts';
import { translator } from '../../../src/i18n/t.ts';
import { asset } from '../../assets.ts';
import { StandInXl } from '../../plan/trees/stand-in-xl.ts';

/** `xenstore-ls -f`, of what the guests have said. */
const LS = String.raw`#!/bin/sh
cd HOME/store
for one in *; do [ -e "$one" ] && echo "/local/domain/$one/data/xenwright/state = \"$(cat "$one")\""; done
true
`;

export class StandInHost {
  readonly xen: StandInXl;
  /** What was told, line by line. */
  readonly told: string[] = [];
  readonly users = new Map<string, readonly string[]>();
  isDom0 = true;
  units = { isSystemd: false, hasDomuUnits: false };
  private readonly before = { ...process.env };

  /** `home`: as `StandInXl` takes it. */
  constructor(home?: string) {
    this.xen = new StandInXl(home);
    for (const folder of ['etc-xen/auto', 'saved', 'state', 'rescues'])
      mkdirSync(join(this.xen.home, folder), { recursive: true });
    this.xen.put('bin/xenstore-ls', LS.replaceAll('HOME', this.xen.home), 0o755);
    Object.assign(process.env, this.xen.environment());
  }
  /** Has a unit of systemd for each of its DomUs. */
  unitsForEach(): void {
    this.units = { isSystemd: true, hasDomuUnits: true };
    Object.assign(process.env, this.xen.units(asset('host/domus.py')));
    this.xen.put('bin/systemd-run', '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n', 0o755);
  }
  close(): void {
    for (const name of Object.keys(this.xen.environment())) delete process.env[name];
    Object.assign(process.env, this.before);
    this.xen.close();
  }

  /** One of Xenwright's. */
  own(name: string, more: object = {}): void {
    this.config(name);
    this.xen.record(name, { config: `${this.xen.home}/etc-xen/${name}.cfg`, ...more });
  }
  /** One made by hand. */
  config(name: string, lines = ''): void {
    writeFileSync(join(this.xen.home, `etc-xen/${name}.cfg`), `name = "${name}"\nmemory = 384\n${lines}`);
  }
  run(name: string, number: number): void {
    this.xen.put(`up/${name}`, String(number));
    this.xen.put(`store/${number}`, 'up');
  }

  /** A rescue has it in hand: its note is there, and its configuration lies aside. */
  rescue(name: string): void {
    const config = join(this.xen.home, `etc-xen/${name}.cfg`);
    renameSync(config, `${config}.in-rescue`);
    this.xen.put(`rescues/${name}.json`, JSON.stringify({ version: 1, name, config: `/etc/xen/${name}.cfg` }));
  }

  get port(): HostPort {
    const real = hostPort();
    const places: readonly (readonly [at: string, is: string])[] = [
      ['/etc/xenwright/domus', 'records'],
      ['/etc/xen', 'etc-xen'],
      ['/run/xenwright/domus', 'state'],
      [RESCUE_NOTES, 'rescues'],
    ];
    const inHome = (path: string): string => {
      const place = places.find(([at]) => path === at || path.startsWith(`${at}/`));
      return place === undefined ? path : join(this.xen.home, place[1], path.slice(place[0].length));
    };
    return {
      ...real,
      read: async (path) =>
        path === '/proc/xen/capabilities' ? (this.isDom0 ? 'control_d\n' : '') : await real.read(inHome(path)),
      list: async (path) => (path === '/proc' ? await this.ownProcesses(real) : await real.list(inHome(path))),
      link: async (path) => await real.link(inHome(path)),
    };
  }

  /** Other tests have stand-ins, too. */
  private async ownProcesses(real: HostPort): Promise<string[]> {
    const found: string[] = [];
    for (const pid of await real.list('/proc'))
      if (/^\d+$/.test(pid) && ((await real.read(`/proc/${pid}/cmdline`)) ?? '').includes(this.xen.home))
        found.push(pid);
    return found;
  }

  get power(): Power {
    const { port } = this;
    return {
      port,
      scripts: { starter: asset('host/domus.py'), check: asset('host/first-boot.py') },
      units: this.units,
      usersOf: async (paths) => new Map(paths.map((path) => [path, this.users.get(path) ?? []])),
      notes: join(this.xen.home, 'state'),
      saved: join(this.xen.home, 'saved'),
      tell: (message) => {
        this.told.push(say(message, translator('en')));
      },
      duration: (seconds) => `${seconds} s`,
      sleep: async () =>
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        }),
    };
  }

  /** What was done to domains, without the folder that configurations lie in. */
  get done(): string[] {
    return this.xen.done.map((line) => line.replace(/\/\S*\//, ''));
  }
}
