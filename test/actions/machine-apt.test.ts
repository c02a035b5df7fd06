import { expect, test } from 'vitest';
import { machineAptOptions } from '../../src/actions/machine-apt.ts';
import type { ExecResult } from '../../src/actions/kind.ts';
import { workbench } from './workbench.ts';

const answering = (stdout: string): { exec: () => Promise<ExecResult> } => ({
  exec: async () => ({ exitCode: 0, stdout, stderr: '' }),
});

test('who lets this machine’s apt take lists past their date lets bases be built from them, and the log says so', async () => {
  const bench = workbench(answering("VALID='false'\n"));
  expect(await machineAptOptions(bench.context)).toEqual(['Acquire::Check-Valid-Until "false"']);
  expect(bench.log.join()).toContain('past their date');
});

test.each(['', "VALID='true'\n"])('otherwise the dates count: %j', async (answer) => {
  expect(await machineAptOptions(workbench(answering(answer)).context)).toEqual([]);
});

test('a system without apt has no say', async () => {
  const bench = workbench({
    exec: async () => {
      throw new Error('no apt-config here');
    },
  });
  expect(await machineAptOptions(bench.context)).toEqual([]);
});
