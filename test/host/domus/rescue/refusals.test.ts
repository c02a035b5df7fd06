import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { domuRescue } from '../../../../src/commands/domu/rescue/run.ts';
import { modeOf } from '../../../../src/host/domus/rescue/rescue.ts';
import { thisHost } from '../../../../src/host/domus/rescue/world.ts';
import { XenwrightError } from '../../../../src/errors.ts';
import { say } from '../../../../src/i18n/phrase.ts';
import { loadTranslator } from '../../../../src/i18n/t.ts';
import { refusal, rescueHosts } from './hosts.ts';
import { canMount, reason, run, worldIn, type RescueHost } from './stand-in-host.ts';

const host = rescueHosts();
const files = { files: true, command: 'true' } as const;
const runs = ({ home }: RescueHost, number = '7'): void => writeFileSync(join(home, 'up', 'web1'), number);

it('how it is opened must be said, for both ways have their risks', () => {
  const how = (options: object): unknown => {
    try {
      return modeOf(options, thisHost());
    } catch (error) {
      return error;
    }
  };
  expect(how({})).toMatchObject({ code: 'rescue-how', exit: 2 });
  expect((how({}) as XenwrightError).hint).toMatch(/--files.*Dom0's kernel reads the guest's filesystem.*--trusted/);
  expect(how({ files: true, trusted: true })).toMatchObject({ code: 'rescue-how', exit: 2 });
});

describe.skipIf(!canMount)(`a DomU is not rescued, and nothing is changed, when (${reason})`, () => {
  const cases: readonly [string, (made: RescueHost) => void, RegExp][] = [
    ['it is saved', ({ home }) => writeFileSync(join(home, 'saved', 'web1'), ''), /saved .*xl restore/],
    [
      'somebody has paused it',
      (made) => {
        runs(made);
        writeFileSync(join(made.home, 'state'), '--p---');
      },
      /xl unpause 7/,
    ],
    [
      'it is being moved',
      ({ home }) => writeFileSync(join(home, 'up', 'web1--incoming'), '9'),
      /saved, restored or moved/,
    ],
    [
      'another guest has its disk',
      ({ home, image }) =>
        writeFileSync(
          join(home, 'store'),
          `/local/domain/4/name = "db1"\n/local/domain/0/backend/vbd/4/51712/params = "${image}"\n`,
        ),
      /in use: xen:db1/,
    ],
    [
      'another guest has its disk by another name',
      ({ home, image }) => {
        run('ln', '-s', image, join(home, 'other.img'));
        writeFileSync(
          join(home, 'store'),
          `/local/domain/4/name = "db1"\n/local/domain/0/backend/qdisk/4/51712/params = "aio:${home}/other.img"\n`,
        );
      },
      /in use: xen:db1/,
    ],
    [
      'somebody starts it at this moment',
      ({ home }) => void spawn('flock', [join(home, 'starts', 'web1.lock'), 'sleep', '3']),
      /somebody else/,
    ],
    ['its disk is not there', ({ image }) => run('rm', image), /does not exist/],
    [
      'its disk holds nothing',
      ({ image }) => run('dd', 'if=/dev/zero', `of=${image}`, 'bs=1M', 'count=24', 'status=none'),
      /nothing that is known/,
    ],
    [
      'its disk looks like a qcow2, which only its configuration can say',
      ({ image }) => signature(image, 'QFI\u00fb\0\0\0\u0003', 0),
      /looks like qcow2, but its configuration does not say so/,
    ],
    ['its disk is a VHD', (made) => saysFormat(made, 'vhd'), /holds vhd, which is not opened/],
    ['its disk is to be a qcow2 and is none', (made) => saysFormat(made, 'qcow2'), /nothing that is known/],
    [
      'its qcow2 leans on a file elsewhere',
      (made) => {
        run('qemu-img', 'create', '-q', '-u', '-f', 'qcow2', '-b', '/etc/shadow', '-F', 'raw', made.image, '24M');
        saysFormat(made, 'qcow2');
      },
      /leans on a file outside its folder/,
    ],
  ];
  it.each(cases)('%s', async (name, arrange, words) => {
    const made = host();
    arrange(made);
    if (name.includes('moment')) await new Promise((resolve) => setTimeout(resolve, 300));
    const { rescue, home, xlLog, config } = made;
    expect(await refusal(rescue(files))).toMatch(words);
    expect(xlLog()).not.toMatch(/shutdown|destroy/);
    expect([existsSync(config), existsSync(join(home, 'notes', 'web1.json'))]).toEqual([true, false]);
  });
  it('a loop of somebody else lies on its disk', async () => {
    const { rescue, image, config } = host();
    const loop = run('losetup', '--find', '--show', image).trim();
    try {
      expect(await refusal(rescue(files))).toMatch(/^4 rescue-refused: .*in use: loop:loop/);
      expect(existsSync(config)).toBe(true);
    } finally {
      run('losetup', '--detach', loop);
    }
  });
  it('it is mounted in a mount namespace of another process', async () => {
    const { rescue, image, home } = host();
    mkdirSync(join(home, 'elsewhere'));
    const other = spawn('unshare', [
      '-m',
      'sh',
      '-c',
      'mount -o loop "$1" "$2" && echo there && exec cat',
      'sh',
      image,
      join(home, 'elsewhere'),
    ]);
    await new Promise((resolve) => {
      other.stdout.once('data', resolve);
    });
    expect(await refusal(rescue(files))).toMatch(/^4 rescue-refused: .*in use: loop:loop/);
    other.stdin.end();
    await new Promise((resolve) => {
      other.once('exit', resolve);
    });
  });
  it('an xl lives that would start it again', async () => {
    const made = host();
    writeFileSync(join(made.home, 'xl'), '#!/bin/sh\nsleep 1000\n', { mode: 0o755 });
    const living = spawn('sh', [join(made.home, 'xl'), 'create', made.config], { stdio: 'ignore', detached: true });
    try {
      expect(await refusal(made.rescue(files))).toMatch(new RegExp(`kill ${living.pid}$`));
      expect(made.leftovers()).toEqual([]);
    } finally {
      process.kill(-(living.pid ?? 0), 'SIGKILL');
    }
  }, 60_000);
  it('it does not stop in time; --force destroys it', async () => {
    const made = host();
    runs(made);
    writeFileSync(join(made.home, 'stuck'), '');
    expect(await refusal(made.rescue(files))).toMatch(/^4 rescue-refused: .*within 1 s; --force/);
    expect(made.leftovers()).toEqual([]);
    expect(made.xlLog()).not.toContain('destroy');
    expect(await made.rescue({ ...files, force: true }), made.said()).toBe(0);
    expect(made.xlLog()).toContain('destroy 7');
    expect(made.leftovers()).toEqual([]);
  });
  it('its configuration was made anew while it was in hand: which one is meant, nobody else knows', async () => {
    const { rescue, config, home, image } = host();
    writeFileSync(`${config}.in-rescue`, 'old');
    writeFileSync(
      join(home, 'notes', 'web1.json'),
      JSON.stringify({
        name: 'web1',
        config,
        told: null,
        target: { name: 'web1', config, stopTimeoutMs: 1, root: { path: image, format: 'raw', mount: '' }, data: [] },
      }),
    );
    expect(await refusal(rescue({ close: true }))).toMatch(/both .*web1\.cfg and/);
    expect(existsSync(`${config}.in-rescue`)).toBe(true);
  });
  it('faults of its filesystem are mended only with --yes', async () => {
    const { rescue, image, said, leftovers } = host();
    run('sh', '-c', 'debugfs -w -R "clri <2>" "$1" 2>&1', 'sh', image);
    run('sh', '-c', 'debugfs -w -R "ssv state 2" "$1" 2>&1', 'sh', image);
    expect(await refusal(rescue(files))).toMatch(/^5 rescue-failed: .*--yes lets it/);
    expect(leftovers()).toEqual([]);
    expect(await rescue({ ...files, yes: true }), said()).toBe(0);
    expect(leftovers()).toEqual([]);
  });
  it('--dry-run was given: what would be done is said', async () => {
    const made = host();
    runs(made);
    expect(await made.rescue({ ...files, dryRun: true })).toBe(0);
    expect(made.said()).toMatch(/xl shutdown[^]*moved aside[^]*web1\.img: ext4/);
    expect(made.xlLog()).not.toContain('shutdown');
    expect(made.leftovers()).toEqual([]);
  });
  it('--dry-run was given: that is said in the language of whoever asks', async () => {
    const made = host();
    runs(made);
    const t = await loadTranslator('de');
    let said = '';
    const hear = (text: string): void => {
      said += text;
    };
    const io = { readText: async () => '', out: hear, err: hear, interactive: false };
    const options = { trusted: true, command: 'update-grub', dryRun: true } as const;
    await domuRescue('web1', options, io, worldIn(made.home), { words: (message) => say(message, t) });
    expect(said.replaceAll(made.home, '')).toMatch(
      new RegExp(
        [
          '^Rettung von web1:',
          '  xl shutdown; dafür hat sie 1 Sekunde',
          '  solange kann niemand sie starten: /etc-xen/web1.cfg wird beiseitegelegt',
          'Der Kernel der Dom0 prüft \\(fsck\\) .*:',
          '  /web1.img: ext4 [0-9a-f-]{36}',
          'Dann dies in ihrem eigenen System \\(chroot\\): update-grub; danach wird alles geschlossen.\n$',
        ].join('\n'),
      ),
    );
  });
});

function saysFormat({ home, image, config }: RescueHost, format: string): void {
  run('rm', join(home, 'domus', 'web1.json'));
  writeFileSync(config, `name = "web1"\ndisk = ['format=${format}, vdev=xvda, access=rw, target=${image}']\n`);
}

function signature(image: string, text: string, at: number): void {
  run('dd', 'if=/dev/zero', `of=${image}`, 'bs=1M', 'count=24', 'status=none');
  const bytes = Buffer.from(text, 'latin1').toString('hex').replaceAll(/../g, '\\x$&');
  run('bash', '-c', `printf '${bytes}' | dd of="$1" bs=1 seek=${at} conv=notrunc status=none`, 'bash', image);
}
