/** Starts virtual machines: QEMU as a child process with its console and one port on Unix sockets. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, XenwrightError } from '../errors.ts';
import { openQmp, type Qmp } from './qmp.ts';

export interface MachineOptions {
  /** QEMU's arguments, without console and port. */
  readonly arguments: readonly string[];
  /** Where everything the console says is kept. */
  readonly transcript: string;
  /** Opens a virtio-serial port of the name `xenwright`. */
  readonly port: boolean;
}
export interface Machine {
  readonly console: Socket;
  readonly port: Socket | null;
  readonly control: Qmp;
  /** Resolves when QEMU has ended, with its own last words. */
  readonly gone: Promise<string>;
  /** The end of the console so far. */
  tail(): string;
  kill(): void;
}

const QEMU = 'qemu-system-x86_64';
const TAIL_CHARACTERS = 8000;

/** Starts a machine. Throws `missing-tools` (exit 4) without QEMU, `machine-refused` (exit 4) when QEMU ends at once. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-vm-'));
  const [consolePath, portPath, controlPath] = [join(folder, 'console'), join(folder, 'port'), join(folder, 'control')];
  // setpriv(1): a machine never outlives the process that watches it, however that one ends.
  const child = spawn('setpriv', [
    '--pdeathsig', 'KILL', QEMU,
    '-display', 'none', '-monitor', 'none', '-serial', `unix:${consolePath},server=on,wait=off`, '-qmp', `unix:${controlPath},server=on,wait=off`,
    ...(options.port ? ['-device', 'virtio-serial-pci', '-chardev', `socket,id=port,path=${portPath},server=on,wait=off`, '-device', 'virtserialport,chardev=port,name=xenwright'] : []),
    ...options.arguments,
  ], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { words = (words + String(chunk)).slice(-4000); });
  const gone = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', () => resolve(words));
  }).finally(() => rm(folder, { recursive: true, force: true }));
  const consoleSocket = await reach(consolePath, child, () => words);
  const port = options.port ? await reach(portPath, child, () => words) : null;
  const control = openQmp(await reach(controlPath, child, () => words));
  const transcript = createWriteStream(options.transcript, { flags: 'a' });
  let tail = '';
  consoleSocket.on('data', (chunk) => {
    transcript.write(chunk);
    tail = (tail + chunk.toString('utf8')).slice(-TAIL_CHARACTERS);
  });
  void gone.then(() => transcript.end());
  return { console: consoleSocket, port, control, gone, tail: () => tail.replaceAll('\r', ''), kill: () => { child.kill('SIGKILL'); } };
}

async function reach(path: string, child: ChildProcess, words: () => string): Promise<Socket> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(path);
    socket.on('error', () => undefined);
    const ok = await Promise.race([once(socket, 'connect').then(() => true, () => false), new Promise<boolean>((resolve) => { setTimeout(() => resolve(false), 1000); })]);
    if (ok) return socket;
    socket.destroy();
    if (child.exitCode !== null || child.pid === undefined) break;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  if (child.pid === undefined || child.exitCode === 127 || /failed to execute/.test(words())) throw new XenwrightError({ code: 'missing-tools', exit: EXIT.refused, message: `${QEMU} is not installed`, hint: 'apt-get install --no-install-recommends qemu-system-x86 ovmf seabios' });
  child.kill('SIGKILL');
  const said = words().trim();
  const held = /Failed to get "?(write|shared)"? ?lock|lock/i.test(said);
  throw new XenwrightError({ code: held ? 'target-busy' : 'machine-refused', exit: EXIT.refused, message: held ? 'another machine has the image open' : 'QEMU did not start', lastLines: said.split('\n'), hint: held ? 'end the other run or the booted image first' : 'the lines above are what QEMU said' });
}
