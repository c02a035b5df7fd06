/** `npm start`: in a terminal the wizard, with an image as its target; with arguments the command line. */
import { runXenwright } from './ensure.mjs';
import { runMain } from './trouble.mjs';

const given = process.argv.slice(2);
const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
await runMain(async () => await runXenwright(given.length === 0 && isTerminal ? ['--image', 'xen-host.img'] : given));
