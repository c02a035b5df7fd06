/** `xenwright boot`: starts installed images under emulation and says, as JSON, whether Dom0 and each DomU are up. */
import { english } from '../../i18n/english.ts';
import { EXIT, failure } from '../../errors.ts';
import { explain, findVerdict, startedBy, type HostVerdict } from '../../report/verdict.ts';
import { attachConsole } from '../../system/vm/attach-console.ts';
import { bootMachine, powerOff } from '../../system/vm/boot-machine.ts';
import { freePort } from '../../system/http/free-port.ts';
import { imageExists, imageState } from '../../system/disk/image-files.ts';
import { claimOwn, makeFolder } from '../../system/files/own-files.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { refuseOverlap } from '../../system/disk/same-storage.ts';
import { bootTools, provideTools } from '../../system/process/provide-tools.ts';
import type { Machine } from '../../system/vm/qemu.ts';
import { jsonText } from '../../clean-text.ts';

export interface BootCommandOptions {
  readonly firmware: 'bios' | 'uefi';
  readonly memory?: string;
  readonly timeout?: string;
  readonly transcript?: string;
  readonly scratch?: boolean;
  readonly console?: boolean;
}
export interface BootResult {
  readonly images: readonly string[];
  readonly firmware: string;
  readonly booted: 'xen' | 'plain' | 'none';
  readonly up: boolean;
  readonly why: string | null;
  readonly dom0: HostVerdict['dom0'] | null;
  readonly domus: HostVerdict['domus'];
  readonly fallback: boolean;
  readonly seconds: number;
  readonly transcript: string;
}

/** Emulated machines are slow: Xen, Dom0 and a few DomUs one after the other. */
const DEFAULT_TIMEOUT_SECONDS = 1500;
/** From power-on to the boot loader, emulated on a machine that does nothing else. */
const ORDINARY_LOADER_SECONDS = { bios: 5, uefi: 15 };
const MOST_SLOWNESS = 4;
/** Nothing at all by then, not even of the boot loader: nothing will come. */
const SILENT_SECONDS = 600;
/** Dom0 stops its DomUs first. */
const POWER_OFF_SECONDS = 120;

export async function boot(images: readonly string[], options: BootCommandOptions, io: CommandIo): Promise<number> {
  const memoryMiB = Number(options.memory ?? '4096');
  if (options.console === true && !io.interactive) throw failure('usage.console', EXIT.usage);
  for (const image of images) if (!(await imageExists(image))) throw failure('no-image', EXIT.usage, { image });
  for (const path of images)
    if (options.transcript !== undefined)
      await refuseOverlap(
        { path: options.transcript, name: { key: 'cli.boot.transcript', values: { file: options.transcript } } },
        { path },
      );
  await provideTools(bootTools(options), { mayAsk: io.interactive, tell: io.err });
  if (options.console === true) return await interactive(images, options, memoryMiB, io);
  const result = await bootAndWatch(
    images,
    options,
    memoryMiB,
    options.timeout === undefined ? null : Number(options.timeout),
  );
  io.out(`${jsonText(result, 2)}\n`);
  return result.up ? EXIT.done : EXIT.action;
}

/**
 * Boots, waits for the verdict (or the end, or the limit), and powers the machine off. Without a limit it is as long as
 * this machine is slow.
 */
export async function bootAndWatch(
  images: readonly string[],
  options: BootCommandOptions,
  memoryMiB: number,
  timeoutSeconds: number | null,
): Promise<BootResult> {
  const transcript = options.transcript ?? (await transcriptPath(images[0] ?? '', options.firmware));
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const machine = await bootMachine({
    images,
    firmware: options.firmware,
    memoryMiB,
    transcript,
    scratch: options.scratch === true,
    sshPort: null,
  });
  const watched = await watch(machine, timeoutSeconds, ORDINARY_LOADER_SECONDS[options.firmware], seconds);
  const { text } = watched;
  const verdict = findVerdict(text);
  const judgedSeconds = Math.round(seconds());
  // What is thrown away needs no tidy end; an image that is kept does.
  if (options.scratch !== true && verdict !== null) await powerOff(machine, POWER_OFF_SECONDS * watched.slowness);
  machine.kill();
  await machine.gone;
  const up = verdict !== null && verdict.dom0.up && !verdict.fallback && verdict.domus.every((domu) => domu.up);
  return {
    images,
    firmware: options.firmware,
    booted: verdict === null ? startedBy(text) : verdict.dom0.hypervisor === 'xen' ? 'xen' : 'plain',
    up,
    why: verdict === null ? whyNone(watched) : verdict.why,
    dom0: verdict?.dom0 ?? null,
    domus: verdict?.domus ?? [],
    fallback: verdict?.fallback ?? false,
    seconds: judgedSeconds,
    transcript,
  };
}

/** Why there is no verdict, and whether that is for the limit or the machine's own end. */
function whyNone({ text, words, limitSeconds }: Watched): string {
  const why = explain(text);
  if (words === null) return english('cli.boot.afterSeconds', { why, seconds: Math.round(limitSeconds) });
  return words === ''
    ? english('cli.boot.machineEnded', { why })
    : english('cli.boot.machineEndedWith', { why, words });
}

interface Watched {
  readonly text: string;
  /** QEMU's last ones, when it ended by itself. */
  readonly words: string | null;
  readonly limitSeconds: number;
  readonly slowness: number;
}

/**
 * Until the console has a verdict, the machine ends, or the limit is over. The boot loader's first words tell how slow
 * it is here.
 */
async function watch(
  machine: Machine,
  timeoutSeconds: number | null,
  ordinarySeconds: number,
  seconds: () => number,
): Promise<Watched> {
  let text = machine.tail();
  let words: string | null = null;
  let slowness = 0;
  const limit = (): number =>
    timeoutSeconds ?? (text.trim() === '' ? SILENT_SECONDS : DEFAULT_TIMEOUT_SECONDS * Math.max(1, slowness));
  await new Promise<void>((resolve) => {
    machine.console.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (slowness === 0 && text.includes('GNU GRUB'))
        slowness = Math.min(MOST_SLOWNESS, Math.max(1, seconds() / ordinarySeconds));
      if (text.includes('XENWRIGHT-VERDICT') && findVerdict(text) !== null) resolve();
    });
    const clock = setInterval(() => {
      if (seconds() > limit()) resolve();
    }, 1000);
    void machine.gone.then((said) => {
      words = said.trim();
      resolve();
    });
    void machine.gone.then(() => clearInterval(clock));
  });
  return { text, words, limitSeconds: limit(), slowness: Math.max(1, slowness) };
}

async function interactive(
  images: readonly string[],
  options: BootCommandOptions,
  memoryMiB: number,
  io: CommandIo,
): Promise<number> {
  const sshPort = await freePort();
  const machine = await bootMachine({
    images,
    firmware: options.firmware,
    memoryMiB,
    transcript: options.transcript ?? (await transcriptPath(images[0] ?? '', options.firmware)),
    scratch: options.scratch === true,
    sshPort,
  });
  io.out(`${english('cli.boot.console', { port: sshPort })}\n\n`);
  await attachConsole(machine);
  return EXIT.done;
}

async function transcriptPath(image: string, firmware: string): Promise<string> {
  const folder = await makeFolder(imageState(image));
  return await claimOwn(`${folder}/boot-${firmware}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.log`);
}
