/**
 * A program for the bench of the panes: a pretended run of 200 DomUs, six actions at work, 10,000 log lines a second,
 * with its door and its events file.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openRunSocket } from '../../src/system/run/run-socket.ts';
import { manyDomus, Run } from '../ui/run-events.ts';

const [folder = '', wanted = '10000'] = process.argv.slice(2);
const TURN_MS = 10;
const PROGRESS_TURNS = 10;

const file = openSync(join(folder, 'events.ndjson'), 'a', 0o600);
const socket = await openRunSocket(folder, () => {
  isStopped = true;
});
let isStopped = false;
const run = new Run((event) => {
  writeSync(file, `${JSON.stringify(event)}\n`);
  socket.publish(event);
});
const domains = ['host', 'dom0', ...manyDomus(200)];
const busy = domains.slice(0, 6);
run.start(0, domains);
for (const domain of busy) run.begin(0, `${domain}/root`);
const begun = performance.now();
let lines = 0;
let turns = 0;
process.stdout.write('ready\n');
while (!isStopped) {
  await new Promise((resolve) => {
    setTimeout(resolve, TURN_MS);
  });
  const seconds = (performance.now() - begun) / 1000;
  // As many as are due, also when a turn came late.
  for (; lines < seconds * Number(wanted); lines++)
    run.output(
      seconds,
      `${busy[lines % busy.length] ?? ''}/root`,
      `Unpacking package-${lines} (1.${lines % 97}-1) over (1.${lines % 89}-1) ...`,
    );
  turns += 1;
  if (turns % PROGRESS_TURNS === 0)
    for (const domain of busy)
      run.say(seconds, { type: 'action.progress', id: `${domain}/root`, done: turns % 1000, total: 1000, unit: 'MiB' });
}
run.end((performance.now() - begun) / 1000, 'done');
await socket.close();
closeSync(file);
process.stdout.write(`${lines} lines in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
