/**
 * Needs virtual machines: what a booted medium does with a profile that it must not use. A set for netbooting is built
 * once; each machine has a blank disk, says why it stops, ends by itself, and has written nothing. And a server that
 * comes back is waited for.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../src/system/http/free-port.ts';
import { cli, labFolder } from './support/cli.ts';
import { bootRefused, buildNetboot, nicArguments, type NetbootSet } from './support/netboot.ts';
import { serveBrokenAtFirst, serveTexts, type ProfileServer } from './support/profile-server.ts';

const MINUTE = 60_000;
const PROFILE =
  'version: 1\nhost: { hostname: rack1.example.org, firmwarePackages: none, storage: { disks: [{ serial: DISK }] } }\n';
const folder = labFolder('medium-trust');
const key = join(folder, 'key');
const servers: ProfileServer[] = [];
let set: NetbootSet;
let publicKey: string;

beforeAll(async () => {
  set = await buildNetboot(folder);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'rack@example.org', '-f', key]);
  publicKey = readFileSync(`${key}.pub`, 'utf8').trim().split(' ').slice(0, 2).join(' ');
}, 20 * MINUTE);
afterAll(async () => {
  for (const server of servers) await server.close();
});

async function served(
  files: Readonly<Record<string, string>>,
  tls?: Parameters<typeof serveTexts>[1],
): Promise<ProfileServer> {
  const server = await serveTexts(files, tls);
  servers.push(server);
  return server;
}

async function signatureOf(text: string): Promise<string> {
  const path = join(folder, 'signed.yaml');
  writeFileSync(path, text);
  const { code, err } = await cli(folder, 'profile', 'sign', path, '--key', key);
  expect(code, err).toBe(0);
  return readFileSync(`${path}.sig`, 'utf8');
}

const profileOn = (serial: string): string => PROFILE.replace('DISK', serial);

it(
  'an altered profile stops the run',
  async () => {
    const server = await served({
      '/p.yaml': profileOn('rack-0'),
      '/p.yaml.sig': await signatureOf(profileOn('rack-1')),
    });
    const { console, untouched } = await bootRefused(folder, 'altered', set, [
      `profile=${server.address}/p.yaml`,
      `pubkey=${publicKey}`,
    ]);
    expect(console).toMatch(
      /FAILED: .* is not signed by the given key.*\[signature-differs\]\s+exit 6:[^]*hint: [^]*Power off in/,
    );
    expect(untouched).toBe(true);
  },
  15 * MINUTE,
);

it(
  'an unsigned profile stops the run where a key is on a stick',
  async () => {
    const server = await served({ '/p.yaml': profileOn('rack-0') });
    const usbDrive = join(folder, 'keys.img');
    execFileSync('sh', [
      '-c',
      'truncate -s 8M "$1" && mkfs.vfat -n KEYS "$1" >/dev/null && mcopy -i "$1" "$2" ::/rack.pub',
      'sh',
      usbDrive,
      `${key}.pub`,
    ]);
    const { console, untouched } = await bootRefused(
      folder,
      'unsigned',
      set,
      [`profile=${server.address}/p.yaml`, 'pubkey=label:KEYS/rack.pub'],
      [
        ...nicArguments('52:54:00:00:00:01'),
        '-device',
        'qemu-xhci',
        '-drive',
        `if=none,id=stick,format=raw,readonly=on,file=${usbDrive}`,
        '-device',
        'usb-storage,drive=stick',
      ],
    );
    expect(console).toMatch(/FAILED: .*\/p\.yaml is not signed: .*\[signature-missing\]\s+exit 6:[^]*hint: sign it/);
    expect(untouched).toBe(true);
  },
  15 * MINUTE,
);

it(
  'another certificate than the pinned one stops the run',
  async () => {
    const [tlsKey, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=boot.example.org',
        '-keyout',
        tlsKey,
        '-out',
        certificate,
      ],
      { stdio: 'ignore' },
    );
    const cert = readFileSync(certificate, 'utf8');
    const own = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
    const server = await served({ '/p.yaml': profileOn('rack-0') }, { key: readFileSync(tlsKey, 'utf8'), cert });
    const { console, untouched } = await bootRefused(folder, 'other-certificate', set, [
      `profile=${server.address}/p.yaml`,
      `tls=${'ab'.repeat(32)}`,
    ]);
    expect(console).toMatch(
      new RegExp(`FAILED: .*fingerprint ${own}, not abab.*\\[certificate-differs\\]\\s+exit 6:[^]*hint: `),
    );
    expect(server.asked).toEqual([]);
    expect(untouched).toBe(true);
  },
  15 * MINUTE,
);

it(
  'a machine that no rule of hosts: fits is refused',
  async () => {
    const server = await served({
      '/p.yaml': `${profileOn('rack-0')}hosts: [{ match: { mac: "52:54:00:99:99:99" }, set: { host: { hostname: other.example.org } } }]\n`,
    });
    const { console, untouched } = await bootRefused(folder, 'no-rule', set, [`profile=${server.address}/p.yaml`]);
    expect(console).toMatch(
      /FAILED: no rule of .*\/p\.yaml fits this machine \(mac 52:54:00:00:00:01;.*\[no-rule-fits\]\s+exit 4:[^]*hosts\[0\]: mac 52:54:00:99:99:99[^]*hint: /,
    );
    expect(untouched).toBe(true);
  },
  15 * MINUTE,
);

it(
  'a server that refuses, fails and stalls is waited for, its words are on the screen, and the session goes on when it is back',
  async () => {
    const port = await freePort();
    const signed = profileOn('another-disk');
    const files = { '/p.yaml': signed, '/p.yaml.sig': await signatureOf(signed) };
    const transcript = join(folder, 'recovers.log');
    const booted = bootRefused(folder, 'recovers', set, [
      `profile=http://10.0.2.2:${port}/p.yaml`,
      `pubkey=${publicKey}`,
    ]);
    let isOver = false;
    void booted
      .finally(() => {
        isOver = true;
      })
      .catch(() => undefined);
    while (!isOver && !(existsSync(transcript) && readFileSync(transcript, 'utf8').includes('connection refused')))
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
    const server = await serveBrokenAtFirst(port, files, 'the disk of the server is full');
    servers.push(server);
    const { console, untouched } = await booted;
    expect(console).toMatch(
      /connection refused[^]*attempt \d+ in +\d+ s; any key: the wizard[^]*answered 500 Internal Server Error: the disk of the server is full[^]*no answer within 20 s[^]*p\.yaml was read/,
    );
    expect(server.asked).toEqual(['/p.yaml', '/p.yaml', '/p.yaml', '/p.yaml.sig']);
    // It went on to look at the machine: that disk is not there.
    expect(console).toMatch(/p\.yaml was read[^]*another-disk[^]*exit 4:/);
    expect(untouched).toBe(true);
  },
  20 * MINUTE,
);
