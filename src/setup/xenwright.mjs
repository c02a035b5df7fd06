/** `npm run -s xenwright -- ARGS`: the command line from source. */
import { ensure, purposesOf, runXenwright } from './ensure.mjs';
import { runMain } from './trouble.mjs';

const args = process.argv.slice(2);
await runMain(async () => {
  await ensure({ purposes: purposesOf(args) });
  return await runXenwright(args);
});
