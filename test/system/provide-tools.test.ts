import { expect, test } from 'vitest';
import { BUILD_TOOLS, DISK_TOOLS, IMAGE_TOOLS, MEDIUM_TOOLS, provideTools, type ToolPorts } from '../../src/system/provide-tools.ts';
import { packageFor } from '../../src/system/tool-packages.ts';

/** A system that has these tools; what it installs brings `brought`. */
function rescue(has: readonly string[], changes: Partial<ToolPorts> & { readonly brought?: readonly string[]; readonly answer?: string | null } = {}) {
  const tools = new Set(has);
  const ran: string[] = [];
  const asked: string[] = [];
  let told = '';
  const system: Omit<ToolPorts, 'tell'> = {
    has: (tool) => tools.has(tool), isRoot: true,
    run: async (argv) => { ran.push(argv.join(' ')); for (const tool of changes.brought ?? ['sgdisk', 'mmdebstrap']) tools.add(tool); },
    ask: async (question) => { asked.push(question); return changes.answer ?? null; }, ...changes,
  };
  return { ran, asked, told: () => told, provide: (mayAsk: boolean) => provideTools({ sgdisk: 'partitions disks', mmdebstrap: 'builds systems', tar: 'unpacks' }, { mayAsk, tell: (text) => { told += text; } }, system) };
}

test('where all is there nothing is said, asked or done', async () => {
  const { provide, ran, asked, told } = rescue(['sgdisk', 'mmdebstrap', 'tar']);
  await provide(true);
  expect([ran, asked, told()]).toEqual([[], [], '']);
});

test('what is missing is named with its purpose, and installed when a person agrees', async () => {
  const { provide, ran, asked, told } = rescue(['apt-get', 'tar'], { answer: 'y' });
  await provide(true);
  expect(told()).toContain('  sgdisk: partitions disks\n  mmdebstrap: builds systems\n');
  expect(asked).toEqual(['Install gdisk mmdebstrap on this system, with apt-get? [y/N] ']);
  expect(ran).toEqual(['apt-get -q update', expect.stringMatching(/^apt-get -q install -y --no-install-recommends .* gdisk mmdebstrap$/)]);
});

test.each(['', 'n', null])('the answer %j installs nothing, and ends with the commands to type', async (answer) => {
  const { provide, ran } = rescue(['apt-get', 'tar'], { answer });
  await expect(provide(true)).rejects.toMatchObject({ code: 'tools-missing', exit: 4, lastLines: ['sgdisk: partitions disks', 'mmdebstrap: builds systems'], hint: expect.stringContaining('gdisk mmdebstrap') });
  expect(ran).toEqual([]);
});

test('with nobody to ask it is installed without a question, by dnf where that is the manager', async () => {
  const { provide, ran, asked } = rescue(['dnf', 'tar']);
  await provide(false);
  expect(asked).toEqual([]);
  expect(ran).toEqual(['dnf install -y --setopt=install_weak_deps=False gdisk mmdebstrap']);
});

test('a system without a manager we know, and one who is not root, are told and left alone', async () => {
  const other = rescue(['pacman', 'tar']);
  await expect(other.provide(false)).rejects.toMatchObject({ message: expect.stringContaining('neither apt-get nor dnf'), hint: expect.stringContaining('gdisk, mmdebstrap') });
  const user = rescue(['apt-get', 'tar'], { isRoot: false });
  await expect(user.provide(false)).rejects.toMatchObject({ message: expect.stringContaining('only root') });
  expect([...other.ran, ...user.ran]).toEqual([]);
});

test('what is not there afterwards is named', async () => {
  await expect(rescue(['apt-get', 'tar'], { brought: ['sgdisk'] }).provide(false)).rejects.toMatchObject({ exit: 4, message: expect.stringMatching(/^mmdebstrap cannot be found/) });
});

test('for every tool that is asked for both managers have a package', () => {
  for (const tool of Object.keys({ ...BUILD_TOOLS, ...DISK_TOOLS, ...IMAGE_TOOLS, ...MEDIUM_TOOLS })) for (const manager of ['apt', 'dnf'] as const) expect(packageFor(tool, manager)).toMatch(/^[a-z]/);
});
