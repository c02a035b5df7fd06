/** Starts virtual machines: QEMU as a child process, its console, one port and its control on Unix sockets. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { diskFull, EXIT, failure, XenwrightError } from '../../errors.ts';
import { openQmp, type Qmp, type QmpEventListener } from './qmp.ts';

export interface MachineOptions {
  /** QEMU's arguments, without console, port and control. */
  readonly arguments: readonly string[];
  /** Where everything the console says is kept. */
  readonly transcript: string;
  /** Opens a virtio-serial port of the name `xenwright`. */
  readonly port: boolean;
  /** The file behind each drive, by the drive's id: named when it cannot be written any more. */
  readonly files?: Readonly<Record<string, string>>;
}
export interface Machine {
  readonly console: Socket;
  readonly port: Socket | null;
  readonly control: Qmp;
  /** Resolves when QEMU has ended and all that the console said is in the transcript, with QEMU's own last words. */
  readonly gone: Promise<string>;
  /** What ended the machine, where it was this computer: `disk-full`. */
  fault(): XenwrightError | null;
  /** The end of the console so far. */
  tail(): string;
  kill(): void;
}

const QEMU = 'qemu-system-x86_64';
const TAIL_CHARACTERS = 8000;
const WORDS_CHARACTERS = 4000;
/** For what a console still holds when its machine has ended. */
const DRAIN_MS = 2000;

/** A value among QEMU's options, which are parted by commas. */
export function optionValue(path: string): string {
  return path.replaceAll(',', ',,');
}

/**
 * Starts a machine. Throws, all with exit 4: `missing-tools` without QEMU, `target-busy` when an image is open
 * elsewhere, `machine-refused` otherwise.
 */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const transcript = (await open(options.transcript, 'a', 0o600)).createWriteStream();
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-vm-'));
  const path = (name: string): string => join(folder, name);
  // setpriv(1): a machine never outlives the process that watches it, however that one ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', QEMU, ...qemuArguments(options, path)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let ended = false;
  let fault: XenwrightError | null = null;
  let drained: Promise<unknown> = Promise.resolve();
  const gone = exitOf(child, () => fault).finally(async () => {
    ended = true;
    // The machine's last words may still be on their way: a panic is the very line that is looked for.
    await Promise.race([
      drained,
      new Promise((resolve) => {
        setTimeout(resolve, DRAIN_MS).unref();
      }),
    ]);
    await new Promise<void>((resolve) => {
      transcript.end(() => resolve());
    });
    await rm(folder, { recursive: true, force: true });
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  // QEMU stands still when an image cannot grow, and would wait for ever for somebody to make space.
  const onEvent: QmpEventListener = (name, data) => {
    if (name !== 'BLOCK_IO_ERROR' || data['action'] !== 'stop') return;
    fault ??= diskFull(
      options.files?.[String(data['device'])] ?? { key: 'parts.itsDisk', values: { device: String(data['device']) } },
    );
    kill();
  };
  try {
    const consoleSocket = await reach(path('console'), () => ended);
    let tail = '';
    // A machine that ends at once resets its sockets: that is an end, too.
    drained = once(consoleSocket, 'close').catch(() => undefined);
    consoleSocket.on('data', (chunk) => {
      transcript.write(chunk);
      tail = (tail + chunk.toString('utf8')).slice(-TAIL_CHARACTERS);
    });
    const port = options.port ? await reach(path('port'), () => ended) : null;
    const control = openQmp(await reach(path('control'), () => ended), onEvent);
    // The sockets are there before the disks are opened: only an answer means that the machine runs.
    await control.execute('query-status');
    const tailText = (): string => tail.replaceAll('\r', '');
    return { console: consoleSocket, port, control, gone, fault: () => fault, tail: tailText, kill };
  } catch {
    kill();
    throw refusal(await gone);
  }
}

/** `path` names the sockets of console, control and port. */
function qemuArguments(options: MachineOptions, path: (name: string) => string): readonly string[] {
  return [
    '-display',
    'none',
    '-monitor',
    'none',
    '-serial',
    `unix:${path('console')},server=on,wait=off`,
    '-qmp',
    `unix:${path('control')},server=on,wait=off`,
    ...(options.port
      ? [
          '-device',
          'virtio-serial-pci',
          '-chardev',
          `socket,id=port,path=${path('port')},server=on,wait=off`,
          '-device',
          'virtserialport,chardev=port,name=xenwright',
        ]
      : []),
    ...options.arguments,
  ];
}

/** Resolves when QEMU has ended: with `fault`, where that ended it, else with its own last words. */
async function exitOf(
  child: ChildProcessByStdio<null, Readable, Readable>,
  fault: () => XenwrightError | null,
): Promise<string> {
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      words = (words + String(chunk)).slice(-WORDS_CHARACTERS);
    });
  return await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) =>
      resolve(
        fault()?.message ??
          (signal === null && code === 0
            ? words
            : `${words}QEMU ended ${signal === null ? `with exit code ${code}` : `by ${signal}`}`),
      ),
    );
  });
}

/** Connects as soon as the socket is there; gives up when the machine has ended. */
async function reach(path: string, ended: () => boolean): Promise<Socket> {
  while (!ended()) {
    const socket = connect(path);
    socket.on('error', () => undefined);
    if (
      await once(socket, 'connect').then(
        () => true,
        () => false,
      )
    )
      return socket;
    socket.destroy();
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error('the machine has ended');
}

function refusal(said: string): XenwrightError {
  const lastLines = said.trim().split('\n').slice(-40);
  if (/failed to execute|ENOENT/.test(said)) return failure('missing-tools.qemu', EXIT.refused, { file: QEMU });
  if (/Failed to get "[\w ]+" lock|another process using the image/.test(said))
    return failure('target-busy', EXIT.refused, {}, { lastLines });
  return failure('machine-refused', EXIT.refused, {}, { lastLines });
}
