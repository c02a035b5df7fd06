import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ordersText, readTold, TOLD_BYTES } from '../../../../src/host/domus/rescue/told-disk.ts';

const orders = {
  repair: 'no',
  command: 'echo \'$HOME\' "`x`"',
  power: '#!/bin/sh\nexit 1\n',
  secrets: '',
  terminal: { name: 'xterm', rows: 24, columns: 80 },
  disks: [{ device: 'xvda', label: '/srv/web1.img', mount: "/it's" }],
} as const;

describe('what a rescue DomU is told', () => {
  it('is read by a shell word for word', () => {
    const text = ordersText(orders) ?? '';
    const said = spawnSync('bash', ['-c', `${text}\nprintf '%s|' "$command" "$disks" "$@"`], {
      encoding: 'utf8',
    }).stdout;
    expect(said.split('|')).toEqual(
      [
        orders.command,
        '/dev/xvda',
        'trusted',
        'no',
        '/run/rescue',
        orders.command,
        orders.power,
        'own',
        'xwr',
        '0',
        '',
      ].concat(['/dev/xvda', '/srv/web1.img', "/it's", '']),
    );
  });
  it('has no room for more than its place on the disk, and none for what ends a text', () => {
    expect(ordersText({ ...orders, command: 'x'.repeat(70_000) })).toBeNull();
    expect(ordersText({ ...orders, secrets: 'a\0b' })).toBeNull();
  });
});

const disk = (said: string, output: Buffer | string, length: number | string = Buffer.from(output).length): Buffer => {
  const bytes = Buffer.alloc(TOLD_BYTES);
  bytes.write(said, 65_536);
  const at = bytes.write(`${length}\n`, 131_072);
  Buffer.from(output).copy(bytes, 131_072 + at);
  return bytes;
};

describe('what a rescue DomU tells', () => {
  it('is what its session said, and the output of the command', () => {
    expect(readTold(disk('XWR1\nphase shell\ncommand 3\nclosed\n', 'one\ntwo\n'))).toMatchObject({
      said: ['phase shell', 'command 3', 'closed', ''],
      output: 'one\ntwo\n',
      isCut: false,
    });
  });
  it('is nothing when it ended before', () => {
    expect(readTold(Buffer.alloc(TOLD_BYTES))).toBeNull();
    expect(readTold(Buffer.alloc(0))).toBeNull();
  });
  it('draws nothing, and is no longer than it may be, whatever a guest has made of it', () => {
    const told = readTold(disk('XWR1\ncommand \u001b[2J1\n', 'a\u001b]0;x\u0007b\n'));
    expect(JSON.stringify(told)).not.toMatch(/\\u001b|\\u0007/);
    for (const length of ['99999999', '-1', 'x', '1e9', ''])
      expect(readTold(disk('XWR1\n', 'abc', length))).not.toBeNull();
    expect(readTold(disk(`XWR1\n${'line\n'.repeat(10_000)}`, ''))?.said.length).toBeLessThan(201);
  });
});
