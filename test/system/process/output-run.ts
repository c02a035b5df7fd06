/**
 * A program for the output test: writes 2 MiB to standard output as a run does, and says on standard error when the
 * "engine" is through.
 */
import { writeSync } from 'node:fs';
import { openOutput } from '../../../src/system/process/output.ts';

const output = openOutput();
for (let index = 0; index < 2048; index++) output.write(`${String(index).padEnd(1023)}\n`);
writeSync(2, 'engine through\n');
await output.close(500);
writeSync(2, 'closed\n');
