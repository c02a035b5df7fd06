import { afterEach, expect, test, vi } from 'vitest';
import { EXIT, XenwrightError } from '../../../src/errors.ts';
import {
  bootTools,
  BUILD_TOOLS,
  DISC_TOOLS,
  DISK_TOOLS,
  HTTPS_TOOLS,
  IMAGE_TOOLS,
  MEDIUM_TOOLS,
  provideTools,
  SIGNATURE_TOOLS,
  type ToolPorts,
  type Wanted,
} from '../../../src/system/process/provide-tools.ts';
import { packageFor } from '../../../src/system/process/tool-packages.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A system that has these tools; what it installs brings `brought`. */
function rescue(
  has: readonly string[],
  changes: Partial<ToolPorts> & { readonly brought?: readonly string[]; readonly answer?: string | null } = {},
) {
  const tools = new Set(has);
  const ran: string[] = [];
  const asked: string[] = [];
  let told = '';
  const system: Omit<ToolPorts, 'tell'> = {
    has: (tool) => tools.has(tool),
    isRoot: true,
    run: async (argv) => {
      ran.push(argv.join(' '));
      for (const tool of changes.brought ?? ['sgdisk', 'mmdebstrap']) tools.add(tool);
    },
    ask: async (question) => {
      asked.push(question);
      return changes.answer ?? null;
    },
    ...changes,
  };
  return {
    ran,
    asked,
    told: () => told,
    provide: (mayAsk: boolean) =>
      provideTools(
        { sgdisk: 'partitions disks', mmdebstrap: 'builds systems', tar: 'unpacks' },
        {
          mayAsk,
          tell: (text) => {
            told += text;
          },
        },
        system,
      ),
  };
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
  expect(ran).toEqual([
    'apt-get -q update -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300',
    expect.stringMatching(/^apt-get -q install -y --no-install-recommends .* gdisk mmdebstrap$/),
  ]);
});

test.each(['', 'n', null])('the answer %j installs nothing, and ends with the commands to type', async (answer) => {
  const { provide, ran } = rescue(['apt-get', 'tar'], { answer });
  await expect(provide(true)).rejects.toMatchObject({
    code: 'tools-missing',
    exit: 4,
    lastLines: ['sgdisk: partitions disks', 'mmdebstrap: builds systems'],
    hint: expect.stringContaining('gdisk mmdebstrap'),
    said: {
      id: 'tools-missing.declined',
      lines: [
        { id: 'tools-missing.tool', values: { tool: 'sgdisk', purpose: 'partitions disks' } },
        { id: 'tools-missing.tool', values: { tool: 'mmdebstrap', purpose: 'builds systems' } },
      ],
    },
  });
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
  await expect(other.provide(false)).rejects.toMatchObject({
    message: expect.stringContaining('neither apt-get nor dnf'),
    hint: expect.stringContaining('gdisk, mmdebstrap'),
  });
  const user = rescue(['apt-get', 'tar'], { isRoot: false });
  await expect(user.provide(false)).rejects.toMatchObject({ message: expect.stringContaining('only root') });
  expect([...other.ran, ...user.ran]).toEqual([]);
});

test('what is not there afterwards is named', async () => {
  await expect(rescue(['apt-get', 'tar'], { brought: ['sgdisk'] }).provide(false)).rejects.toMatchObject({
    exit: 4,
    message: expect.stringMatching(/^mmdebstrap cannot be found/),
  });
});

test('started by npm, which sets up whatever is missing, nobody is asked', async () => {
  const { provide, ran, asked, told } = rescue(['apt-get', 'tar'], { setsUp: true });
  await provide(true);
  expect([asked, ran.length]).toEqual([[], 2]);
  expect(told()).toContain('Installing gdisk mmdebstrap with apt-get.\n');
});

test('packages that cannot be had are a refusal, with what the manager of packages said and the commands to type', async () => {
  const run = async (): Promise<never> => {
    throw new XenwrightError({
      code: 'command-failed',
      exit: EXIT.action,
      message: 'apt-get ended with exit code 100',
      lastLines: ['E: no network'],
    });
  };
  await expect(rescue(['apt-get', 'tar'], { run }).provide(false)).rejects.toMatchObject({
    code: 'tools-missing',
    exit: 4,
    message: expect.stringMatching(/^gdisk mmdebstrap could not be installed: /),
    lastLines: ['E: no network'],
    hint: expect.stringContaining('apt-get install --no-install-recommends gdisk mmdebstrap'),
  });
});

test('who stops it has stopped the command, not been refused', async () => {
  const run = async (): Promise<never> => {
    throw new XenwrightError({ code: 'interrupted', exit: EXIT.interrupted, message: 'stopped' });
  };
  await expect(rescue(['apt-get', 'tar'], { run }).provide(false)).rejects.toMatchObject({ exit: 130 });
});

test('a slow network does not look like a standstill: a line now and then says how far it is', async () => {
  vi.useFakeTimers();
  const { provide, told } = rescue(['apt-get', 'tar'], {
    has: (() => {
      let asked = 0;
      return (tool: string) => tool === 'apt-get' || ++asked > 3;
    })(),
    run: async (_, onLine) => {
      for (let second = 0; second < 12; second++) {
        onLine(`Get:${second + 1} http://deb.example/debian trixie/main amd64 package-${second} amd64 1.0 [34 kB]`);
        onLine('Reading package lists...');
        vi.advanceTimersByTime(1000);
      }
      onLine('Setting up gdisk (1.0.10) ...');
    },
  });
  await provide(false);
  expect(told().match(/^ {2}(fetching|setting up) .*$/gm)).toEqual([
    '  fetching package-5',
    '  fetching package-10',
    '  fetching package-5',
    '  fetching package-10',
  ]);
});

const packagesOf = (...sets: readonly Wanted[]): Set<string> =>
  new Set(sets.flatMap((set) => Object.keys(set).map((tool) => packageFor(tool, 'apt'))));

test('an install into an image that is booted has all its packages, those of UEFI and of what is thrown away among them', () => {
  expect(packagesOf(IMAGE_TOOLS, BUILD_TOOLS, bootTools({ firmware: 'uefi', scratch: true }))).toEqual(
    new Set([
      'mmdebstrap',
      'apt',
      'gpgv',
      'debian-archive-keyring',
      'tar',
      'util-linux',
      'mount',
      'e2fsprogs',
      'openssl',
      'qemu-system-x86',
      'qemu-utils',
      'ovmf',
    ]),
  );
  expect([...packagesOf(bootTools({ firmware: 'bios' }))]).toEqual(['qemu-system-x86', 'util-linux']);
});

test('SSH to what is booted comes along only where packages are installed without a question', () => {
  const console = { firmware: 'bios', console: true } as const;
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect(bootTools(console)).not.toHaveProperty('ssh');
  vi.stubEnv('XENWRIGHT_SETS_UP', '1');
  expect(bootTools(console)).toHaveProperty('ssh');
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  expect(bootTools(console)).not.toHaveProperty('ssh');
});

test('for every tool that is asked for both managers have a package', () => {
  vi.stubEnv('XENWRIGHT_SETS_UP', '1');
  for (const tool of Object.keys({
    ...BUILD_TOOLS,
    ...DISK_TOOLS,
    ...IMAGE_TOOLS,
    ...MEDIUM_TOOLS,
    ...DISC_TOOLS,
    ...HTTPS_TOOLS,
    ...SIGNATURE_TOOLS,
    ...bootTools({ firmware: 'uefi', scratch: true, console: true }),
  }))
    for (const manager of ['apt', 'dnf'] as const) expect(packageFor(tool, manager)).toMatch(/^[a-z]/);
});
