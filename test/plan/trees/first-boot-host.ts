/** A host of files and stand-in commands for tests of the first-boot check. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { asset } from '../../assets.ts';

/** The check, as it lies on a host. */
export const FIRST_BOOT = asset('host/first-boot.py');

let home = '';
/** Writes a file of the host, or of the test, below its folder. */
export function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text, { mode });
}

/** Before each test of the file a host where all is well: each test then breaks one thing. */
export function hostForEach(): void {
  beforeEach(makeHost);
  afterEach(() => {
    rmSync(home, { recursive: true });
  });
}

/** A path below the folder of the host. */
export function at(...names: readonly string[]): string {
  return join(home, ...names);
}

function makeHost(): void {
  home = mkdtempSync(join(tmpdir(), 'xw-first-'));
  put('root/sys/hypervisor/type', 'xen\n');
  put('root/sys/hypervisor/version/major', '4\n');
  put('root/sys/hypervisor/version/minor', '20\n');
  put('root/sys/hypervisor/version/extra', '.3\n');
  mkdirSync(join(home, 'root/sys/class/net/xenbr0'), { recursive: true });
  put(
    'settings.json',
    JSON.stringify({ hypervisor: 'xen', bridge: 'xenbr0', device: 'xenbr0', wantsAddress: true, wantsGateway: true }),
  );
  record('web1');
  put('store/3/state', 'up');
  put('store/3/addresses', '10.0.2.16 fec0::16');
  put('store/3/seconds', '48');
  put('id/web1', '3');
  put(
    'address',
    '[{"addr_info":[{"family":"inet6","local":"fe80::1","scope":"link"},{"family":"inet","local":"10.0.2.15","scope":"global"}]}]',
  );
  put(
    'bin/ip',
    `#!/bin/sh\ncase "$*" in *addr*) cat ${home}/address ;; *-4*route*) echo '[{"gateway":"10.0.2.2","dev":"xenbr0"}]' ;; *) echo '[]' ;; esac\n`,
    0o755,
  );
  put('bin/systemctl', '#!/bin/sh\necho 61000000\n', 0o755);
  put('bin/ping', `#!/bin/sh\n[ ! -e ${home}/silent ]\n`, 0o755);
  put(
    'bin/xl',
    `#!/bin/sh\necho "xl $*" >>${home}/asked\ncd ${home}/id\nprintf 'Name ID Mem VCPUs\\tState\\tTime(s)\\nDomain-0 0 1024 2 r----- 9.0\\n'\n[ "$2" = 0 ] && exit\nfor one in *; do printf '%-40s %5d   384     1     -b----       1.0\\n' $one $(cat $one); done\n`,
    0o755,
  );
  put(
    'bin/xenstore-read',
    `#!/bin/sh\necho "xenstore-read $*" >>${home}/asked\ncat ${home}/store/$(echo $1 | cut -d/ -f4)/$(basename $1) 2>/dev/null\n`,
    0o755,
  );
  put(
    'bin/grub-editenv',
    `#!/bin/sh\nif [ "$2" = list ]; then cat ${home}/grubenv 2>/dev/null; else rm -f ${home}/grubenv; echo "$2 $3" >>${home}/env.log; fi\n`,
    0o755,
  );
}

/** The record of a DomU that starts with the host and reports. */
export function record(name: string, more: object = {}): void {
  put(
    `records/${name}.json`,
    JSON.stringify({ name, type: 'pvh', autostart: true, reports: true, health: [], ...more }),
  );
}

/** Everything of the check's that lies elsewhere on a host. */
export function environment(): Record<string, string> {
  return {
    PATH: `${home}/bin:/usr/bin:/bin`,
    XENWRIGHT_ROOT: join(home, 'root'),
    XENWRIGHT_SETTINGS: join(home, 'settings.json'),
    XENWRIGHT_RECORDS: join(home, 'records'),
    XENWRIGHT_STATE: join(home, 'starts'),
    XENWRIGHT_VERDICT: join(home, 'out/first-boot.json'),
    XENWRIGHT_CONSOLE: join(home, 'console'),
    XENWRIGHT_SLOW: '0.01',
  };
}

/** The check, with names of DomUs or without. */
export function check(...names: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(FIRST_BOOT, names, { encoding: 'utf8', env: environment() });
}

/** What the check of the whole host finds; it says the same in its file. */
export function verdict(): {
  code: number | null;
  journal: string;
  answer: { dom0: Record<string, unknown>; domus: Record<string, unknown>[]; fallback: boolean; why: string | null };
} {
  const done = check();
  const line = /^XENWRIGHT-VERDICT (.*)$/m.exec(done.stdout);
  if (line === null) throw new Error(done.stdout + done.stderr);
  expect(JSON.parse(readFileSync(join(home, 'out/first-boot.json'), 'utf8'))).toEqual(JSON.parse(line[1] ?? ''));
  return { code: done.status, journal: done.stdout, answer: JSON.parse(line[1] ?? '') as never };
}
