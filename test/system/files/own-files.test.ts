/** What is kept is ours alone: nobody else has put it there, and nothing in it leads elsewhere. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  constants,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest';
import { keepImageSeed, keptImageSeed } from '../../../src/system/disk/image-files.ts';
import { adoptState } from '../../../src/system/disk/target-copy.ts';
import { makeFolder, openOwn, readOwn, writeOwn } from '../../../src/system/files/own-files.ts';
import { keepAnswers, keptAnswers } from '../../../src/system/run/answered.ts';
import { earlierFacts, journalLines, openState } from '../../../src/system/run/state.ts';
import { imageFacts } from '../../plan/host.ts';

const isRoot = process.getuid?.() === 0;
const SOMEBODY = 4242;
const RUN = '{"entry":"run","run":"r","planHash":"h"}\n';
let folder = '';
let victim = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-own-'));
  victim = join(folder, 'victim');
  writeFileSync(victim, 'untouched\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const unsafe = (message: RegExp): object => ({
  code: 'folder-unsafe',
  exit: 4,
  message: expect.stringMatching(message),
  hint: expect.stringContaining('--state'),
});

describe('a folder', () => {
  it('is made for its owner alone', async () => {
    const made = await makeFolder(join(folder, 'a/b'));
    expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  it('that is a link is refused, with where it leads', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'state'));
    await expect(makeFolder(join(folder, 'state'))).rejects.toMatchObject(unsafe(/symbolic link to .*real/));
  });

  it('that others can write to is refused, and the hint mends it', async () => {
    const path = join(folder, 'state');
    mkdirSync(path);
    chmodSync(path, 0o777);
    await expect(makeFolder(path)).rejects.toMatchObject(unsafe(/mode 0777/));
    execFileSync('chmod', ['go-w', path]);
    expect(await makeFolder(path)).toBe(path);
  });

  it.skipIf(!isRoot)("that is somebody else's is refused, unless they have become root by sudo", async () => {
    const path = join(folder, 'state');
    mkdirSync(path);
    chownSync(path, SOMEBODY, SOMEBODY);
    await expect(makeFolder(path)).rejects.toMatchObject(unsafe(/user ID 4242/));
    process.env['SUDO_UID'] = String(SOMEBODY);
    try {
      expect(await makeFolder(path)).toBe(path);
    } finally {
      delete process.env['SUDO_UID'];
    }
  });

  it.skipIf(!isRoot)("below somebody else's link is refused; below one of the administrator's it is not", async () => {
    mkdirSync(join(folder, 'real'));
    for (const [name, owner] of [
      ['theirs', SOMEBODY],
      ['ours', 0],
    ] as const) {
      symlinkSync(join(folder, 'real'), join(folder, name));
      execFileSync('chown', ['--no-dereference', String(owner), join(folder, name)]);
    }
    await expect(makeFolder(join(folder, 'theirs/state'))).rejects.toMatchObject(unsafe(/user ID 4242/));
    expect(existsSync(join(folder, 'real/state'))).toBe(false);
    await makeFolder(join(folder, 'ours/state'));
  });
});

describe('every file that is kept', () => {
  const FILES = ['journal.ndjson', 'events.ndjson', 'log.txt', 'facts.json', 'plan.json', 'answered.json', 'seed'];
  const uses: Readonly<Record<string, (state: string) => Promise<unknown>>> = {
    'is opened': async (state) => {
      const opened = await openState(state);
      try {
        await opened.writePlan({ hash: 'h' });
        await opened.writeFacts(imageFacts());
      } finally {
        await opened.close();
      }
    },
    'is read': async (state) => [await journalLines(state), await earlierFacts(state), await keptAnswers(state, 'x')],
    'gets answers': async (state) => await keepAnswers(state, 'x', 'y'),
    'gets a seed': async (state) => await keepImageSeed(state.replace(/\.xenwright$/, ''), 'ab'.repeat(32)),
    'gives its seed': async (state) => await keptImageSeed(state.replace(/\.xenwright$/, '')),
  };

  it.each(FILES)('%s as a link is neither followed nor written through, by whatever is done', async (name) => {
    for (const use of Object.values(uses)) {
      const state = join(folder, 'image.xenwright');
      mkdirSync(state, { mode: 0o700 });
      if (name !== 'journal.ndjson') writeFileSync(join(state, 'journal.ndjson'), RUN, { mode: 0o600 });
      symlinkSync(victim, join(state, name));
      const end = await use(state).then(
        () => null,
        (error: unknown) => error,
      );
      if (end !== null) expect(end).toMatchObject(unsafe(/symbolic link/));
      expect(readFileSync(victim, 'utf8')).toBe('untouched\n');
      rmSync(state, { recursive: true });
    }
  });

  it('as a folder, a pipe or a device is refused, and nothing waits for it', async () => {
    const state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    mkdirSync(join(state, 'folder'));
    execFileSync('mkfifo', [join(state, 'pipe')]);
    await expect(readOwn(join(state, 'pipe'))).rejects.toMatchObject(unsafe(/not an ordinary file/));
    await expect(writeOwn(join(state, 'folder'), 'x')).rejects.toMatchObject(unsafe(/not an ordinary file/));
  });

  it.skipIf(!isRoot)("that is somebody else's, or that others can write, is not believed", async () => {
    const state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    const journal = join(state, 'journal.ndjson');
    writeFileSync(journal, RUN, { mode: 0o600 });
    chownSync(journal, SOMEBODY, SOMEBODY);
    await expect(journalLines(state)).rejects.toMatchObject(unsafe(/user ID 4242/));
    chownSync(journal, 0, 0);
    chmodSync(journal, 0o666);
    await expect(journalLines(state)).rejects.toMatchObject(unsafe(/mode 0666/));
  });

  it("taken over from a disk that somebody brings does not bring this machine's files along", async () => {
    mkdirSync(join(folder, 'boot/xenwright/run'), { recursive: true });
    symlinkSync(victim, join(folder, 'boot/xenwright/run/facts.json'));
    const mount = { mount: async () => join(folder, 'boot'), unmount: async () => undefined };
    await expect(adoptState('/dev/x', join(folder, 'state'), mount)).rejects.toMatchObject({ code: 'folder-unsafe' });
    expect(existsSync(join(folder, 'state/facts.json'))).toBe(false);
  });
});

describe('somebody who wants in', () => {
  let state = '';
  beforeEach(() => {
    state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
  });

  it('has planted a hard link: what it leads to is not written to, and the hint mends it', async () => {
    linkSync(victim, join(state, 'journal.ndjson'));
    const error: unknown = await openState(state).catch((one: unknown) => one);
    expect(error).toMatchObject(unsafe(/hard link/));
    expect(readFileSync(victim, 'utf8')).toBe('untouched\n');
    execFileSync('sh', ['-e', '-c', /: {2}(.+?); or/.exec((error as { hint: string }).hint)?.[1] ?? 'exit 1']);
    await (await openState(state)).close();
    expect(readFileSync(victim, 'utf8')).toBe('untouched\n');
  });

  it('gets no torn last line cut off a file of ours by a hard link', async () => {
    linkSync(victim, join(state, 'events.ndjson'));
    writeFileSync(victim, 'no whole line');
    await openState(state).catch(() => undefined);
    expect(readFileSync(victim, 'utf8')).toBe('no whole line');
  });

  it('has the folder of a file lead elsewhere: it is told from the one that was meant', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere, { mode: 0o700 });
    renameSync(state, `${state}.moved`);
    symlinkSync(elsewhere, state);
    await expect(writeOwn(join(state, 'plan.json'), 'x')).rejects.toMatchObject(unsafe(/symbolic link to .*elsewhere/));
    await expect(openOwn(join(state, 'log.txt'), constants.O_WRONLY | constants.O_CREAT)).rejects.toMatchObject(
      unsafe(/symbolic link to .*elsewhere/),
    );
    expect(existsSync(join(elsewhere, 'plan.json'))).toBe(false);
  });

  it('can write to the folder of a file that is opened: it is refused, whoever has looked at it before', async () => {
    chmodSync(state, 0o777);
    await expect(writeOwn(join(state, 'plan.json'), 'x')).rejects.toMatchObject(unsafe(/mode 0777/));
  });

  it('has made a file longer than memory: it is not read', async () => {
    writeFileSync(join(state, 'facts.json'), '', { mode: 0o600 });
    truncateSync(join(state, 'facts.json'), 2 ** 40);
    await expect(readOwn(join(state, 'facts.json'))).rejects.toMatchObject(unsafe(/larger than 256 MiB/));
  });

  it.skipIf(!isRoot)('is told that they have no access, where that is all: no fault of the program', async () => {
    mkdirSync(join(folder, 'sub'));
    chmodSync(folder, 0o755);
    const script = [
      `import { openState } from ${JSON.stringify(join(import.meta.dirname, '../../../src/system/run/state.ts'))};`,
      'process.setgroups([]); process.setgid(4242); process.setuid(4242);',
      `for (const path of ${JSON.stringify([state, join(state, 'deeper'), join(folder, 'sub/new')])})`,
      '  await openState(path).catch(({ code, exit, hint }) => console.log(code, exit, hint.includes("sudo")));',
    ].join('\n');
    const said = execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      encoding: 'utf8',
    });
    expect(said.trim().split('\n')).toEqual(Array(3).fill('folder-unsafe 4 true'));
  });

  it('hears of an error by the names that people know', async () => {
    await expect(openOwn(join(state, 'none'), constants.O_RDONLY)).rejects.toThrow(`open '${join(state, 'none')}'`);
  });
});

describe.skipIf(!isRoot)('a share whose server takes root for nobody', () => {
  const NOBODY = 65_534;
  const NFS = 0x6969;
  // What root makes is nobody's there; that the filesystem is a share is said in place of the kernel.
  const onShare = async <T>(
    type: number,
    use: (own: typeof import('../../../src/system/files/own-files.ts')) => Promise<T>,
  ) => {
    vi.resetModules();
    vi.doMock('node:fs/promises', async (original) => {
      const real = await original<typeof import('node:fs/promises')>();
      return {
        ...real,
        statfs: async () => ({ type }),
        mkdir: async (path: string, options: object) => {
          const made = await real.mkdir(path, options);
          if (made !== undefined) chownSync(path, NOBODY, NOBODY);
          return made;
        },
        open: async (path: string, flags: number, mode?: number) => {
          const file = await real.open(path, flags, mode);
          if ((flags & constants.O_EXCL) !== 0) await file.chown(NOBODY, NOBODY);
          return file;
        },
      };
    });
    try {
      return await use(await import('../../../src/system/files/own-files.ts'));
    } finally {
      vi.doUnmock('node:fs/promises');
    }
  };

  it('keeps folders and files that can be used', async () => {
    await onShare(NFS, async (own) => {
      const state = await own.makeFolder(join(folder, 'state'));
      expect(statSync(state).uid).toBe(NOBODY);
      await own.writeOwn(join(state, 'plan.json'), 'x');
      expect(String(await own.readOwn(join(state, 'plan.json')))).toBe('x');
    });
  });

  it("is no reason to believe what is another user's there", async () => {
    mkdirSync(join(folder, 'theirs'));
    chownSync(join(folder, 'theirs'), SOMEBODY, SOMEBODY);
    await expect(onShare(NFS, (own) => own.makeFolder(join(folder, 'theirs')))).rejects.toMatchObject(
      unsafe(/user ID 4242/),
    );
  });

  it("is one where the kernel says so: on a disk of this machine nobody's files are nobody's", async () => {
    await expect(onShare(0xef53, (own) => own.makeFolder(join(folder, 'state')))).rejects.toMatchObject(
      unsafe(/user ID 65534/),
    );
  });
});

describe('what is damaged', () => {
  const write = (facts: string, journal = RUN): string => {
    const state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(join(state, 'journal.ndjson'), journal, { mode: 0o600 });
    writeFileSync(join(state, 'facts.json'), facts, { mode: 0o600 });
    return state;
  };

  it.each([
    ['', 'not JSON'],
    ['{"version":1,', 'not JSON'],
    ['\0\0\0', 'not JSON'],
    ['null', 'see'],
    ['[]', 'see'],
    [JSON.stringify({ ...imageFacts(), disks: [null] }), 'see disks[0]'],
    [JSON.stringify({ ...imageFacts(), cpu: {} }), 'see cpu.model'],
  ])('facts %j stop with what to do', async (facts, says) => {
    const state = write(facts);
    await expect(earlierFacts(state)).rejects.toMatchObject({
      code: 'state-damaged',
      exit: 4,
      message: expect.stringContaining(says),
      hint: expect.stringContaining(`mv ${state} ${state}.damaged`),
    });
  });

  it('nothing was begun where there is no journal yet, whatever the facts are', async () => {
    expect(await earlierFacts(write('{', ''))).toBeNull();
  });
});
