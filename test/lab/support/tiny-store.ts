/**
 * A base store for tests in an appliance: the real appliance, tiny bases under the hashes of a plan, and a program to
 * run the plan inside. What the appliance does not need is not there.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { usedExtents } from '../../../src/actions/extents.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { buildBases, ground, labPlan } from '../bases.ts';
import { applianceBase, type ApplianceBase } from './appliance.ts';
import { tinyTree } from './tiny-tree.ts';

const FEATURES =
  'none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum,metadata_csum_seed';

/**
 * Makes it at `folder`/store for these plans. Builds the appliance's and a Dom0's real bases, or takes them from the
 * machine's store.
 */
export async function tinyStore(folder: string, plans: Readonly<Record<string, Plan>>): Promise<ApplianceBase> {
  const base = await lookStore(
    folder,
    Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, targetPart(plan)])),
  );
  const { store } = base;
  const real = ground();
  const hash = (await buildBases(await labPlan(), ['common', 'dom0'], real))('dom0');
  const image = tinyImage(join(real.store, hash, 'image'), folder);
  await real.clear();
  for (const plan of Object.values(plans))
    for (const action of plan.actions) {
      if (action.kind !== 'base.write') continue;
      mkdirSync(join(store, action.params.hash), { recursive: true });
      execFileSync('ln', ['-f', image, join(store, action.params.hash, 'image')]);
      const listing = execFileSync('dumpe2fs', [image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      writeFileSync(join(store, action.params.hash, 'extents.json'), JSON.stringify(usedExtents(listing)));
    }
  return base;
}

/** Only the appliance, the plans, and the programs that carry them out and look at what they made. */
export async function lookStore(folder: string, plans: Readonly<Record<string, Plan>>): Promise<ApplianceBase> {
  const real = ground();
  const base = await programStore(folder, await applianceBase(real), ['tiny-run', 'tiny-look']);
  await real.clear();
  for (const [name, plan] of Object.entries(plans))
    writeFileSync(join(base.store, `plan-${name}.json`), JSON.stringify(plan));
  return base;
}

/** A store of one's own with this appliance, and programs of this folder that run inside it as /bases/NAME.mjs. */
export async function programStore(
  folder: string,
  appliance: ApplianceBase,
  programs: readonly string[],
): Promise<ApplianceBase> {
  const store = join(folder, 'store');
  mkdirSync(store);
  execFileSync('sh', [
    '-c',
    'cp -al "$1" "$2" 2>/dev/null || cp -a --sparse=always "$1" "$2"',
    'sh',
    join(appliance.store, appliance.hash),
    store,
  ]);
  for (const name of programs)
    await build({
      entryPoints: [join(import.meta.dirname, `${name}.ts`)],
      outfile: join(store, `${name}.mjs`),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      logLevel: 'error',
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url); const __filename = import.meta.filename;',
      },
    });
  return { store, hash: appliance.hash };
}

/** What is left of a plan when the bases are there: the part that an appliance carries out. */
function targetPart(plan: Plan): Plan {
  const actions = plan.actions.filter((action) => action.place === 'target');
  const ids = new Set(actions.map((action) => action.id));
  return {
    ...plan,
    actions: actions.map((action) => ({ ...action, needs: action.needs.filter((id) => ids.has(id)) })),
  };
}

function tinyImage(base: string, folder: string): string {
  const [mount, tree] = ['real-', 'tree-'].map((name) => mkdtempSync(join(tmpdir(), `xw-tiny-${name}`))) as [
    string,
    string,
  ];
  const image = join(folder, 'tiny.img');
  execFileSync('mount', ['-o', 'loop,ro', base, mount]);
  try {
    tinyTree(mount, tree);
  } finally {
    execFileSync('umount', [mount]);
  }
  execFileSync('mke2fs', [
    '-q',
    '-F',
    '-t',
    'ext4',
    '-b',
    '4096',
    '-I',
    '256',
    '-O',
    FEATURES,
    '-J',
    'size=4',
    '-m',
    '1',
    '-E',
    'lazy_itable_init=0,lazy_journal_init=0,root_owner=0:0',
    '-d',
    tree,
    image,
    '64M',
  ]);
  for (const left of [mount, tree]) rmSync(left, { recursive: true, force: true });
  return image;
}
