/** `npm run build`: the bundle, whether a source is newer or not; with --sea the single executable too. */
import { buildBundle } from './bundle.mjs';
import { buildWithKit } from './debian/build.mjs';
import { ensure } from './ensure.mjs';
import { bundle } from './paths.mjs';
import { runMain, say, Trouble } from './trouble.mjs';

await runMain(async () => {
  const unknown = process.argv.slice(2).find((arg) => arg !== '--sea');
  if (unknown !== undefined) throw new Trouble(`build does not know ${unknown}; there is --sea`, { exit: 2 });
  const isSingle = process.argv.includes('--sea');
  await ensure({ purposes: isSingle ? ['sea', 'package'] : [], build: false });
  const libraries = await buildBundle(bundle);
  say(`built ${bundle}`);
  if (isSingle) await buildWithKit({ main: bundle, libraries });
  return 0;
});
