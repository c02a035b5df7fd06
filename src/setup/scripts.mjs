/** Which scripts of the project their linters read: shell by shellcheck, Python by pyflakes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';

/** By the first line, where a name does not say it. */
const SHELL = /^#! *\/\S*\/(ba|da)?sh\b/;
const PYTHON = /^#! *\/\S*\/python3\b/;
const FOLDERS = ['assets', 'src', 'test', '.ci'];
/** What tests leave, and captures of machines. */
const NOT_THESE = [join('test', 'artifacts'), join('test', 'machines')];

/** Paths from the root, sorted. `folder`: the project's own, but for tests. */
export function findScripts(folder = root) {
  const files = FOLDERS.filter((name) => existsSync(join(folder, name))).flatMap((name) =>
    filesUnder(folder, join(folder, name)),
  );
  const firstLine = (file) => (/\.\w+$/.test(file) ? '' : readFileSync(join(folder, file), 'latin1').split('\n')[0]);
  return {
    shell: files.filter((file) => file.endsWith('.sh') || SHELL.test(firstLine(file))),
    python: files.filter((file) => file.endsWith('.py') || PYTHON.test(firstLine(file))),
  };
}

function filesUnder(base, folder) {
  if (NOT_THESE.includes(relative(base, folder))) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(base, path);
    return entry.isFile() ? [relative(base, path)] : [];
  });
}

/** The command lines of the linters; each ends with another code than 0 when it finds anything. */
export function scriptLinters(folder = root) {
  const { shell, python } = findScripts(folder);
  return [
    ['shellcheck', '--norc', ...shell],
    ['pyflakes3', ...python],
  ];
}
