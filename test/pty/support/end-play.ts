/**
 * A watched install of which only the run is pretended: it is done at once, or has failed (FAILED). Behind it, the end
 * of the machine is a file. Started by last-screen.test.ts in a terminal.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { finishMachine } from '../../../src/install/finish-machine.ts';
import type { Choices } from '../../../src/install/install-options.ts';
import { watchedInstall } from '../../../src/install/watched-install.ts';
import { processIo } from '../../../src/system/process/process-io.ts';
import { behindParent } from '../../../src/system/process/background.ts';
import { openRunSocket } from '../../../src/system/run/run-socket.ts';
import { Run } from '../../ui/run-events.ts';

const FOLDER = 'state';

async function pretendRun(): Promise<void> {
  const parent = behindParent();
  await parent.request;
  mkdirSync(FOLDER);
  const socket = await openRunSocket(FOLDER, () => undefined);
  const run = new Run((event) => {
    appendFileSync(`${FOLDER}/events.ndjson`, `${JSON.stringify(event)}\n`);
    socket.publish(event);
  });
  run.start(0, ['host', 'dom0']);
  await parent.send({ type: 'listening', folder: FOLDER });
  const hasFailed = process.env['FAILED'] !== undefined;
  run.whole(0, 'host');
  if (hasFailed) run.begin(4, 'dom0/root');
  if (hasFailed) run.fail(6, 'dom0/root');
  else run.whole(4, 'dom0');
  run.end(60, hasFailed ? 'failed' : 'done');
  await socket.close();
  await parent.send({ type: 'ended', exit: hasFailed ? 5 : 0 });
}

async function watched(): Promise<void> {
  const io = processIo();
  // What may follow tells which it was, and the exit code it was given.
  const tell =
    (choice: string) =>
    async (exit: number): Promise<number> => {
      writeFileSync('chosen', `${choice} after ${exit}`);
      return 7;
    };
  const all: Readonly<Record<string, Choices>> = {
    image: { boot: tell('boot'), edit: tell('edit') },
    disks: { reboot: tell('reboot'), edit: tell('edit') },
  };
  const choices = all[process.argv[2] ?? ''] ?? {};
  const { exit, isOver } = await watchedInstall(
    {
      sources: [],
      options: { image: [], set: [] },
      planHash: '',
      answers: [],
      summary: { logins: {}, resumeCommand: '' },
      leavesByItself: false,
      choices,
    },
    io,
  );
  process.exitCode = exit;
  if (isOver && exit === 0)
    await finishMachine(
      'reboot',
      io,
      async (how) => {
        writeFileSync('end-of-machine', how);
      },
      0.2,
    );
}

await (process.argv.includes('install-behind') ? pretendRun() : watched());
process.exit();
