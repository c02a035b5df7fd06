/** `xenwright medium build`: a boot medium from Debian's packages, with this very program on it. */
import { resolve } from 'node:path';
import { EXIT, XenwrightError } from '../../errors.ts';
import { probeFacts } from '../../facts/probe.ts';
import { buildMedium } from '../../medium/build/build-medium.ts';
import { buildLiveTree, LIVE_RELEASE, liveSpec } from '../../medium/build/live-tree.ts';
import { buildSources, installedSources } from '../../plan/sources.ts';
import { ownProgram } from '../../system/own-program.ts';
import { builderContext } from '../../system/builder-context.ts';
import type { CommandIo } from '../../system/process-io.ts';
import { systemProbe } from '../../system/probe-port.ts';

export interface MediumBuildOptions {
  readonly output: string; readonly netboot?: string; readonly firmware: boolean; readonly serial?: string; readonly keyboard?: string; readonly onError?: string;
  readonly profile?: string; readonly pubkey?: string; readonly tlsFingerprint?: string; readonly set: readonly string[];
}

/** Builds the medium; progress goes to standard error. */
export async function mediumBuild(options: MediumBuildOptions, io: CommandIo): Promise<number> {
  const facts = await probeFacts(systemProbe());
  const source = { mirror: 'auto', securityMirror: 'auto', components: ['main', 'non-free-firmware'], keyring: null, extra: [], medium: null, copyMedium: false, serveMedium: false } as const;
  const spec = liveSpec(buildSources(source, LIVE_RELEASE, facts), null, options.firmware);
  const context = builderContext('medium', (line) => io.err(`${line}\n`));
  const tar = await buildLiveTree(spec, context);
  await buildMedium({
    output: resolve(options.output), netboot: options.netboot === undefined ? null : resolve(options.netboot), boot: { serial: serialOf(options.serial), kernelWords: [] }, keyboard: options.keyboard ?? null,
    aptSources: installedSources(source, LIVE_RELEASE, facts), node: process.execPath, program: programFile(), files: {},
  }, tar, context);
  return EXIT.done;
}

function serialOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^tty[A-Z]+\d+(,\d+[a-z0-9]*)?$/.test(text)) return text.includes(',') ? text : `${text},115200`;
  throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: `--serial ${text}: not a serial console`, hint: 'write it like ttyS0 or ttyS0,115200' });
}

/** The medium has a Node.js of its own: what it carries is the bundle. */
function programFile(): string {
  const { script } = ownProgram();
  if (script === null) throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: 'the single executable cannot make a medium yet', hint: 'run medium build with the bundle: node xenwright.mjs medium build' });
  return script;
}
