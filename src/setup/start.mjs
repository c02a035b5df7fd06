/** `npm start`: in a terminal the wizard, with an image as its target; with arguments the command line. */
import { ensure, purposesOf, runXenwright } from './ensure.mjs';
import { runMain } from './trouble.mjs';

const given = process.argv.slice(2);
const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
const args = given.length === 0 && isTerminal ? ['--image', 'xen-host.img'] : given;
await runMain(async () => {
  await ensure({ purposes: purposesOf(args) });
  return await runXenwright(args);
});
