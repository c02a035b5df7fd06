/** `xenwright medium build`: a boot medium from Debian's packages, with this very program on it. */
import { join, resolve } from 'node:path';
import { EXIT, failure } from '../../../errors.ts';
import { probeFacts } from '../../../facts/probe.ts';
import { buildMedium, manifestBeside, NETBOOT_FILES } from '../../../medium/build/build-medium.ts';
import { buildAll } from '../../../medium/build/bundle-bases.ts';
import { buildLiveTree, LIVE_RELEASE, liveSpec } from '../../../medium/build/live-tree.ts';
import { EMBEDDED_PROFILE, isRemoteSource, mediumJson } from '../../../medium/build/medium-json.ts';
import type { SecretRef } from '../../../plan/action.ts';
import { loadProfile } from '../../../profile/load.ts';
import { parseSource } from '../../../profile/source-ref.ts';
import { ownDistribution } from '../../../plan/distributions/table.ts';
import { statOrNull } from '../../../system/files/files.ts';
import { ownProgram } from '../../../system/process/own-program.ts';
import { piecesOf } from '../../../system/process/program-pieces.ts';
import { builderContext } from '../../../system/run/builder-context.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { MEDIUM_TOOLS, provideTools } from '../../../system/process/provide-tools.ts';
import { systemProbe } from '../../../system/process/probe-port.ts';
import { refuseOverlap } from '../../../system/disk/same-storage.ts';
import { toolsOfBuilds, toolsOfOrigin } from '../../../install/tools.ts';
import { buildsFor } from '../../../install/any-machine.ts';
import { keyboardOf } from '../../../medium/build/keyboard.ts';

export interface MediumBuildOptions {
  readonly output: string;
  readonly netboot?: string;
  readonly firmware: boolean;
  readonly serial?: string;
  readonly keyboard?: string;
  readonly lang?: string;
  readonly onError?: string;
  readonly bases: readonly string[];
  readonly pool: readonly string[];
  readonly profile?: string;
  readonly pubkey?: string;
  readonly tlsFingerprint?: string;
  readonly set: readonly string[];
  readonly allowClear: readonly string[];
}

/**
 * Builds the medium; the values of its options are sound (src/command-line/values). Progress goes to standard error,
 * the path and the manifest's to standard output.
 */
export async function mediumBuild(options: MediumBuildOptions, io: CommandIo): Promise<number> {
  if (process.getuid?.() !== 0) throw failure('not-root', EXIT.refused);
  await refuseLoss(options);
  const keyboard = options.keyboard === undefined ? null : keyboardOf(options.keyboard);
  const files = await embedded(options, io);
  // 42 MB that only a host which wants them is worth.
  const hasTools = loadProfile(files['profile.yaml'] ?? '', EMBEDDED_PROFILE).profile?.host.tools === true;
  await provideTools(
    { ...MEDIUM_TOOLS, ...(hasTools ? await toolsOfOrigin() : {}) },
    { mayAsk: io.interactive, tell: io.err },
  );
  const facts = await probeFacts(systemProbe());
  const bases = await buildsFor(options.bases, facts.aptSources, options.firmware, options.allowClear, io);
  const pool = await buildsFor(options.pool, facts.aptSources, options.firmware, options.allowClear, io);
  if (bases === null || pool === null) return EXIT.profile;
  await provideTools(await toolsOfBuilds([...bases.builds, ...pool.builds]), { mayAsk: io.interactive, tell: io.err });
  const source = {
    mirror: 'auto',
    securityMirror: 'auto',
    components: ['main', 'non-free-firmware'],
    keyring: null,
    extra: [],
    medium: null,
    copyMedium: false,
    serveMedium: false,
  } as const;
  const program = ownProgram();
  const context = {
    ...(await builderContext('medium', (line) => io.err(`${line}\n`))),
    secret: async ({ secret }: SecretRef) => bases.logins.get(secret) ?? pool.logins.get(secret) ?? '',
  };
  await buildAll([...bases.builds, ...pool.builds], context);
  const live = await buildLiveTree(
    liveSpec(ownDistribution.sources.forBuilding(source, LIVE_RELEASE, facts), null, options.firmware),
    context,
  );
  const output = resolve(options.output);
  await buildMedium(
    {
      output,
      netboot: options.netboot === undefined ? null : resolve(options.netboot),
      boot: { serial: options.serial ?? null, kernelWords: [] },
      keyboard,
      aptSources: ownDistribution.sources.installed(source, LIVE_RELEASE, facts, null),
      node: program.executable,
      bundle: program.script,
      pieces: program.script === null ? null : await piecesOf(program.script),
      files,
      release: LIVE_RELEASE,
      hasTools,
      bases: bases.builds,
      pool: pool.builds,
    },
    live,
    context,
  );
  io.out(`${output}\n${manifestBeside(output)}\n`);
  return EXIT.done;
}

/** Nothing that is read is written over, and nothing that is written twice. */
async function refuseLoss({ output, netboot, profile, pubkey, bases, pool }: MediumBuildOptions): Promise<void> {
  const there = await statOrNull(output);
  if (there !== null && !there.isFile()) throw failure('usage.output', EXIT.usage, { output });
  const written = [
    output,
    manifestBeside(output),
    ...(netboot === undefined ? [] : NETBOOT_FILES.map((name) => join(netboot, name))),
  ];
  const read = [
    ...[profile, ...bases, ...pool].flatMap((source) => (source === undefined ? [] : pathOf(source))),
    ...(pubkey === undefined ? [] : [pubkey]),
  ];
  for (const [index, path] of written.entries())
    for (const other of [...read, ...written.slice(index + 1)]) await refuseOverlap({ path }, { path: other });
}

/** Of a SOURCE that is a file of this machine. */
function pathOf(source: string): string[] {
  const ref = parseSource(source);
  return ref.kind === 'path' ? [ref.path] : [];
}

/** medium.json and, when its SOURCE is read now, the profile. */
async function embedded(options: MediumBuildOptions, io: CommandIo): Promise<Record<string, string>> {
  const { profile, onError } = options;
  const isStored = profile !== undefined && isRemoteSource(profile);
  const text = profile === undefined || isStored ? null : await io.readText(profile);
  const told = mediumJson({
    ...(profile === undefined ? {} : { profile: [isStored ? profile : EMBEDDED_PROFILE] }),
    ...(options.pubkey === undefined ? {} : { pubkey: await io.readText(options.pubkey) }),
    ...(options.tlsFingerprint === undefined ? {} : { tls: options.tlsFingerprint }),
    set: options.set,
    allowClear: options.allowClear,
    ...(onError === undefined ? {} : { onError }),
    ...(options.keyboard === undefined ? {} : { keyboard: options.keyboard }),
    ...(options.lang === undefined ? {} : { lang: options.lang }),
    ...(options.serial === undefined ? {} : { serial: options.serial }),
  });
  return { ...(told === null ? {} : { 'medium.json': told }), ...(text === null ? {} : { 'profile.yaml': text }) };
}
