/** What of this host a rescue DomU is made of. */
import { release } from 'node:os';
import init from '../../../../assets/host/rescue/init.sh' with { type: 'text' };
import make from '../../../../assets/host/rescue/initrd-make.sh' with { type: 'text' };
import poweroff from '../../../../assets/host/rescue/poweroff.sh' with { type: 'text' };
import { RESCUE_NOTES } from '../../../facts/in-rescue.ts';
import { localFiles } from '../../../system/files/files.ts';
import { exec } from '../../../system/process/exec.ts';
import { runInForeground } from '../../../system/terminal/foreground.ts';
import { sessionScript } from './layers.ts';

/** What xl makes, starts and shows. */
export interface SmallWorld {
  /** Dom0's own kernel; null: it is not where Debian has it. */
  kernel(): Promise<{ readonly release: string; readonly path: string } | null>;
  /** The path of an initrd for it, made when there is none, or what it is made of has changed. */
  initrd(release: string): Promise<string>;
  create(config: string): Promise<void>;
  /** Until it is left or the DomU ends. */
  console(number: string): Promise<void>;
  terminal(): { readonly name: string; readonly rows: number; readonly columns: number };
}

const FOLDER = `${RESCUE_NOTES}/domu`;
/** Device model, hotplug scripts and devices have limits of a minute each. */
const CREATE_LIMIT_MS = 10 * 60_000;
const MAKE_LIMIT_MS = 20 * 60_000;

export const smallWorld: SmallWorld = {
  async kernel() {
    const path = `/boot/vmlinuz-${release()}`;
    return (await localFiles.exists(path)) ? { release: release(), path } : null;
  },
  async initrd(kernel) {
    await localFiles.makeDirectory(FOLDER, '0700');
    for (const [name, text] of Object.entries({ init, poweroff, session: sessionScript }))
      await localFiles.writeText(`${FOLDER}/${name}`, text);
    await exec(['sh', '-e', '-c', make, 'sh', FOLDER, kernel], { timeoutMs: MAKE_LIMIT_MS, quiet: true });
    return `${FOLDER}/initrd-${kernel}`;
  },
  async create(config) {
    await exec(['xl', 'create', '-q', config], { timeoutMs: CREATE_LIMIT_MS, quiet: true });
  },
  async console(number) {
    await runInForeground(['xl', 'console', number]);
  },
  terminal: () => ({
    name: /^[a-z0-9.+-]{1,40}$/i.exec(process.env['TERM'] ?? '')?.[0] ?? 'vt100',
    rows: process.stdout.rows ?? 24,
    columns: process.stdout.columns ?? 80,
  }),
};
