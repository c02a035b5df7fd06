/**
 * A program for the kill test: runs a toy plan whose actions write files, and kills itself with SIGKILL where it is
 * told to.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runPlan } from '../../src/engine/run.ts';
import { openState } from '../../src/system/run/state.ts';
import { pause, toyOptions, toyPlan } from './toy.ts';

const [folder = '', killAt = '', moment = ''] = process.argv.slice(2);
const plan = toyPlan([
  { id: 'host/disk' },
  { id: 'dom0/write', needs: ['host/disk'] },
  { id: 'web1/write', needs: ['host/disk'] },
  { id: 'web1/identity', needs: ['web1/write'] },
  { id: 'dom0/boot', needs: ['dom0/write'] },
  { id: 'host/finish', needs: ['dom0/boot', 'web1/identity'] },
]);
const die = (at: string): void => {
  if (killAt !== '' && moment === at) process.kill(process.pid, 'SIGKILL');
};

const state = await openState(join(folder, 'state'));
const options = toyOptions(
  plan,
  async (action, events) => {
    appendFileSync(join(folder, 'ran'), `${action.id}\n`);
    events.output('stdout', 'before');
    if (action.id === killAt) die('before');
    await pause(2);
    writeFileSync(join(folder, action.id.replace('/', '-')), `made by ${action.id}\n`);
    events.output('stdout', 'after');
    if (action.id === killAt) die('after');
  },
  {
    journal: {
      ...state.journal,
      append: async (line) => {
        await state.journal.append(line);
        if (line.includes('"finished"') && line.includes(killAt)) die('journalled');
      },
    },
    earlier: state.earlier,
    resume: true,
    consumers: [
      (event) => {
        state.writeEvent(event);
        if (event.type === 'action.finished' && event.id === killAt) die('told');
      },
    ],
  },
);
const outcome = await runPlan(options);
await state.close();
process.exitCode = outcome.exit;
