/** `xenwright domu` where it cannot do anything: it says why, and what does it instead. */
import { expect, test } from 'vitest';
import { RECIPE } from '../../../src/actions/base-store.ts';
import { domuAdd } from '../../../src/commands/domu/add/run.ts';
import { readHost } from '../../../src/host/domus/host.ts';
import { commandLine } from '../../../src/command-line/program.ts';
import { COMMANDS } from '../../../src/command-line/table.ts';
import type { SourceMedium } from '../../../src/facts/facts.ts';
import type { ProbePort } from '../../../src/facts/probe-port.ts';
import type { CommandIo } from '../../../src/system/process/process-io.ts';
import { common } from '../../actions/toy-base.ts';
import { imageFacts } from '../../plan/host.ts';

function ioTo(said: string[]): CommandIo {
  return {
    readText: async () => {
      throw new Error('nothing is read');
    },
    out: (text) => {
      said.push(text);
    },
    err: (text) => {
      said.push(text);
    },
    interactive: false,
  };
}

function portWith(files: Readonly<Record<string, string>>): ProbePort {
  return {
    read: async (path) => files[path] ?? null,
    readHex: async () => null,
    link: async () => null,
    run: async () => null,
    list: async (folder) =>
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
  };
}

test('a system that is no host is left alone, before SOURCE is read', async () => {
  await expect(domuAdd(['more.yaml'], {}, ioTo([]))).rejects.toMatchObject({
    code: process.getuid?.() === 0 ? 'not-a-host' : 'needs-root',
    exit: 4,
  });
});

test('a number of jobs that is none is wrong usage', async () => {
  await expect(domuAdd(['more.yaml'], { jobs: 'many' }, ioTo([]))).rejects.toMatchObject({ code: 'usage', exit: 2 });
});

test('a host that an earlier version has installed is refused with the reason', async () => {
  await expect(readHost(portWith({ '/etc/xenwright/profile.yaml': 'version: 1\n' }))).rejects.toMatchObject({
    code: 'not-a-host',
    message: expect.stringContaining('facts.json'),
  });
});

test('bases of this very recipe for DomUs are offered: those of the host, and those of the medium that the host does not have', async () => {
  const manifest = (hash: string, recipe: number, role = 'domu'): string =>
    JSON.stringify({ hash, recipe, base: { ...common, role } });
  const [store, medium] = ['/var/lib/xenwright/bases', '/var/lib/xenwright/medium/xenwright/bases'];
  const host = await readHost(
    portWith({
      '/etc/xenwright/profile.yaml': 'version: 1\n',
      '/var/lib/xenwright/facts.json': JSON.stringify(imageFacts()),
      [`${store}/aa/manifest.json`]: manifest('aa', RECIPE),
      [`${medium}/aa/manifest.json`]: manifest('aa', RECIPE),
      [`${medium}/bb/manifest.json`]: manifest('bb', RECIPE),
      [`${medium}/cc/manifest.json`]: manifest('cc', RECIPE - 1),
      [`${medium}/dd/manifest.json`]: manifest('dd', RECIPE, 'dom0'),
    }),
  );
  expect(host.facts(null).bundledBases?.map(({ hash }) => hash)).toEqual(['aa', 'bb']);
  expect(host.mediumBases.map(({ folder }) => folder)).toEqual([`${medium}/bb`]);
});

test('bases of the copy of a medium are offered only where all of the medium was vouched for, and it is still that one', async () => {
  const medium: SourceMedium = {
    source: 'copied',
    path: 'copied',
    id: '00ff',
    label: 'M',
    sizeBytes: 1,
    archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' }],
  };
  const offered = async (
    changes: Partial<SourceMedium>,
    found: string | null = '00ff',
    mounted = '/dev/mapper/vg_xen1-medium',
  ): Promise<number> => {
    const host = await readHost(
      portWith({
        '/etc/xenwright/profile.yaml': 'version: 1\n',
        '/var/lib/xenwright/facts.json': JSON.stringify({ ...imageFacts(), medium: { ...medium, ...changes } }),
        '/proc/self/mountinfo': `40 28 253:3 / ${mounted === '' ? '/mnt' : '/var/lib/xenwright/medium'} ro,relatime shared:9 - iso9660 ${mounted} ro\n`,
        '/var/lib/xenwright/medium/xenwright/bases/bb/manifest.json': JSON.stringify({
          hash: 'bb',
          recipe: RECIPE,
          base: { ...common, role: 'domu' },
        }),
      }),
      async (device) => (device === mounted ? found : null),
    );
    expect(host.facts(null).bundledBases?.length ?? 0).toBe(host.mediumBases.length);
    return host.mediumBases.length;
  };
  expect(await offered({ booted: true })).toBe(1);
  expect(await offered({ sha256: 'ab' })).toBe(1);
  // What hosts of earlier versions have kept.
  expect(await offered({ archives: [{ suite: 'trixie', components: ['main'], trust: 'manifest' }] })).toBe(1);
  // Debian's key says nothing of bases.
  expect(await offered({})).toBe(0);
  expect(await offered({ booted: true }, 'ee00')).toBe(0);
  expect(await offered({ booted: true }, null)).toBe(0);
  expect(await offered({ booted: true }, '00ff', '')).toBe(0);
});

const toCome = COMMANDS.flatMap((row) => (row.name === 'domu' && 'commands' in row ? row.commands : []))
  .filter((row) => 'isToCome' in row)
  .map(({ name }) => name);

test('seven verbs of domu are still to come', () => {
  expect(toCome).toHaveLength(7);
});

test.each(toCome)('domu %s is refused as not supported yet', async (verb) => {
  const said: string[] = [];
  const codes: number[] = [];
  await commandLine(ioTo(said), (code) => codes.push(code)).parseAsync(['domu', verb, 'web1', '--x'], { from: 'user' });
  expect(codes).toEqual([2]);
  expect(said.join('')).toMatch(new RegExp(`^xenwright domu ${verb}: not supported yet: \\w+`));
});
