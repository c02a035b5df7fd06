/** The port that probes this machine: reads files and runs commands that change nothing. */
import { readdir, readlink, realpath } from 'node:fs/promises';
import { execa } from 'execa';
import type { DiskProbePort } from '../../facts/probe-port.ts';
import { readOrdinary } from '../files/files.ts';
import { deviceProbe } from '../disk/device-probe.ts';

/** A dying disk can hold a command for minutes; probing goes on without what it would have said. */
const LIMIT_MS = 30_000;

export function systemProbe(): DiskProbePort {
  return {
    ...deviceProbe,
    read: async (path) => (await readOrdinary(path).catch(() => null))?.toString('utf8') ?? null,
    readHex: async (path) => (await readOrdinary(path).catch(() => null))?.toString('hex') ?? null,
    list: async (path) => (await readdir(path).catch(() => [] as string[])).sort(),
    link: async (path) =>
      await readlink(path)
        .then(async () => await realpath(path))
        .catch(() => null),
    run: async (argv) => {
      const [command, ...args] = argv;
      if (command === undefined) return null;
      const env = { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
      const result = await execa(command, args, {
        env,
        stdin: 'ignore',
        stderr: 'ignore',
        reject: false,
        timeout: LIMIT_MS,
        maxBuffer: 50_000_000,
      });
      return result.failed ? null : result.stdout;
    },
  };
}
