/**
 * Ten starts of two DomUs in one boot of a real Xen whose Dom0 is busy, and a guest whose kernel crashes before it was
 * up for the first time. Needs virtual machines. The console stays under test/artifacts/lab/starts.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bootMachine, powerOff } from '../../src/system/vm/boot-machine.ts';
import { cli, labFolder } from './support/cli.ts';

const MINUTE = 60_000;
const folder = labFolder('starts');
const image = join(folder, 'host.img');
const transcript = join(folder, 'console.log');
const profile = join(folder, 'host.yaml');
copyFileSync(join(import.meta.dirname, '../profiles/lab-starts.yaml'), profile);

let text = '';
beforeAll(async () => {
  const installed = await cli(folder, 'install', profile, '--image', image);
  if (installed.code !== 0) throw new Error(installed.err + installed.out.slice(-3000));
  const machine = await bootMachine({
    images: [image],
    firmware: 'bios',
    memoryMiB: 4096,
    transcript,
    scratch: false,
    sshPort: null,
  });
  let isGone = false;
  void machine.gone.then(() => {
    isGone = true;
  });
  const said = (): string => (existsSync(transcript) ? readFileSync(transcript, 'utf8') : '');
  while (!isGone && !/^LAB-END \d+\r?$/m.test(said()))
    await new Promise((resolve) => {
      setTimeout(resolve, 1000);
    });
  if (!isGone) await powerOff(machine, 300);
  text = said().replaceAll('\r', '');
}, 175 * MINUTE);

describe('the first start', () => {
  it('brings up a guest whose kernel crashed before it was up, by a second try', () => {
    expect(text, text.slice(-4000)).toMatch(
      /^XENWRIGHT-VERDICT \{"version":1,"bootId":"[\da-f-]{36}".*"name":"web1","up":true/m,
    );
    expect(/^LAB-NOTE web1 (.*)$/m.exec(text)?.[1]).toMatch(/"created": true.*"attempts": [2-4], "again": false/);
    expect(/^LAB-NOTE db1 (.*)$/m.exec(text)?.[1]).toContain('"created": true');
  });

  it('leaves the starter at its end, and xl’s own processes with their guests', () => {
    expect(text).toMatch(/^LAB-UNIT exited$/m);
    expect(text).toMatch(/^LAB-MONITORS 2$/m);
    for (const name of ['web1', 'db1']) expect(text).toMatch(new RegExp(`^LAB-DOMU ${name} running xl$`, 'm'));
  });

  it('says in its verdict which start it is of', () => {
    const id = /^LAB-BOOT-ID (.*)$/m.exec(text)?.[1] ?? 'none';
    expect(text).toContain(`XENWRIGHT-VERDICT {"version":1,"bootId":"${id}"`);
  });

  it('costs its guests little processor time', () => {
    // It was 91 s in 4.5 minutes.
    expect(Number(/^LAB-CHECK-CPU (\d+)$/m.exec(text)?.[1]) / 1e9).toBeLessThan(30);
  });
});

it('ten further starts, one after the other and under load, each bring up both', () => {
  for (const start of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    expect(text, text.slice(-4000)).toMatch(new RegExp(`^LAB-DOWN ${start} 0$`, 'm'));
    expect(text, text.slice(-4000)).toMatch(new RegExp(`^LAB-START ${start} 0$`, 'm'));
  }
  expect(text).not.toContain('LAB-STALE');
});
