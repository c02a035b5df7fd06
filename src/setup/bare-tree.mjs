/**
 * A bare system to try the project's two commands in, as a stranger's machine would be: a minimal tree of a Debian
 * release with git, Node.js and npm and nothing else, and a clean clone of HEAD in it. Packages and libraries come from
 * where this machine's do.
 *
 * As a script: bare-tree.mjs RELEASE [--results STEP[,STEP...]] [--keep] -- COMMAND [ARGUMENT...] runs COMMAND in the
 * clone and ends with its exit code. `--results`: what these steps counted is taken over.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver, runLogged } from './child.mjs';
import { resultsOf } from './count.mjs';
import { ensurePackages, findCommand } from './packages.mjs';
import { artifacts, root } from './paths.mjs';
import { runMain, say, Trouble } from './trouble.mjs';

/** All that a machine is asked to have, see README. */
export const BARE_PACKAGES = ['git', 'nodejs', 'npm', 'ca-certificates'];
const CACHE = '/var/cache/xenwright/bare';
/** Where trees are unpacked: on a disk, since one with all that the tests install takes some GB. */
const PLACE = '/var/tmp';
const PREFIX = 'xenwright-bare-';
const CLONE = '/root/xenwright';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** A name for the tar of a release: another one each day, and with other packages. */
export function tarName(release, packages, date) {
  const hash = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  return `${release}-${date.toISOString().slice(0, 10)}-${hash}.tar`;
}

/** Among these names those of a release that are of another day; one of today with other packages may be in use. */
export function oldTars(names, release, date) {
  const day = `${release}-${date.toISOString().slice(0, 10)}-`;
  return names.filter((name) => name.startsWith(`${release}-`) && !name.startsWith(day));
}

/** apt's settings that say how archives are reached and believed, as a file of apt.conf(5), out of `apt-config dump`. */
export function aptSettings(dump) {
  return dump
    .split('\n')
    .filter(
      (line) =>
        /^Acquire::(https?|ftp|Check-\S*|Retries|Queue-Mode|ForceIPv[46]|Max-\S*|AllowInsecure\S*|AllowWeak\S*)(::| )/.test(
          line,
        ) && !line.endsWith(' "";'),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * sources.list(5) of a release from the archives that this machine itself uses, out of `apt-get indextargets`; null: it
 * uses none of Debian's.
 */
export function sourcesOf(release, targets) {
  const rows = targets.split('\n').map((line) => line.split('|'));
  const uriOf = (wanted) =>
    rows.find(([label, , component]) => label === wanted && component === 'main')?.[1]?.replace(/\/+$/, '');
  const [main, security] = [uriOf('Debian'), uriOf('Debian-Security')];
  if (main === undefined) return null;
  return [
    `deb ${main} ${release} main`,
    `deb ${main} ${release}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${release}-security main`]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** Makes a fresh tree of a release with a clone of HEAD; gives its folder, which the caller removes by `removeTree`. */
export async function makeTree(release) {
  const tree = await makeSystem(release, BARE_PACKAGES);
  if (execFileSync('git', ['status', '--porcelain', '--untracked-files=no'], { cwd: root, encoding: 'utf8' }) !== '')
    say('the bare tree gets HEAD: what is not committed is not in it');
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', `file://${root}`, join(tree, CLONE)], {
    stdio: 'inherit',
  });
  return tree;
}

/** A fresh tree with these packages (ca-certificates must be among them) and nothing else; see `makeTree`. */
export async function makeSystem(release, packages) {
  if (process.getuid?.() !== 0) throw new Trouble('a bare tree is made and entered by root alone', { exit: 4 });
  await ensurePackages(['bare']);
  const tar = await tarOf(release, packages);
  removeLost();
  const tree = mkdtempSync(join(PLACE, `${PREFIX}${process.pid}-${release}-`));
  execFileSync('tar', ['--numeric-owner', '--xattrs', '-xpf', tar, '-C', tree]);
  handIn(tree);
  return tree;
}

/** Nothing mounted in it is left: its mounts ended with the namespace. */
export function removeTree(tree) {
  execFileSync('rm', ['-rf', '--one-file-system', tree]);
}

/** Those of runs that were killed. */
function removeLost() {
  for (const name of readdirSync(PLACE)) {
    const [, pid] = name.startsWith(PREFIX) ? (/^(\d+)-/.exec(name.slice(PREFIX.length)) ?? []) : [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeTree(join(PLACE, name));
  }
}

/** The command line that runs one in a tree's clone (or in `folder`), for a terminal or a test of its own to start. */
export function inTree(tree, argv, folder = CLONE) {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'enter-tree.sh');
  const environment = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    `TERM=${process.env.TERM ?? 'dumb'}`,
    'LANG=C.UTF-8',
    ...certificates(),
    ...['CI', 'http_proxy', 'https_proxy', 'no_proxy'].flatMap((name) =>
      process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
    ),
  ];
  // Whoever started it is gone, or unshare is killed: then all that runs in the tree goes. unshare itself takes no
  // other signal.
  return [
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
    'env',
    '-i',
    ...environment,
    'sh',
    script,
    tree,
    'sh',
    '-c',
    `cd ${folder} && exec "$@"`,
    'sh',
    ...argv,
  ];
}

/** The tar of a bare tree, made where there is none of today; those of the release of other days go. */
async function tarOf(release, packages) {
  mkdirSync(CACHE, { recursive: true });
  const today = new Date();
  const path = join(CACHE, tarName(release, packages, today));
  if (existsSync(path)) return path;
  for (const old of oldTars(readdirSync(CACHE), release, today)) rmSync(join(CACHE, old));
  say(`making a bare tree of ${release} (${packages.join(', ')} and nothing else); it is kept until tomorrow`);
  const settings = `${path}.conf`;
  writeFileSync(settings, aptSettings(execFileSync('apt-config', ['dump'], { encoding: 'utf8' })));
  const sources = sourcesOf(release, indexTargets());
  if (sources !== null) writeFileSync(`${path}.list`, sources);
  const options = [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    `--aptopt=${settings}`,
    '--format=tar',
    '--quiet',
  ];
  const {
    code,
    output,
    path: log,
  } = await runLogged(
    'bare-tree',
    'mmdebstrap',
    [...options, release, `${path}.new`, ...(sources === null ? [] : [`${path}.list`])],
    { env: { ...process.env, LC_ALL: 'C.UTF-8' } },
  );
  for (const left of [settings, `${path}.list`]) rmSync(left, { force: true });
  if (code !== 0)
    throw new Trouble(
      `mmdebstrap failed with exit code ${code}; its last lines:\n${output
        .slice(-15)
        .map((line) => `  | ${line}`)
        .join('\n')}`,
      { hint: `All of its output is in ${log}.` },
    );
  renameSync(`${path}.new`, path);
  return path;
}

function indexTargets() {
  const ask = () =>
    spawnSync('apt-get', ['indextargets', '--format', '$(LABEL)|$(REPO_URI)|$(COMPONENT)', 'Created-By: Packages'], {
      encoding: 'utf8',
    }).stdout ?? '';
  const known = ask();
  if (known.includes('Debian|')) return known;
  // Before the first update labels are not known.
  spawnSync('apt-get', ['-q', 'update'], { stdio: 'ignore' });
  return ask();
}

/** How this machine reaches archives and registries: names, certificates, apt's and npm's settings. */
function handIn(tree) {
  for (const path of ['/etc/resolv.conf', '/etc/hosts']) if (existsSync(path)) copyFileSync(path, join(tree, path));
  writeFileSync(
    join(tree, 'etc/apt/apt.conf.d/90machine'),
    aptSettings(execFileSync('apt-config', ['dump'], { encoding: 'utf8' })),
  );
  for (const path of ['/etc/apt/auth.conf', '/etc/apt/auth.conf.d', '/usr/local/share/ca-certificates'])
    if (existsSync(path)) cpSync(path, join(tree, path), { recursive: true });
  if (existsSync(CERTIFICATES)) copyFileSync(CERTIFICATES, join(tree, CERTIFICATES));
  const npmrc = join(tree, 'root/.npmrc');
  const own = join(homedir(), '.npmrc');
  writeFileSync(npmrc, existsSync(own) ? readFileSync(own) : '', { mode: 0o600 });
  for (const key of ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl']) {
    const value =
      findCommand('npm') === null ? '' : spawnSync('npm', ['config', 'get', key], { encoding: 'utf8' }).stdout.trim();
    if (value !== '' && value !== 'null' && value !== 'undefined') appendFileSync(npmrc, `\n${key}=${value}\n`);
  }
}

/** Those variables that name the system's own certificates mean the same in the tree. */
function certificates() {
  return ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE']
    .filter((name) => process.env[name] === CERTIFICATES)
    .map((name) => `${name}=${CERTIFICATES}`);
}

async function main(words) {
  const split = words.indexOf('--');
  const [release, ...options] = words.slice(0, split === -1 ? 0 : split);
  const argv = words.slice(split + 1);
  if (release === undefined || !/^[a-z]+$/.test(release) || argv.length === 0)
    throw new Trouble('usage: bare-tree.mjs RELEASE [--results STEP,STEP] [--keep] -- COMMAND [ARGUMENT...]', {
      exit: 2,
    });
  const steps = options.includes('--results') ? (options[options.indexOf('--results') + 1] ?? '').split(',') : [];
  const began = Date.now();
  const tree = await makeTree(release);
  say(
    `a bare tree of ${release} is ready after ${((Date.now() - began) / 1000).toFixed(1)} s; in it: ${argv.join(' ')}`,
  );
  try {
    const [command, ...rest] = inTree(tree, argv);
    const code = await handOver(command, rest, {}, () => 'SIGKILL');
    mkdirSync(artifacts, { recursive: true });
    for (const step of steps) {
      const found = join(tree, CLONE, 'test', 'artifacts', basename(resultsOf(step)));
      // Written by what ran in the tree: a plain file is taken, and nothing followed.
      if (existsSync(found) && statSync(found).isFile()) copyFileSync(found, resultsOf(step));
    }
    return code;
  } finally {
    if (options.includes('--keep')) say(`the tree is kept: ${tree}`);
    else removeTree(tree);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(async () => await main(process.argv.slice(2)));
