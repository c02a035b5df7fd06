/** Which tools a command asks for, and when it asks for none. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toolsForImage, toolsOfBuilds, toolsToBuild, toolsToLook, toolsToRead } from '../../src/install/tools.ts';
import { provideTools, type Wanted } from '../../src/system/process/provide-tools.ts';
import type { CommandIo } from '../../src/system/process/process-io.ts';
import { planOf } from '../plan/host.ts';

let isIso9660Known = true;
let hasBuilt = false;
vi.mock('../../src/system/process/provide-tools.ts', async (original) => ({
  ...(await original<object>()),
  provideTools: vi.fn(),
}));
vi.mock('../../src/system/process/exec.ts', async (original) => ({
  ...(await original<object>()),
  exec: async () => ({ exitCode: isIso9660Known ? 0 : 1, stdout: '', stderr: '' }),
}));
vi.mock('../../src/system/disk/work-space.ts', async (original) => ({
  ...(await original<object>()),
  hasBases: async () => hasBuilt,
  missingBases: async ({ actions }: { actions: readonly { kind: string }[] }) =>
    hasBuilt ? [] : actions.filter(({ kind }) => kind === 'base.build'),
}));
let origin: object | null = { from: 'sources', script: 'package.mjs' };
let hasPackage = false;
vi.mock('../../src/system/own-package/origin.ts', () => ({ packageOrigin: async () => origin }));
vi.mock('../../src/system/own-package/own-package.ts', () => ({ hasOwnPackage: async () => hasPackage }));
beforeEach(() => {
  [isIso9660Known, hasBuilt] = [true, false];
  [origin, hasPackage] = [{ from: 'sources', script: 'package.mjs' }, false];
  vi.spyOn(process, 'getuid').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.mocked(provideTools).mockReset();
});

const io: CommandIo = { readText: async () => '', out: () => undefined, err: () => undefined, interactive: true };
const asked = (): { readonly tools: readonly string[]; readonly mayAsk: boolean }[] =>
  vi.mocked(provideTools).mock.calls.map(([wanted, { mayAsk }]) => ({ tools: Object.keys(wanted), mayAsk }));
const tools = (): readonly string[] => asked().flatMap((one) => one.tools);

test('an image takes QEMU and no tool of disks, own disks those of disks and no QEMU; both what systems are built with', async () => {
  await toolsToLook({ image: ['x.img'] }, io);
  expect(tools()).toEqual(expect.arrayContaining(['qemu-system-x86_64', 'mke2fs', 'openssl', 'mmdebstrap', 'mount']));
  expect(tools()).not.toContain('sgdisk');
  vi.mocked(provideTools).mockReset();
  await toolsToLook({ image: [] }, io);
  expect(tools()).toEqual(expect.arrayContaining(['sgdisk', 'lvm', 'mdadm', 'mkfs.vfat', 'mmdebstrap']));
  expect(tools()).not.toContain('qemu-system-x86_64');
});

test('what follows the install is there before it begins', async () => {
  await toolsToLook({ image: ['x.img'], alsoNeeds: { 'qemu-img': 'keeps apart' } }, io);
  expect(tools()).toContain('qemu-img');
});

test('a host that does not get Xenwright itself asks for nothing that makes its package', async () => {
  await toolsToLook({ image: ['x.img'] }, io, { tools: false });
  expect(tools()).not.toContain('strip');
  await toolsToLook({ image: ['x.img'] }, io);
  expect(tools()).not.toContain('readelf');
});

test('where systems were built before, those to build are asked for once it is known that they are needed', async () => {
  hasBuilt = true;
  await toolsToLook({ image: ['x.img'] }, io);
  await toolsToBuild(planOf(), { image: ['x.img'] }, io);
  expect(tools()).not.toContain('mmdebstrap');
});

test('a profile that must be signed takes ssh-keygen, another one does not', async () => {
  await toolsToRead({ image: [] }, io);
  expect(asked()).toEqual([]);
  await toolsToRead({ image: [], pubkey: 'keys' }, io);
  expect(tools()).toEqual(['ssh-keygen']);
});

test('packages by https take the authorities that servers are verified by, by http they do not', async () => {
  await toolsToBuild(
    planOf([
      'host.source.mirror=http://mirror.example/debian',
      'host.source.securityMirror=http://mirror.example/security',
    ]),
    { image: [] },
    io,
  );
  expect(tools()).not.toContain('certificates');
  await toolsToBuild(planOf(['host.source.mirror=https://mirror.example/debian']), { image: [] }, io);
  expect(tools()).toContain('certificates');
});

test('a medium that the kernel cannot mount takes xorriso, before anything is written', async () => {
  const builds = planOf().actions.map((action) =>
    action.kind === 'base.build'
      ? { ...action, params: { ...action.params, medium: { id: 'm', from: '/x.iso', at: '/run/xenwright/media/m' } } }
      : action,
  );
  expect(await toolsOfBuilds(builds)).not.toHaveProperty('xorriso');
  isIso9660Known = false;
  expect(await toolsOfBuilds(builds)).toHaveProperty('xorriso');
  expect(await toolsOfBuilds(planOf().actions)).not.toHaveProperty('xorriso');
});

test.each<[string, object]>([
  ['a dry run', { dryRun: true }],
  ['the run behind a screen', { background: {} }],
])('%s asks for nothing', async (_, options) => {
  const all = { image: ['x.img'], pubkey: 'keys', ...options };
  await toolsToRead(all, io);
  await toolsToLook(all, io);
  await toolsToBuild(planOf(), all, io);
  expect(asked()).toEqual([]);
});

test('who is not root is told so later, and asked for nothing', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  await toolsToLook({ image: [] }, io);
  await toolsForImage('x.img', io);
  expect(asked()).toEqual([]);
});

test('a person is asked in a terminal, but not who has said --yes, and not by the quick start', async () => {
  await toolsToLook({ image: [] }, io);
  await toolsToLook({ image: [], yes: true }, io);
  await toolsToLook({ image: [] }, { ...io, interactive: false });
  await toolsForImage('x.img', io);
  expect(asked().map(({ mayAsk }) => mayAsk)).toEqual([true, false, false, false]);
  const last: Wanted | undefined = vi.mocked(provideTools).mock.lastCall?.[0];
  expect(Object.keys(last ?? {})).toEqual(
    expect.arrayContaining(['openssl', 'qemu-system-x86_64', 'mmdebstrap', 'setpriv']),
  );
});

test('what makes the package for the host is asked for with the rest, unless it was made, comes from the medium, or is not wanted', async () => {
  await toolsToLook({ image: ['x.img'] }, io, { tools: true });
  expect(tools()).toEqual(expect.arrayContaining(['strip', 'readelf', 'gzip']));
  const ofBuild = async (...changes: readonly string[]): Promise<readonly string[]> => {
    vi.mocked(provideTools).mockReset();
    await toolsToBuild(planOf(['host.tools=true', ...changes]), { image: ['x.img'] }, io);
    return tools();
  };
  expect(await ofBuild()).toEqual(expect.arrayContaining(['strip', 'readelf', 'gzip']));
  expect(await ofBuild('host.tools=false')).not.toContain('gzip');
  origin = { from: 'executable' };
  expect(await ofBuild()).toContain('gzip');
  expect(await ofBuild()).not.toContain('strip');
  origin = { from: 'medium' };
  expect(await ofBuild()).not.toContain('gzip');
  [origin, hasPackage] = [null, true];
  expect(await ofBuild()).not.toContain('gzip');
});

test('a program that has no package of itself is refused before the run, where the host shall have it', async () => {
  origin = null;
  await toolsToLook({ image: ['x.img'] }, io);
  await expect(toolsToBuild(planOf(['host.tools=true']), { image: ['x.img'] }, io)).rejects.toMatchObject({
    code: 'own-package',
    exit: 4,
  });
  await toolsToBuild(planOf(['host.tools=false']), { image: ['x.img'] }, io);
});
