/**
 * An installation disc as the only source: what it lacks is named, bases are built from it with no network, a disc that
 * nobody vouches for is refused. The disc is made here of Debian's own packages; its lists are signed by a key of one's
 * own.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMMON_PACKAGES } from '../../src/actions/base-packages.ts';
import type { XenwrightError } from '../../src/errors.ts';
import type { SourceMedium } from '../../src/facts/facts.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { probeFacts } from '../../src/facts/probe.ts';
import type { BaseSpec } from '../../src/plan/action.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { assertHasPackages } from '../../src/install/source-medium.ts';
import { exec } from '../../src/system/process/exec.ts';
import { makeApt } from '../../src/system/medium/packages.ts';
import { probeMedium } from '../../src/system/medium/probe.ts';
import { systemProbe } from '../../src/system/process/probe-port.ts';
import { profileOf } from '../plan/host.ts';
import { buildBases, ground, labPlan } from './bases.ts';

const MINUTE = 60_000;
// Not under /tmp: key files keep their path in the tree, and a finished base has nothing there.
const work = mkdtempSync('/var/lib/xw-medium-');
const [key, iso, bare] = ['own.gpg', 'disc.iso', 'bare.iso'].map((name) => join(work, name)) as [
  string,
  string,
  string,
];
const store = join(work, 'bases');
mkdirSync(store);
const on = ground({ store });
let medium: SourceMedium;

beforeAll(async () => {
  await makeDisc();
  medium = await probeMedium(iso, true);
}, 20 * MINUTE);
afterAll(async () => {
  await on.clear();
  rmSync(work, { recursive: true, force: true });
});

/** The packages of the lab's DomUs and all they need, as a disc has them; those of Dom0 are not on it. */
async function makeDisc(): Promise<void> {
  const spec = (await labPlan()).actions.flatMap((action): BaseSpec[] =>
    action.kind === 'base.build' && action.params.base.role === 'domu' ? [action.params.base] : [],
  )[0] as BaseSpec;
  const disc = join(work, 'disc');
  const pool = join(disc, 'pool/main');
  mkdirSync(join(pool, 'partial'), { recursive: true });
  const known = '/var/cache/xenwright/bases/packages';
  if (existsSync(known)) await exec(['sh', '-c', 'cp "$1"/*.deb "$2"', 'sh', known, pool], { quiet: true });
  const conf = await makeApt(
    work,
    spec.sources.filter(({ suite }) => suite === 'trixie'),
  );
  const apt = (argv: readonly string[]): ReturnType<typeof exec> =>
    exec(['apt-get', '-qq', '-y', '-o', `Dir::Cache::archives=${pool}`, ...argv], {
      quiet: true,
      env: { APT_CONFIG: conf },
      timeoutMs: 15 * MINUTE,
    });
  await apt(['update']);
  const wanted = ['install', '--no-install-recommends', '?essential', 'apt', ...COMMON_PACKAGES, ...spec.packages];
  await apt(['--download-only', ...wanted]);
  const listed = await exec(['apt-get', '-qq', '-y', '--print-uris', ...wanted], {
    quiet: true,
    env: { APT_CONFIG: conf },
  });
  const names = new Set(listed.stdout.split('\n').flatMap((line) => line.split(' ')[1] ?? []));
  writeFileSync(join(work, 'names'), [...names].join('\n'));
  await exec(
    [
      'sh',
      '-c',
      'cd "$1" && rm -rf partial lock && for f in *.deb; do grep -Fxq "$f" "$2" || rm "$f"; done',
      'sh',
      pool,
      join(work, 'names'),
    ],
    { quiet: true },
  );
  const lists = join(disc, 'dists/trixie/main/binary-amd64');
  mkdirSync(lists, { recursive: true });
  writeFileSync(
    join(lists, 'Packages'),
    (await exec(['sh', '-c', 'dpkg-scanpackages --multiversion pool 2>/dev/null'], { cwd: disc, quiet: true })).stdout,
  );
  await exec(['xorriso', '-as', 'mkisofs', '-quiet', '-V', 'BARE', '-R', '-o', bare, await release(disc)], {
    quiet: true,
  });
  const gpg = ['gpg', '--homedir', join(work, 'gnupg'), '--batch', '--quiet', '--yes'];
  mkdirSync(join(work, 'gnupg'), { mode: 0o700 });
  await exec([...gpg, '--passphrase', '', '--quick-generate-key', 'own@example.org', 'ed25519', 'sign', 'never'], {
    quiet: true,
  });
  await exec([...gpg, '--output', key, '--export', 'own@example.org'], { quiet: true });
  await exec(
    [...gpg, '--output', join(disc, 'dists/trixie/InRelease'), '--clearsign', join(disc, 'dists/trixie/Release')],
    { quiet: true },
  );
  await exec(['gpgconf', '--homedir', join(work, 'gnupg'), '--kill', 'all'], { quiet: true, okCodes: [0, 1, 2] });
  await exec(['xorriso', '-as', 'mkisofs', '-quiet', '-V', 'DISC', '-R', '-o', iso, disc], { quiet: true });
}

async function release(disc: string): Promise<string> {
  const list = readFileSync(join(disc, 'dists/trixie/main/binary-amd64/Packages'));
  const sum = createHash('sha256').update(list).digest('hex');
  writeFileSync(
    join(disc, 'dists/trixie/Release'),
    `Origin: Debian\nSuite: stable\nCodename: trixie\nDate: ${new Date().toUTCString().replace('GMT', 'UTC')}\nArchitectures: amd64\nComponents: main\nSHA256:\n ${sum} ${list.length} main/binary-amd64/Packages\n`,
  );
  return disc;
}

/** A dead proxy: whatever asks the network fails. */
async function planOn(
  found: SourceMedium,
  changes: readonly string[],
): Promise<{ plan: Plan; facts: Parameters<typeof buildPlan>[1] }> {
  const { aptSources } = await probeFacts(systemProbe());
  const facts = { ...imageMachine({ disks: [{ sizeMiB: 65_536 }], seed: '00ff', aptSources }), medium: found };
  return {
    plan: buildPlan(
      profileOf([`host.source.medium=${found.source}`, 'host.proxy=http://127.0.0.1:9', ...changes]),
      facts,
    ),
    facts,
  };
}

it(
  'what a disc has is seen before anything is written, and every package it lacks is named',
  async () => {
    expect(medium).toMatchObject({
      label: 'DISC',
      path: iso,
      archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' }],
    });
    const { plan, facts } = await planOn(medium, [`host.source.keyring=${key}`]);
    const error = await assertHasPackages(plan, facts, profileOf()).then(
      () => null,
      (thrown: unknown) => thrown as { code: string; exit: number; lastLines: readonly string[]; hint: string },
    );
    expect(error).toMatchObject({ code: 'medium-lacks-packages', exit: 4 });
    expect(error?.lastLines).toContain('xen-system-amd64  [Dom0]');
    expect(error?.lastLines.some((line) => line.includes('[DomUs]'))).toBe(false);
    expect(error?.hint).toContain('host.source.mirror=');
  },
  10 * MINUTE,
);

it(
  'one that nobody vouches for is refused',
  async () => {
    const { plan, facts } = await planOn(await probeMedium(bare, true), []);
    await expect(assertHasPackages(plan, facts, profileOf())).rejects.toMatchObject({
      code: 'medium-not-trusted',
      exit: 6,
      hint: expect.stringContaining('#sha256='),
    });
    // By its sum the one who names it vouches for it: apt has no objection, only the packages are too few.
    const named = await planOn(
      await probeMedium(`${bare}#sha256=${createHash('sha256').update(readFileSync(bare)).digest('hex')}`, true),
      [],
    );
    const taken = await assertHasPackages(named.plan, named.facts, profileOf()).catch(
      (error: XenwrightError) => error.code,
    );
    expect([undefined, 'medium-lacks-packages']).toContain(taken);
  },
  10 * MINUTE,
);

it(
  'DomUs are built from it alone',
  async () => {
    const { plan } = await planOn(medium, [`host.source.keyring=${key}`]);
    // The appliance is this machine's own tool, and comes from its own sources.
    const baseOf = await buildBases(
      {
        ...plan,
        actions: plan.actions.filter((action) => action.kind !== 'base.build' || action.params.medium !== undefined),
      },
      ['common', 'domu'],
      on,
    );
    copyFileSync(join(store, baseOf('web1'), 'image'), on.volume('web1'));
    expect(
      await on.see(
        'web1',
        'ls /boot | grep -c ^vmlinuz; dpkg-query -W -f "\\${Status}" openssh-server; ls /run/xenwright 2>/dev/null || true',
      ),
    ).toBe('1\ninstall ok installed');
  },
  25 * MINUTE,
);
