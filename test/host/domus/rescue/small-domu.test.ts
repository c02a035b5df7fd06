import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusal, rescueHosts } from './hosts.ts';
import { canMount, reason, type RescueHost } from './stand-in-host.ts';

const host = rescueHosts();
const asks = { command: 'cat /etc/fstab' } as const;
/** What xl says of the host. */
const hasMemory = ({ home }: RescueHost, freeMiB: number, caps = 'pv'): void =>
  writeFileSync(join(home, 'info'), `virt_caps              : ${caps}\nfree_memory            : ${freeMiB}\n`);
const tells = ({ home }: RescueHost, said: string, output = ''): void =>
  writeFileSync(join(home, 'tells'), JSON.stringify({ said, output }));

describe.skipIf(!canMount)(`a rescue DomU (${reason})`, () => {
  it('has the disks, no network, and Dom0 mounts nothing; what the command printed is shown, its exit code comes back', async () => {
    const made = host();
    hasMemory(made, 900);
    tells(made, 'XWR1\ncommand 0\nclosed\n', 'UUID=1 / ext4\n');
    expect(await made.rescue(asks), made.said()).toBe(0);
    const config = readFileSync(join(made.home, 'created'), 'utf8');
    expect(config).toContain('name = "web1.rescue"\ntype = "pv"\nkernel = "/boot/vmlinuz-6.12.0-test"');
    expect(config).toMatch(/memory = 256\n[^]*vif = \[ \]\n/);
    expect(config).toContain(
      `disk = [ "format=raw, vdev=xvda, access=rw, target=${made.image}", "format=raw, vdev=xvdz,`,
    );
    expect(readFileSync(join(made.home, 'orders'), 'utf8')).toContain("command='cat /etc/fstab'");
    expect(made.said()).toContain('UUID=1 / ext4\n');
    expect(made.leftovers()).toEqual([]);
    expect(existsSync(join(made.home, 'work', 'web1.told'))).toBe(false);
  });
  it('gives the exit code of a command that fails', async () => {
    const made = host();
    hasMemory(made, 900);
    tells(made, 'XWR1\ncommand 3\nclosed\n');
    expect(await refusal(made.rescue(asks))).toMatch(/^5 rescue-failed: .*exit code 3/);
  });
  it('is a PVH where the machine can, and has more memory where there is LUKS', async () => {
    const made = host();
    hasMemory(made, 900, 'pv hvm hap');
    tells(made, 'XWR1\ncommand 0\nclosed\n');
    writeFileSync(
      made.image,
      Buffer.concat([Buffer.from('LUKS\u00ba\u00be\0\u0001', 'latin1'), Buffer.alloc(2_000_000)]),
    );
    expect(await made.rescue(asks), made.said()).toBe(0);
    expect(readFileSync(join(made.home, 'created'), 'utf8')).toMatch(/type = "pvh"[^]*memory = 868\n/);
  });
  it('is not started where memory is short; nothing is changed', async () => {
    const made = host();
    hasMemory(made, 200);
    writeFileSync(join(made.home, 'up', 'web1'), '7');
    writeFileSync(join(made.home, 'memory'), '64');
    expect(await refusal(made.rescue(asks))).toMatch(/^4 rescue-domu: .*needs 256 MiB of memory, and 232 MiB are free/);
    expect(made.xlLog()).not.toMatch(/shutdown|create/);
    expect(made.leftovers()).toEqual([]);
  });
  it('that ends without a word is told of, and the DomU is given back', async () => {
    const made = host();
    hasMemory(made, 900);
    expect(await refusal(made.rescue(asks))).toMatch(/^5 rescue-failed: .*ended before it had said/);
    expect(made.leftovers()).toEqual([]);
  });
  it('that a killed rescue has left behind is ended by --close, in order first', async () => {
    const made = host();
    hasMemory(made, 900);
    writeFileSync(join(made.home, 'up', 'web1.rescue'), '9');
    writeFileSync(`${made.config}.in-rescue`, 'name = "web1"\n');
    const { config, image, home } = made;
    const target = {
      name: 'web1',
      config,
      stopTimeoutMs: 1,
      root: { path: image, format: 'raw', mount: '' },
      data: [],
    };
    writeFileSync(join(home, 'notes', 'web1.json'), JSON.stringify({ name: 'web1', config, told: null, target }));
    rmSync(config);
    expect(await made.rescue({ close: true })).toBe(0);
    expect(made.xlLog()).toContain('shutdown 9');
    expect(made.leftovers()).toEqual([]);
  });
});
