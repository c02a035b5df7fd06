/**
 * The package of the very program that runs, in the store of bases: what an install puts onto the host. It is made once
 * for each program; the single executable takes seconds for that, a checkout builds the executable first.
 */
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ActionContext, OwnPackage } from '../../actions/kind.ts';
import { EXIT, failure } from '../../errors.ts';
import { localFiles, statOrNull } from '../files/files.ts';
import { hashOfFile, hashOfProgram, isThereStill, removeOldTools } from '../files/stored-tools.ts';
import { ownProgram } from '../process/own-program.ts';
import { writeDeb } from './deb.ts';
import { packageOrigin, type Origin } from './origin.ts';

const TIMEOUT_MS = 20 * 60_000;
type Run = ActionContext['exec'];

/** Where it lies in a store. The appliance runs the same program, and so knows it by the same name. */
async function placeIn(store: string): Promise<string> {
  const { script, executable } = ownProgram();
  const hash = (await hashOfProgram(script ?? executable)).digest('hex').slice(0, 16);
  return join(store, `tools-${hash}.deb`);
}

/** Is it there? Then nothing has to be made. */
export async function hasOwnPackage(store: string): Promise<boolean> {
  return (await statOrNull(sumBeside(await placeIn(store)))) !== null;
}

const sumBeside = (path: string): string => `${path}.sha256`;

/**
 * Made, or taken from the medium, where it is not there. Throws `own-package` (exit 4): there is nothing to make it of;
 * (exit 6): what is there is not what was made.
 */
export async function ownPackage(
  store: string,
  run: Run,
  origin: () => Promise<Origin | null> = packageOrigin,
): Promise<OwnPackage> {
  const path = await placeIn(store);
  // Its sum is written last: where that is, the package is whole.
  if ((await isThereStill(path)) && (await isThereStill(sumBeside(path))))
    return await checked(path, (await localFiles.readText(sumBeside(path))).trim());
  const from = await origin();
  if (from === null) throw failure('own-package.none', EXIT.refused);
  await mkdir(store, { recursive: true });
  await removeOldTools(store);
  await rm(sumBeside(path), { force: true });
  const expected = await put(from, path, run);
  const made = await checked(path, expected ?? (await hashOfFile(path)).digest('hex'));
  await localFiles.writeText(sumBeside(path), `${made.sha256}\n`);
  return made;
}

/** Gives the sum that it must have, where somebody else has said so. */
async function put(origin: Origin, path: string, run: Run): Promise<string | null> {
  const options = { timeoutMs: TIMEOUT_MS };
  if (origin.from === 'executable') {
    const { executable, kit } = origin;
    await writeDeb({ kit, executable, outfile: path, run: (argv) => run(argv, options) });
    return null;
  }
  const partial = `${path}.partial-${process.pid}`;
  try {
    if (origin.from === 'medium') await run(['install', '-m', '0644', origin.path, partial], options);
    else await run([process.execPath, origin.script, '--output', partial], { ...options, cwd: dirname(origin.script) });
    await localFiles.rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  return origin.from === 'medium' ? origin.sha256 : null;
}

async function checked(path: string, sha256: string): Promise<OwnPackage> {
  if ((await hashOfFile(path)).digest('hex') === sha256) return { path, sha256 };
  throw failure('own-package.damaged', EXIT.source, { path });
}
