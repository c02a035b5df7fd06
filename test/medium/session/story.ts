/** A session on a machine that is told: what it says, and what it does. */
import { EXIT } from '../../../src/errors.ts';
import { inEnglish } from '../../../src/i18n/english.ts';
import { parseKernelOptions } from '../../../src/medium/session/kernel-options.ts';
import type { SessionPorts } from '../../../src/medium/session/ports.ts';
import { runSession } from '../../../src/medium/session/session.ts';

export interface Story {
  readonly did: string[];
  readonly said: () => string;
}
/** A session with this kernel command line, until its machine is gone. */
export async function session(
  line: string,
  ports: Partial<SessionPorts>,
  keys: (string | null)[] = [],
): Promise<Story> {
  const did: string[] = [];
  let said = '';
  const over = Promise.withResolvers<void>();
  /** The machine is gone: nothing more happens. */
  const goes = async (): Promise<never> => {
    over.resolve();
    return await new Promise(() => undefined);
  };
  const all: SessionPorts = {
    say: (line) => {
      said += `${inEnglish(line)}\n`;
    },
    tick: (line) => {
      said += `\r${inEnglish(line)} `;
    },
    speak: async (language) => {
      did.push(`speak ${language}`);
    },
    lastLines: () => ['last words'],
    forgetLines: () => undefined,
    logPath: '/log',
    now: () => 0,
    key: async (seconds, onSecond, signal) => {
      if (signal !== undefined)
        return await new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null));
        });
      if (seconds !== null) onSecond?.(seconds);
      if (keys.length === 0) return await goes();
      return keys.shift() ?? null;
    },
    devices: async () => undefined,
    keyboard: async (layout) => {
      did.push(`keyboard ${layout}`);
    },
    network: async () => ({ addresses: ['eth0 192.0.2.9/24'], source: null }),
    labelled: async () => null,
    ssh: async () => [],
    fetch: async ([source = '']) => ({ source, text: '' }),
    wizard: async () => 0,
    install: async ({ source }, _, found) => {
      did.push(`install ${source}${found ? ' found' : ''}`);
      return EXIT.done;
    },
    failedAction: async () => null,
    howFar: async () => null,
    bundles: async () => ['support bundle: http://192.0.2.1:8480/bundles/x.tar.gz'],
    shell: async (_, where) => {
      did.push(where === undefined ? 'shell' : 'shell where a key is pressed');
    },
    end: async (how) => {
      did.push(how);
      await goes();
    },
    bootLocalDisk: async () => {
      did.push('local disk');
      await goes();
    },
    ...ports,
  };
  await Promise.race([runSession(parseKernelOptions(line), all), over.promise]);
  return { did, said: () => said };
}
