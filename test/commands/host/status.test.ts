/** `xenwright host status` as a whole: a tree in the place of the host's files, and stand-ins for its tools. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostStatus, type StatusOptions } from '../../../src/commands/host/status/run.ts';
import { statusPort } from '../../../src/system/process/status-port.ts';

const home = mkdtempSync(join(tmpdir(), 'xw-host-status-'));
const [root, tools] = [join(home, 'root'), join(home, 'tools')];
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
function tool(name: string, script: string): void {
  writeFileSync(join(tools, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, name), 0o755);
}
const says = (text: string): string => `cat <<'END'\n${text}\nEND`;

const WEB = 'web1                 3   384     1     -b----       9.1';
const XL = (list: string): string =>
  `case "$1" in\nlist) ${says(`Name ID Mem VCPUs State Time(s)\nDomain-0             0  1536     2     r-----      95.4\n${list}`)}\n;;\ninfo) echo "free_memory : 2371" ;;\nuptime) echo "web1   3   1 day,  2:03:04" ;;\nesac`;

/** A host on which all is well. */
beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  for (const folder of [root, tools]) mkdirSync(folder, { recursive: true });
  vi.stubEnv('PATH', `${tools}:/usr/bin:/bin`);
  put('proc/xen/capabilities', 'control_d\n');
  put('proc/sys/kernel/hostname', 'xen1\n');
  put('proc/sys/kernel/osrelease', '6.12.48+deb13-amd64\n');
  put('proc/sys/kernel/random/boot_id', 'b1\n');
  put('proc/uptime', '9000.1 3\n');
  put('proc/stat', 'btime 1000\n');
  put('proc/meminfo', 'MemTotal: 1000 kB\nMemAvailable: 600 kB\n');
  put('proc/mdstat', 'Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      104 blocks [2/2] [UU]\n');
  for (const [part, text] of Object.entries({ major: '4', minor: '20', extra: '.2' }))
    put(`sys/hypervisor/version/${part}`, `${text}\n`);
  put('sys/hypervisor/type', 'xen\n');
  put('sys/class/block/sda/size', '1\n');
  put('sys/class/net/xenbr0/bridge/bridge_id', 'x\n');
  put('sys/class/net/xenbr0/brif/bond0/state', '3\n');
  put('sys/class/net/bond0/bonding/mode', 'x\n');
  put('sys/class/net/bond0/carrier', '1\n');
  put('etc/xenwright/first-boot.json', '{"hypervisor":"xen","bridge":"xenbr0","device":"xenbr0","wantsAddress":true}');
  put('run/xenwright/first-boot.json', '{"version":1,"bootId":"b1","fallback":false,"why":null}');
  put(
    'etc/xenwright/domus/web1.json',
    '{"version":1,"name":"web1","config":"/etc/xen/web1.cfg","autostart":true,"reports":true,"health":[]}',
  );
  tool('xl', XL(WEB));
  tool('xenstore-ls', says('/local/domain/3/data/xenwright/state = "up"'));
  tool(
    'ip',
    `case "$*" in\n"-j addr show") ${says('[{"ifname":"xenbr0","addr_info":[{"scope":"global","local":"192.0.2.10"}]}]')}\n;;\n*-4*) ${says('[{"gateway":"192.0.2.1","dev":"xenbr0"}]')}\n;;\n*) echo "[]" ;;\nesac`,
  );
  tool('ping', 'exit 0');
  tool('df', says('Mounted on Type 1B-blocks Avail Inodes IUsed\n/ ext4 1000000000 500000000 1000 100'));
  tool(
    'vgs',
    says(
      '{"report":[{"vg":[{"vg_name":"xenvg","vg_size":"1073741824","vg_free":"1048576","vg_missing_pv_count":"0"}]}]}',
    ),
  );
  tool('lvs', says('{"report":[{"lv":[]}]}'));
  tool('smartctl', says('{"smart_status":{"passed":true}}'));
  tool('systemctl', 'exit 0');
  tool('timedatectl', 'echo NTP=yes; echo NTPSynchronized=yes');
  tool('chronyc', 'exit 1');
  tool('apt-get', 'exit 0');
  tool('stat', 'exit 1');
});

async function status(
  format: NonNullable<StatusOptions['format']>,
  limitMs = 20_000,
): Promise<{ code: number; out: string }> {
  let out = '';
  const io = {
    readText: async () => '',
    out: (text: string) => void (out += text),
    err: () => undefined,
    interactive: false,
  };
  const code = await hostStatus({ format }, io, {
    ...statusPort(root, limitMs),
    isRoot: true,
    pause: async () => undefined,
  });
  return { code, out };
}

test('all is well: one line for each thing, and exit code 0', async () => {
  const { code, out } = await status('text');
  expect(out.split('\n').filter((line) => !line.startsWith('ok ') && line !== '')).toEqual(['xen1: ok']);
  for (const words of [
    'Xen 4.20.2 is running',
    'web1 is up',
    'by bond0',
    '192.0.2.10',
    'volume group xenvg',
    'md0',
    'disk sda',
    'no restart is due',
  ])
    expect(out).toContain(words);
  expect(code).toBe(0);
  expect(await status('nagios')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^XENWRIGHT OK - all checks are ok \| /) as string,
  });
});

test('a DomU that is down, an array without a disk: the state is the result, and only nagios has it as exit code', async () => {
  tool('xl', XL(''));
  put('run/xenwright/domus/web1.json', '{"created":false,"why":"xl create: not enough memory"}');
  put('proc/mdstat', 'md0 : active raid1 sda1[0]\n      104 blocks [2/1] [U_]\n');
  const [text, nagios, json, prometheus] = [
    await status('text'),
    await status('nagios'),
    await status('json'),
    await status('prometheus'),
  ];
  expect(text.out).toContain('critical  web1 is down: xl create: not enough memory\n');
  expect([text.code, nagios.code, json.code, prometheus.code]).toEqual([0, 2, 0, 0]);
  expect(nagios.out).toMatch(/^XENWRIGHT CRITICAL - web1 is down: xl create: not enough memory; md0 is degraded/);
  expect(nagios.out).toContain("'domusUp'=0;;;0; 'domusWanted'=1;;;0;");
  expect(JSON.parse(json.out)).toMatchObject({ state: 'critical', hostname: 'xen1' });
  expect(prometheus.out).toContain('xenwright_host_check_state{check="domus",subject="web1"} 2\n');
});

test('tools that hang are told as unknown, and all others are looked at', async () => {
  for (const name of ['xl', 'smartctl', 'vgs', 'lvs', 'df', 'timedatectl']) tool(name, 'sleep 600');
  const { out } = await status('text', 3_000);
  expect(out).toMatch(/^xen1: unknown\n/);
  for (const name of ['xl info', 'smartctl sda', 'vgs', 'df', 'timedatectl'])
    expect(out).toContain(`unknown   ${name} did not answer in time\n`);
  expect(out).toContain('unknown   xl list failed: xl does not answer\n');
  expect(out).toContain('ok        md0: all disks are in the array\n');
});

test('a host that fell back says so, with the way back', async () => {
  rmSync(join(root, 'proc/xen'), { recursive: true });
  rmSync(join(root, 'sys/hypervisor'), { recursive: true });
  put('run/xenwright/first-boot.json', '{"version":1,"bootId":"b1","fallback":true,"why":"Xen did not come up"}');
  const { out } = await status('text');
  expect(out).toContain(
    'critical  this host fell back to plain Linux: Xen did not come up\n          -> restart the host to try Xen again',
  );
  expect(out).toContain('critical  no DomU runs, as Xen does not run; DomUs that should: 1\n');
});
