import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asset } from '../../assets.ts';

let root = '';
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
};
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A network card of this machine, with a carrier or without. */
function card(name: string, carrier: 0 | 1): void {
  put(`sys/class/net/${name}/carrier`, `${carrier}\n`);
  mkdirSync(join(root, 'sys/class/net', name, 'device'));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xw-uplink-'));
  put('etc/systemd/network/20-xenwright-enp1s0.network', '[Match]\nName=enp1s0\n[Network]\nBridge=xenbr0\n');
  put('dev/console', '');
  for (const name of ['ip', 'networkctl']) put(`bin/${name}`, `#!/bin/sh\necho "${name} $*" >>${root}/calls\n`, 0o755);
  // Its waiting is for hardware.
  put('bin/sleep', '#!/bin/sh\n', 0o755);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function uplink(...pinned: readonly string[]): number | null {
  return spawnSync(asset('host/uplink.sh'), pinned, {
    env: { PATH: `${root}/bin:${process.env['PATH'] ?? ''}`, XENWRIGHT_ROOT: root },
  }).status;
}

describe('when the pinned network card is gone', () => {
  it('the only other one with a carrier takes its place, for this boot', () => {
    card('enp2s0', 1);
    card('enp3s0', 0);
    expect(uplink('enp1s0')).toBe(0);
    expect(read('run/systemd/network/19-xenwright-enp2s0.network')).toBe(
      '[Match]\nName=enp2s0\n[Network]\nBridge=xenbr0\n',
    );
    expect(read('calls')).toContain('networkctl reload\nnetworkctl reconfigure enp2s0\n');
    expect(read('run/xenwright/uplink-replaced')).toBe('the network card enp1s0 is gone: enp2s0 took its place\n');
    expect(read('dev/console')).toBe('xenwright: the network card enp1s0 is gone: enp2s0 took its place\n');
  });

  it.each([
    ['two others have one', 1, 2],
    ['no other has one', 0, 0],
  ] as const)('none is taken when %s', (_, carrier, others) => {
    card('enp2s0', carrier);
    card('enp3s0', carrier);
    expect(uplink('enp1s0')).toBe(0);
    expect(existsSync(join(root, 'run/systemd/network/19-xenwright-enp2s0.network'))).toBe(false);
    expect(read('run/xenwright/uplink-replaced')).toBe(
      `the network card enp1s0 is gone, and ${others} others have a carrier: none was taken\n`,
    );
  });

  it('neither a guest’s interface, nor what is in use already, nor a radio is another', () => {
    card('enp2s0', 1);
    for (const name of ['vif1.0', 'wlp1s0', 'enp4s0', 'enp5s0']) card(name, 1);
    mkdirSync(join(root, 'sys/class/net/wlp1s0/wireless'));
    mkdirSync(join(root, 'sys/class/net/enp4s0/master'));
    expect(uplink('enp1s0', 'enp5s0')).toBe(0);
    expect(read('run/xenwright/uplink-replaced')).toContain('enp2s0 took its place');
  });
});

it('nothing is done while the pinned one is there', () => {
  card('enp1s0', 1);
  expect(uplink('enp1s0')).toBe(0);
  expect(existsSync(join(root, 'run'))).toBe(false);
});
