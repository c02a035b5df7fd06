/**
 * Can a release's packages be had from its archives? Asked as a build would, by mmdebstrap, which fetches the lists and
 * writes nothing.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aptOptions, DEBIAN_KEYRING, debLine } from '../../actions/base-common.ts';
import type { BaseSpec } from '../../plan/action.ts';
import { exec } from '../process/exec.ts';

const LIMIT_MS = 5 * 60_000;

/** Throws what the command says when they cannot. `login`: who apt is there, as apt_auth.conf(5); it goes by a file. */
export async function askArchives(common: BaseSpec, login = ''): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-ask-'));
  try {
    const options = join(folder, 'apt.conf');
    const netrc = join(folder, 'login.conf');
    if (login !== '') await writeFile(netrc, login, { mode: 0o600 });
    // Whether the lists are of date is the build's question.
    await writeFile(
      options,
      [
        ...aptOptions(common),
        'Acquire::Check-Valid-Until "false"',
        ...(login === '' ? [] : [`Dir::Etc::netrc "${netrc}"`]),
      ]
        .map((option) => `${option};\n`)
        .join(''),
      { mode: 0o600 },
    );
    const lines = common.sources
      .filter(({ uri }) => uri !== '')
      .map((source) => `${debLine(source)}\n`)
      .join('');
    await exec(askArguments(common, options, lines !== ''), {
      timeoutMs: LIMIT_MS,
      quiet: true,
      env: { TMPDIR: folder },
      ...(lines === '' ? {} : { input: lines }),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function askArguments({ architecture, release }: BaseSpec, options: string, isListed: boolean): string[] {
  return [
    'mmdebstrap',
    '--simulate',
    '--mode=root',
    '--variant=apt',
    '--format=tar',
    `--architectures=${architecture}`,
    `--keyring=${DEBIAN_KEYRING}`,
    `--aptopt=${options}`,
    release,
    '/dev/null',
    ...(isListed ? ['-'] : []),
  ];
}
