/**
 * A host's Xen tools for tests of its scripts: xl, xenstore-read and xenstore-watch as commands in a folder, and a
 * store of files behind them.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A domain runs while `up/NAME` is there, with its number in it. `fate/NAME.N` is what the process that xl leaves
 * behind does with the N-th domain of that name (in sh; its output is the guest's xl log); without one the guest says
 * up at once, and no process stays. `stuck` never goes down by itself. `hotplug` holds how long a script takes and how
 * long libxl lets it wait, in seconds.
 */
const XL = String.raw`#!/bin/sh
cd HOME
verb=$1 name=$(basename "$2" .cfg)
if [ "$3" = --left-behind ]; then
  . "./fate/$name.$4"
  exit
fi
echo "$*" >>log
case $verb in
  domid) cat "up/$2" 2>/dev/null ;;
  create)
    # Two that create one guest at once, or one beside its domain: what must never be.
    { mkdir "creating/$name" && [ ! -e "up/$name" ]; } 2>/dev/null || echo "$name" >>twice
    trap 'rmdir "creating/$name" 2>/dev/null' EXIT
    [ "$name" = broken ] && { echo "libxl: error: not enough memory" >&2; exit 3; }
    [ "$name" = slow ] && [ "$(grep -c "create.*/slow.cfg" log)" -lt 3 ] && { echo "libxl: error: libxl_aoutils.c:646:async_exec_timeout: killing execution of /etc/xen/scripts/block add because of timeout" >&2; exit 3; }
    if [ -e hotplug ]; then
      read -r takes limit <hotplug
      : >"busy/$name"; ls busy | wc -l >>at-once
      # Two disks: their scripts run at once, one behind the other at the lock that all scripts share.
      flock -w "$limit" hotplug-lock sleep "$takes" & first=$!
      flock -w "$limit" hotplug-lock sleep "$takes"; one=$?
      wait $first; two=$?
      rm "busy/$name"
      [ $((one + two)) = 0 ] || { echo "$name" >>too-late; echo "libxl: error: libxl_create.c:2035:domcreate_attach_devices: Domain 7:unable to add disk devices: killing execution because of timeout" >&2; exit 3; }
    fi
    number=$(wc -l <log); times=$(grep -c "^create.*/$name.cfg" log)
    echo "$number" >"up/$name"
    if [ -e "fate/$name.$times" ]; then
      setsid "$0" create "$2" --left-behind "$times" </dev/null >"root/var/log/xen/xl-$name.log" 2>&1 &
    else
      echo up >"store/$number"
    fi ;;
  shutdown) [ "$2" = stuck ] || rm -f "up/$2" ;;
  destroy) rm -f "up/$2"; for one in up/*; do [ "$(cat "$one" 2>/dev/null)" = "$2" ] && rm -f "$one"; done ;;
  list)
    echo "Name                                        ID   Mem VCPUs	State	Time(s)"
    echo "Domain-0                                     0  1024     2     r-----     100.1"
    for one in up/*; do [ -e "$one" ] && printf '%-40s %5d   384     1     -b----       1.0\n' "$(basename "$one")" "$(cat "$one" 2>/dev/null || echo 1)"; done
    true ;;
esac
`;
const READ =
  '#!/bin/sh\necho "$1" >>HOME/reads\ncase $1 in */state) cat HOME/store/$(echo "$1" | cut -d/ -f4) 2>/dev/null ;; *) exit 1 ;; esac\n';
const WATCH = String.raw`#!/bin/sh
cd HOME
echo $$ >>watches
before=first
while :; do
  now=$(ls up) states=$(cksum store/* 2>/dev/null)
  [ "$now" = "$before" ] || echo @releaseDomain
  [ "$states" = "$last" ] || for one in store/*; do echo "/local/domain/$(basename "$one")/data/xenwright/state"; done
  before=$now last=$states
  sleep 0.1
done
`;
/**
 * systemd, as far as a unit for each guest goes: what the unit does is done in a session of its own, whatever becomes
 * of who asked; `active/NAME` is there while a unit's process lives, and a unit that is active is not started again.
 */
const SYSTEMCTL = String.raw`#!/bin/sh
cd HOME
echo "$*" >>systemctl
name=$(systemd-escape --unescape --instance "$2")
case $1 in
  start | restart)
    [ "$1" = start ] && [ -e "active/$name" ] && exit 0
    exec 9>"unit-$name.lock"
    flock 9
    setsid "$XENWRIGHT_STARTER" create "$name" >>"journal" 2>&1 </dev/null 9>&- &
    wait $! ;;
esac
`;

export class StandInXl {
  readonly home: string;

  /** `home`: one that another process has made, which lives as long as that wants. */
  constructor(home?: string) {
    this.home = home ?? mkdtempSync(join(tmpdir(), 'xw-xl-'));
    if (home !== undefined) return;
    for (const name of ['bin', 'records', 'up', 'store', 'fate', 'busy', 'creating', 'root/var/log/xen'])
      mkdirSync(join(this.home, name), { recursive: true });
    for (const [name, text] of [
      ['xl', XL],
      ['xenstore-read', READ],
      ['xenstore-watch', WATCH],
    ] as const)
      this.put(`bin/${name}`, text.replaceAll('HOME', this.home), 0o755);
    this.put('log', '');
  }

  put(path: string, text: string, mode = 0o644): void {
    writeFileSync(join(this.home, path), text, { mode });
  }
  /** Has the host a unit for each guest. `starter`: what the unit runs. */
  units(starter: string): Record<string, string> {
    for (const name of ['root/run/systemd/system', 'root/etc/systemd/system', 'active'])
      mkdirSync(join(this.home, name), { recursive: true });
    this.put('root/etc/systemd/system/xenwright-domu@.service', '');
    this.put('bin/systemctl', SYSTEMCTL.replaceAll('HOME', this.home), 0o755);
    return { XENWRIGHT_STARTER: starter };
  }
  read(path: string): string {
    return existsSync(join(this.home, path)) ? readFileSync(join(this.home, path), 'utf8') : '';
  }
  note(name: string): Record<string, unknown> {
    return JSON.parse(this.read(`state/${name}.json`)) as Record<string, unknown>;
  }
  close(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  record(name: string, more: object = {}): void {
    this.put(
      `records/${name}.json`,
      JSON.stringify({
        name,
        config: `${this.home}/${name}.cfg`,
        autostart: true,
        order: 10,
        startDelaySeconds: 0,
        stopTimeoutSeconds: 1,
        reports: true,
        ...more,
      }),
    );
  }

  /** What the process that xl leaves behind does with the n-th domain of this name. */
  fate(name: string, times: number, lines: readonly string[]): void {
    this.put(`fate/${name}.${times}`, `${lines.join('\n')}\n`);
  }

  environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: `${this.home}/bin:${process.env['PATH'] ?? ''}`,
      XENWRIGHT_ROOT: `${this.home}/root`,
      XENWRIGHT_RECORDS: `${this.home}/records`,
      XENWRIGHT_STATE: `${this.home}/state`,
      XENWRIGHT_SLOW: '0.01',
      ...more,
    };
  }

  /** What was done to domains, in order, without the folder that configurations lie in. */
  get done(): string[] {
    return this.read('log')
      .split('\n')
      .filter((line) => /^(create|shutdown|destroy)/.test(line))
      .map((line) => line.replace(`${this.home}/`, '/etc/xen/'));
  }

  run(
    script: string,
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): { readonly out: string; readonly err: string } {
    const { stdout, stderr } = spawnSync(script, words, { env: this.environment(more), encoding: 'utf8' });
    return { out: stdout, err: stderr };
  }

  start(
    script: string,
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): { readonly child: ChildProcess; readonly ended: Promise<string> } {
    const child = spawn(script, words, { env: this.environment(more), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said += String(chunk);
      });
    return {
      child,
      ended: new Promise((resolve) => {
        child.once('close', () => resolve(said));
      }),
    };
  }

  /** Until it is so. */
  async until(isSo: () => boolean, limitMs = 20_000): Promise<void> {
    for (const end = Date.now() + limitMs; !isSo();) {
      if (Date.now() > end) throw new Error(`not so in time; done: ${this.done.join(', ')}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}
