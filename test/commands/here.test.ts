/** What `xenwright` opens where no command is named. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { here } from '../../src/commands/here/run.ts';
import { commandLine } from '../../src/command-line/program.ts';
import { isHost } from '../../src/system/host/is-host.ts';
import type { CommandIo } from '../../src/system/process/process-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-here-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string, text?: string): string => {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
};

test.each([
  ['Dom0 of any Xen host', at('capabilities', 'control_d\n'), at('no-profile'), true],
  ['a DomU', at('none', '\n'), at('no-profile'), false],
  ['a system without Xen', at('no-capabilities'), at('no-profile'), false],
  ['a host of Xenwright that came up without Xen', at('no-capabilities'), at('profile', 'version: 1\n'), true],
])('%s', (_, capabilities, profile, wanted) => {
  expect(isHost(capabilities, profile)).toBe(wanted);
});

/** Without a terminal both refuse, each in its own words. */
const io: CommandIo = { readText: async () => '', out: () => undefined, err: () => undefined, interactive: false };
const opened = async (given: object, asHost: boolean): Promise<string> =>
  await here(given, io, () => asHost).then(
    (code) => String(code),
    (error: unknown) => (error as { message: string }).message,
  );

test('on a host its screen, elsewhere the wizard', async () => {
  expect(await opened({}, true)).toBe("the host's screen needs a terminal");
  expect(await opened({ screenReader: true }, true)).toBe("the host's screen needs a terminal");
  expect(await opened({}, false)).toBe('the wizard needs a terminal');
});

test.each([[{ profile: 'p.yaml' }], [{ image: 'x.img' }], [{ demo: true }]])(
  'an option of the wizard opens the wizard on a host, too: %j',
  async (given) => {
    expect(await opened(given, true)).toBe('the wizard needs a terminal');
  },
);

test.each([
  [['wizard'], 'the wizard needs a terminal'],
  [['host'], "the host's screen needs a terminal"],
])('xenwright %j', async (words, refusal) => {
  const cli = commandLine(io, () => undefined);
  await expect(cli.parseAsync(words, { from: 'user' })).rejects.toMatchObject({ message: refusal, exit: 2 });
});

test('host takes no verb that does not exist, and its verbs are its own', async () => {
  const said: string[] = [];
  const note = (text: string): void => {
    said.push(text);
  };
  for (const words of [
    ['host', 'sttus'],
    ['host', 'status', 'x'],
  ]) {
    const cli = commandLine({ ...io, out: note, err: note }, () => undefined);
    await expect(cli.parseAsync(words, { from: 'user' })).rejects.toThrow();
  }
  expect(said.join('')).toContain("unknown command 'sttus'");
  expect(said.join('')).toContain('Did you mean status?');
  expect(said.join('')).toContain('too many arguments');
});
