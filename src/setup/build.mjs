/** `npm run build`: the bundle, whether a source is newer or not. */
import { buildBundle } from './bundle.mjs';
import { ensure } from './ensure.mjs';
import { bundle } from './paths.mjs';
import { runMain, say } from './trouble.mjs';

await runMain(async () => {
  await ensure({ build: false });
  await buildBundle(bundle);
  say(`built ${bundle}`);
  return 0;
});
