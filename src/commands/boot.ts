/** `xenwright boot`: starts installed images under emulation and says, as JSON, whether Dom0 and each DomU are up. */
import { EXIT, XenwrightError } from '../errors.ts';
import { explain, findVerdict, startedBy, type HostVerdict } from '../medium/verdict.ts';
import { attachConsole } from '../system/attach-console.ts';
import { bootMachine } from '../system/boot-machine.ts';
import { freePort } from '../system/free-port.ts';
import { imageExists, imageState } from '../system/image-files.ts';
import { makeFolder } from '../system/make-folder.ts';
import type { CommandIo } from '../system/process-io.ts';

export interface BootCommandOptions { readonly firmware: 'bios' | 'uefi'; readonly memory?: string; readonly timeout?: string; readonly transcript?: string; readonly scratch?: boolean; readonly console?: boolean }
export interface BootResult {
  readonly images: readonly string[]; readonly firmware: string; readonly booted: 'xen' | 'plain' | 'none'; readonly up: boolean; readonly why: string | null;
  readonly dom0: HostVerdict['dom0'] | null; readonly domus: HostVerdict['domus']; readonly fallback: boolean; readonly seconds: number; readonly transcript: string;
}

/** Emulated machines are slow: Xen, Dom0 and a few DomUs one after the other. */
const DEFAULT_TIMEOUT_SECONDS = 1500;

export async function boot(images: readonly string[], options: BootCommandOptions, io: CommandIo): Promise<number> {
  const memoryMiB = number(options.memory ?? '4096', '--memory');
  for (const image of images) if (!(await imageExists(image))) throw new XenwrightError({ code: 'no-image', exit: EXIT.usage, message: `${image} does not exist`, hint: 'make one: xenwright install PROFILE --image FILE' });
  if (options.console === true) return await interactive(images, options, memoryMiB, io);
  const result = await bootAndWatch(images, options, memoryMiB, number(options.timeout ?? String(DEFAULT_TIMEOUT_SECONDS), '--timeout'));
  io.out(`${JSON.stringify(result, null, 2)}\n`);
  return result.up ? EXIT.done : EXIT.action;
}

/** Boots, waits for the verdict (or the end, or the limit), and powers the machine off. */
export async function bootAndWatch(images: readonly string[], options: BootCommandOptions, memoryMiB: number, timeoutSeconds: number): Promise<BootResult> {
  const transcript = options.transcript ?? await transcriptPath(images[0] ?? '', options.firmware);
  const began = performance.now();
  const machine = await bootMachine({ images, firmware: options.firmware, memoryMiB, transcript, scratch: options.scratch === true, sshPort: null });
  let text = '';
  let ended = false;
  const over = new Promise<void>((resolve) => {
    machine.console.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.includes('XENWRIGHT-VERDICT') && findVerdict(text) !== null) resolve();
    });
    void machine.gone.then(() => { ended = true; resolve(); });
    setTimeout(resolve, timeoutSeconds * 1000).unref();
  });
  await over;
  const verdict = findVerdict(text);
  if (ended && text.trim() === '') throw neverStarted(await machine.gone, images);
  // The verdict is on the disk before it is on the console; a moment more lets the journal follow.
  if (!ended) {
    await new Promise((resolve) => { setTimeout(resolve, 2000); });
    machine.kill();
    await machine.gone;
  }
  const up = verdict !== null && verdict.dom0.up && !verdict.fallback && verdict.domus.every((domu) => domu.up);
  return {
    images, firmware: options.firmware, booted: verdict === null ? startedBy(text) : verdict.dom0.hypervisor === 'xen' ? 'xen' : 'plain', up,
    why: verdict === null ? `${explain(text)}${ended ? ' (the machine ended)' : ` (after ${timeoutSeconds} s)`}` : verdict.why,
    dom0: verdict?.dom0 ?? null, domus: verdict?.domus ?? [], fallback: verdict?.fallback ?? false, seconds: Math.round((performance.now() - began) / 1000), transcript,
  };
}

/** QEMU itself gave up: most often somebody else has the image open. */
function neverStarted(words: string, images: readonly string[]): XenwrightError {
  const held = /lock/i.test(words);
  return new XenwrightError({ code: held ? 'target-busy' : 'machine-refused', exit: EXIT.refused, message: held ? `another machine has ${images.join(' or ')} open` : 'the virtual machine did not start', lastLines: words.trim().split('\n'), hint: held ? 'end the other install or boot of it first' : 'the lines above are what QEMU said' });
}

async function interactive(images: readonly string[], options: BootCommandOptions, memoryMiB: number, io: CommandIo): Promise<number> {
  if (!io.interactive) throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: '--console needs a terminal', hint: 'without it, boot prints a verdict as JSON' });
  const sshPort = await freePort();
  const machine = await bootMachine({ images, firmware: options.firmware, memoryMiB, transcript: options.transcript ?? await transcriptPath(images[0] ?? '', options.firmware), scratch: options.scratch === true, sshPort });
  io.out(`Ctrl-] ends the machine. SSH:  ssh -p ${sshPort} root@127.0.0.1\r\n`);
  await attachConsole(machine);
  return EXIT.done;
}

async function transcriptPath(image: string, firmware: string): Promise<string> {
  const folder = await makeFolder(imageState(image));
  return `${folder}/boot-${firmware}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.log`;
}

function number(text: string, option: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new XenwrightError({ code: 'usage', exit: EXIT.usage, message: `${option} ${text}: not a number` });
}
