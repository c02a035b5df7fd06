/**
 * Needs a virtual machine, root and dnsmasq: how a booted medium finds its profile. A machine with forty ports of which
 * one has a network, told by DHCP's option 224; and one whose network is tagged, with an address from the kernel's
 * command line. The servers are in a network namespace of their own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exec, findTool } from '../../src/system/process/exec.ts';
import { BUNDLE, labFolder } from './support/cli.ts';
import { buildMediumIn } from './support/medium.ts';
import { watch } from './support/watch.ts';

const MINUTE = 60_000;
const PORTS = 40;
const FUNCTIONS = 8;
const FIRST_SLOT = 5;
const MAC = '52:54:00:aa:00:27';
/** What refuses every machine: nothing is to be installed here. */
const PROFILE =
  'version: 1\nhost: { hostname: rack1.example.org, storage: { disks: [{ serial: no-such-disk }] }, admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] } }\n';
/**
 * Not every kernel that tests run under knows VLANs: this takes frames from QEMU (UDP 4202 to 4201), and their tags
 * off.
 */
const SWITCH = `
import fcntl, os, select, socket, struct
tap = os.open('/dev/net/tun', os.O_RDWR)
fcntl.ioctl(tap, 0x400454ca, struct.pack('16sH', b'tap1', 0x1002))
link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
link.bind(('127.0.0.1', 4201))
TAG = b'\\x81\\x00\\x00\\x2a'
while True:
    for ready in select.select([tap, link], [], [])[0]:
        if ready is link:
            frame = link.recv(65536)
            if frame[12:16] == TAG:
                try:
                    os.write(tap, frame[:12] + frame[16:])
                except OSError:
                    pass
        else:
            frame = os.read(tap, 65536)
            link.sendto(frame[:12] + TAG + frame[12:], ('127.0.0.1', 4202))
`;
const folder = labFolder('medium-network');
const space = `xw-rack-${process.pid}`;
const children: ChildProcess[] = [];
let netboot: string;

const inside = async (script: string): Promise<void> => {
  await exec(['ip', 'netns', 'exec', space, 'bash', '-ec', script], { timeoutMs: MINUTE });
};
function serve(...argv: readonly string[]): void {
  children.push(spawn('ip', ['netns', 'exec', space, ...argv], { stdio: ['ignore', 'inherit', 'inherit'] }));
}

beforeAll(async () => {
  ({ netboot } = await buildMediumIn(folder));
  await exec(['ip', 'netns', 'add', space]);
  // 192.0.2.0/24 untagged with DHCP; 198.51.100.0/24 without, behind a switch that takes and gives frames of VLAN 42
  // alone.
  await inside(
    'ip link set lo up; ip tuntap add dev tap0 mode tap; ip addr add 192.0.2.1/24 dev tap0; ip link set tap0 up',
  );
  serve('python3', '-c', SWITCH);
  await inside(
    'for n in $(seq 50); do ip link show tap1 >/dev/null 2>&1 && break; sleep 0.1; done; ip addr add 198.51.100.1/24 dev tap1; ip link set tap1 up',
  );
  const www = join(folder, 'www');
  mkdirSync(join(www, 'hosts'), { recursive: true });
  for (const name of [MAC, MAC.replaceAll(':', '-')]) writeFileSync(join(www, 'hosts', `${name}.yaml`), PROFILE);
  serve(process.execPath, BUNDLE, 'medium', 'serve', www, '--listen', '0.0.0.0:8480');
  serve(
    findTool('dnsmasq') ? 'dnsmasq' : '/usr/sbin/dnsmasq',
    '--no-daemon',
    '--conf-file=/dev/null',
    '--no-hosts',
    '--no-resolv',
    '--port=0',
    '--interface=tap0',
    '--bind-interfaces',
    `--dhcp-leasefile=${join(folder, 'leases')}`,
    '--dhcp-range=192.0.2.100,192.0.2.199,10m',
    '--dhcp-option=224,http://192.0.2.1:8480/hosts/${mac}.yaml',
  );
  // QEMU must be where its tap is.
  mkdirSync(join(folder, 'bin'));
  const qemu = join(folder, 'bin/qemu-system-x86_64');
  writeFileSync(qemu, `#!/bin/sh\nPATH=\${PATH#*:}\nexec ip netns exec ${space} qemu-system-x86_64 "$@"\n`);
  chmodSync(qemu, 0o755);
}, 15 * MINUTE);
afterAll(async () => {
  for (const child of children) child.kill('SIGTERM');
  await exec(['ip', 'netns', 'del', space], { okCodes: [0, 1] });
});

/**
 * Boots the netboot set; gives all that the console said until `wanted`, and the seconds from the session's first word
 * to it.
 */
async function boot(
  name: string,
  words: string,
  nics: readonly string[],
  wanted: RegExp,
): Promise<{ readonly said: string; readonly seconds: number }> {
  const path = process.env['PATH'] ?? '';
  process.env['PATH'] = `${join(folder, 'bin')}:${path}`;
  const append = `boot=xenwright quiet systemd.ssh_auto=no panic=60 console=ttyS0,115200 ${words}`;
  let firstMs: number | null = null;
  const machine = [
    '-m',
    '2048',
    '-kernel',
    join(netboot, 'vmlinuz'),
    '-initrd',
    join(netboot, 'initrd.img'),
    '-append',
    append,
    '-cdrom',
    join(folder, 'medium.iso'),
    ...nics,
  ];
  const said = await watch({ folder, name, machine, limitMs: 8 * MINUTE, pollMs: 200 }, (text, isGone) => {
    if (/xenwright-session|Xenwright/.test(text)) firstMs ??= Date.now();
    if (wanted.test(text)) return 'over';
    if (isGone) throw new Error(`${name} ended, and the console never said ${String(wanted)}:\n${text.slice(-6000)}`);
    return 'wait';
  }).finally(() => {
    process.env['PATH'] = path;
  });
  return { said, seconds: (Date.now() - (firstMs ?? Date.now())) / 1000 };
}

it(
  'a machine with forty ports finds the one that has a network, and its profile by what DHCP says',
  async () => {
    const nics = Array.from({ length: PORTS }, (_, port) => {
      const place = `bus=pcie.0,addr=${(FIRST_SLOT + Math.floor(port / FUNCTIONS)).toString(16)}.${port % FUNCTIONS},multifunction=${port % FUNCTIONS === 0 ? 'on' : 'off'},romfile=`;
      const mac = `52:54:00:aa:00:${port.toString(16).padStart(2, '0')}`;
      // The last one: nobody finds it by trying in order. The others have a carrier, but nobody who answers.
      return port === PORTS - 1
        ? [
            '-netdev',
            'tap,id=up,ifname=tap0,script=no,downscript=no',
            '-device',
            `virtio-net-pci,netdev=up,mac=${mac},${place}`,
          ]
        : [
            '-netdev',
            `hubport,id=dead${port},hubid=${port}`,
            '-device',
            `virtio-net-pci,netdev=dead${port},mac=${mac},${place}`,
          ];
    }).flat();
    const { said, seconds } = await boot('forty', '', nics, /was read|^FAILED/m);
    process.stdout.write(`forty ports: profile after ${seconds.toFixed(1)} s of the session\n`);
    expect(said).toMatch(/profile: http:\/\/192\.0\.2\.1:8480\/hosts\/.*\(found by DHCP/);
    expect(said).toMatch(/profile: http:\/\/192\.0\.2\.1:8480\/hosts\/52.54.00.aa.00.27\.yaml was read/);
  },
  12 * MINUTE,
);

it(
  'a profile in a tagged network is fetched with the address and the VLAN of the kernel command line',
  async () => {
    const nics = [
      '-netdev',
      'socket,id=up,udp=127.0.0.1:4201,localaddr=127.0.0.1:4202',
      '-device',
      `virtio-net-pci,netdev=up,mac=${MAC}`,
    ];
    const { said } = await boot(
      'tagged',
      'xenwright.vlan=42 xenwright.ip=198.51.100.9/24 xenwright.profile=http://198.51.100.1:8480/hosts/${mac}.yaml',
      nics,
      /^FAILED[^]*Keys:/m,
    );
    expect(said).toMatch(/network: xw-vlan0 198\.51\.100\.9\/24/);
    expect(said).toMatch(/profile: http:\/\/198\.51\.100\.1:8480\/\S+ was read/);
    expect(said).toMatch(/no-such-disk/);
  },
  12 * MINUTE,
);
