/** `npm run -s xenwright -- ARGS`: the command line from source. */
import { runXenwright } from './ensure.mjs';
import { runMain } from './trouble.mjs';

await runMain(async () => await runXenwright(process.argv.slice(2)));
