/** The quick start with a pretend engine: what it asks, says and leaves; and once in a real terminal. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { afterAll, describe, expect, test } from 'vitest';
import { quickstart, type QuickstartParts } from '../../src/commands/quickstart/run.ts';
import { XenwrightError } from '../../src/errors.ts';
import { checkProfile } from '../../src/check/check.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { IMPORT_TEXT } from '../assets.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example';
const HASH = `$6$abcdefgh$${'a'.repeat(86)}`;

interface Play {
  readonly code: number;
  readonly said: string;
  readonly done: readonly string[];
  readonly written: ReadonlyMap<string, string>;
}

async function play(answer: string | null, changes: Partial<QuickstartParts> = {}, interactive = true): Promise<Play> {
  let said = '';
  const done: string[] = [];
  const written = new Map<string, string>();
  const io = {
    readText: async () => '',
    out: (text: string) => {
      said += text;
    },
    err: (text: string) => {
      said += text;
    },
    interactive,
  };
  const code = await quickstart(io, {
    emulates: true,
    provideTools: async () => undefined,
    install: async () => {
      done.push('install');
      return 0;
    },
    boot: async () => {
      done.push('boot');
      return 0;
    },
    ask: async (question) => {
      said += question;
      done.push('ask');
      return answer;
    },
    ownPublicKeys: async () => [KEY],
    hashPassword: async () => HASH,
    exists: async (path) => written.has(path),
    writePrivate: async (path, text) => {
      written.set(path, text);
    },
    ...changes,
  });
  return { code, said, done, written };
}

const errorsOf = (text: string): readonly string[] => {
  const { profile, findings } = loadProfile(text, 'xen-host.yaml');
  return profile === null
    ? findings.map(({ message }) => message)
    : checkProfile(profile, null)
        .filter(({ severity }) => severity === 'error')
        .map(({ message }) => message);
};

describe('the quick start', () => {
  test("makes a sound profile with the user's own key", async () => {
    const { said, written, done } = await play('n');
    const text = written.get('xen-host.yaml') ?? '';
    expect(errorsOf(text)).toEqual([]);
    expect(text).toContain(KEY);
    expect(text).not.toContain('passwordHash');
    expect(said).toContain('1 public key found in ~/.ssh');
    expect(done).toEqual(['install', 'ask']);
  });

  test('says pv in the profile where the machine will be emulated, why, and what is right on real hardware', async () => {
    const { said, written } = await play('n');
    const text = written.get('xen-host.yaml') ?? '';
    expect(loadProfile(text, 'xen-host.yaml').profile?.domus).toMatchObject([{ name: 'web1', type: 'pv' }]);
    expect(text).toMatch(/- name: web1\n( +#.*\n)+ +type: pv\n$/);
    expect(text).toMatch(/# .*emulates a whole machine[^]*# On real hardware take this line out/);
    expect(said).toMatch(/web1 is PV: .*emulated whole.* For real hardware take {2}type: pv {2}out\./);
    // Taken out, it is the profile of any machine.
    const without = loadProfile(text.replace(/^ +type: pv\n/m, ''), 'xen-host.yaml').profile;
    expect(without?.domus).toMatchObject([{ name: 'web1', type: 'auto' }]);
  });

  test('leaves the type to the machine where it will not be', async () => {
    const { said, written } = await play('n', { emulates: false });
    expect(loadProfile(written.get('xen-host.yaml') ?? '', 'xen-host.yaml').profile?.domus).toMatchObject([
      { name: 'web1', type: 'auto' },
    ]);
    expect(said + written.get('xen-host.yaml')).not.toMatch(/PV|emulated whole/);
  });

  test('leaves out what is no key that lets anybody in', async () => {
    const { written, said } = await play('n', {
      ownPublicKeys: async () => [
        'ssh-dss AAAAB3NzaC1kc3MAAACBAP old',
        KEY,
        'ssh-ed25519-cert-v01@openssh.com AAAA cert',
      ],
    });
    expect(errorsOf(written.get('xen-host.yaml') ?? '')).toEqual([]);
    expect(said).toContain('1 public key found');
    expect((await play('n', { ownPublicKeys: async () => ['ssh-dss AAAAB3NzaC1kc3MAAACBAP old'] })).said).toContain(
      'one-time password',
    );
  });

  test('has its tools before it hashes, writes or installs anything', async () => {
    const order: string[] = [];
    const note = (what: string) => async (): Promise<never> => {
      order.push(what);
      throw new XenwrightError({ code: 'tools-missing', exit: 4, message: what });
    };
    await expect(
      play('y', {
        provideTools: note('tools'),
        ownPublicKeys: note('keys'),
        hashPassword: note('hash'),
        writePrivate: note('write'),
        install: note('install'),
      }),
    ).rejects.toMatchObject({ code: 'tools-missing' });
    expect(order).toEqual(['tools']);
  });

  test('without a key shows a one-time password on screen, and writes only its hash', async () => {
    let password = '';
    const { said, written } = await play('y', {
      ownPublicKeys: async () => [],
      hashPassword: async (text) => {
        password = text;
        return HASH;
      },
    });
    expect(password).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
    expect(said).toContain(`one-time password  ${password}  `);
    expect(errorsOf(written.get('xen-host.yaml') ?? '')).toEqual([]);
    expect(written.get('xen-host.yaml')).toContain(HASH);
    expect(written.get('xen-host.yaml')).not.toContain(password);
  });

  test("never changes a profile that is there: it is the user's, and what was begun goes on with it", async () => {
    const { said, written, done } = await play('n', { exists: async () => true, ownPublicKeys: async () => [] });
    expect([...written]).toEqual([]);
    expect(said).toContain('your xen-host.yaml, as it is');
    expect(said).not.toContain('web1 is PV');
    expect(said).not.toContain('one-time');
    expect(done).toEqual(['install', 'ask']);
  });

  test.each([
    ['', true],
    ['y', true],
    ['Yes ', true],
    ['n', false],
    ['what?', false],
    [null, false],
  ])('boots for the answer %j: %j', async (answer, boots) => {
    const { done, said, code } = await play(answer);
    expect([done.includes('boot'), code]).toEqual([boots, 0]);
    expect(said).toMatch(/npm start -- boot --console xen-host.img .*\n(.*\n)+$/);
  });

  test('asks nothing where nobody could answer', async () => {
    expect((await play('y', {}, false)).done).toEqual(['install']);
  });

  test('an install that did not end well is not booted, and its exit code stays', async () => {
    expect(await play('y', { install: async () => 130 })).toMatchObject({ code: 130, done: [] });
  });

  test.each(['already-installed', 'other-plan', 'image-exists'])(
    'what is in the way (%s) is said with how to boot it and how to be rid of it',
    async (code) => {
      const error = new XenwrightError({ code, exit: 4, message: 'in the way' });
      await expect(
        play('y', {
          install: async () => {
            throw error;
          },
        }),
      ).rejects.toMatchObject({
        code,
        exit: 4,
        message: 'in the way',
        hint: expect.stringMatching(
          /npm start -- boot --console xen-host.img[^]*rm -rf xen-host.img xen-host.img.xenwright && npm start -- quickstart/,
        ) as string,
      });
    },
  );
});

describe('in a terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xenwright-quickstart-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Plays with a real terminal, real keys and a pretend engine; `keys` are typed when the question is there. */
  async function inTerminal(keys: string): Promise<{ readonly text: string; readonly code: number }> {
    const terminal = spawn(process.execPath, [...IMPORT_TEXT, join(import.meta.dirname, 'quickstart-play.ts')], {
      cwd: folder,
      cols: 80,
      rows: 24,
      env: { PATH: process.env['PATH'], HOME: folder },
    });
    let [text, typed] = ['', false];
    terminal.onData((data) => {
      text += data;
      if (typed || !text.includes('[Y/n]')) return;
      typed = true;
      terminal.write(keys);
    });
    return await new Promise((resolve) => {
      terminal.onExit(({ exitCode }) => resolve({ text, code: exitCode }));
    });
  }

  test.each([
    ['Enter', '\r', true],
    ['n', 'n\r', false],
    ['Ctrl-C', '\u0003', false],
    ['Ctrl-D', '\u0004', false],
  ])('%s ends it well', async (_, keys, boots) => {
    const { text, code } = await inTerminal(keys);
    expect([text.includes('PRETEND BOOT'), code], text).toEqual([boots, 0]);
    expect(text).toContain('What you can do with it:');
    expect(text).not.toMatch(/Error|at file:/);
  });

  test('the password it showed is the one whose hash it wrote, in a file that only its owner can read', async () => {
    rmSync(join(folder, 'xen-host.yaml'), { force: true });
    const { text } = await inTerminal('n\r');
    const password = /one-time password {2}(\S+)/.exec(text)?.[1] ?? '';
    const hash = /passwordHash: "(\$6\$([^$]+)\$[^"]+)"/.exec(readFileSync(join(folder, 'xen-host.yaml'), 'utf8'));
    expect(
      execFileSync('openssl', ['passwd', '-6', '-salt', hash?.[2] ?? '', '-stdin'], {
        input: password,
        encoding: 'utf8',
      }).trim(),
    ).toBe(hash?.[1]);
    expect(statSync(join(folder, 'xen-host.yaml')).mode & 0o777).toBe(0o600);
  });
});
