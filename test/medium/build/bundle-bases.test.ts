import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECIPE } from '../../../src/actions/base-store.ts';
import { basesFor, copyBases } from '../../../src/medium/build/bundle-bases.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { workbench, type Workbench } from '../../actions/workbench.ts';
import { machineFacts, profileOf } from '../../plan/host.ts';

const profile = profileOf();
const sources = { mirrors: [] };

describe('the bases that a profile needs on any machine', () => {
  it('are those of its domains, with all firmware and both GRUBs, and no appliance', () => {
    const builds = basesFor(profile, sources, true);
    expect(builds.map(({ params }) => params.base.role)).toEqual(['common', 'dom0', 'domu']);
    expect(builds[1]?.params.base.packages).toEqual(
      expect.arrayContaining(['firmware-linux', 'intel-microcode', 'grub-pc-bin', 'grub-efi-amd64-bin']),
    );
    expect(basesFor(profile, sources, false)[1]?.params.base.packages).not.toContain('firmware-linux');
    expect(basesFor(profileOf(['host.firmwarePackages=none']), sources, true)[1]?.params.base.packages).not.toContain(
      'firmware-linux',
    );
  });
  it('are the same whatever disks and cards of one machine the profile names', () => {
    const named = profileOf([
      'host.storage.disks=[{ serial: rack-0 }]',
      'host.network.bridges=[{ name: xenbr0, uplinks: [{ mac: "52:54:00:00:00:99" }] }]',
      'host.source.medium=cdrom',
    ]);
    expect(basesFor(named, sources, true)).toEqual(basesFor(profile, sources, true));
  });
  it('are taken by the planner on real machines of either firmware', () => {
    const bundledBases = basesFor(profile, sources, true)
      .filter(({ params }) => params.base.parent !== null)
      .map(({ params }) => params);
    for (const name of ['sata-ssd-and-hdd', 'raid-controller', 'many-nics']) {
      const builds = buildPlan(profile, { ...machineFacts(name), bundledBases }).actions.filter(
        ({ kind }) => kind === 'base.build',
      );
      expect(builds.map(({ title }) => title.split(' ')[0])).toEqual(['Take', 'Take']);
    }
  });
});

describe('bases that are copied to the medium', () => {
  const [, dom0] = basesFor(profile, sources, true) as [unknown, ReturnType<typeof basesFor>[number]];
  const { hash } = dom0.params;
  const EXTENTS = '{"sizeBytes":4096,"usedBytes":0,"extents":[]}';
  const manifest = (recipe: number, image: string) => ({
    ...{ recipe, hash, base: dom0.params.base },
    sha256: { image, 'extents.json': createHash('sha256').update(EXTENTS).digest('hex') },
  });
  function stored(bench: Workbench, recipe: number): void {
    mkdirSync(join(bench.store, hash), { recursive: true });
    for (const [name, text] of Object.entries({
      image: 'an image',
      'extents.json': EXTENTS,
      'manifest.json': JSON.stringify(manifest(recipe, 'abc')),
    }))
      writeFileSync(join(bench.store, hash, name), text);
  }
  it('are those of the store, with their sums', async () => {
    const bench = workbench();
    stored(bench, RECIPE);
    expect(await copyBases([dom0, dom0], bench.tree, bench.context)).toEqual([
      { hash, role: 'dom0', release: 'trixie', imageSha256: 'abc' },
    ]);
    expect(readFileSync(join(bench.tree, hash, 'image'), 'utf8')).toBe('an image');
  });
  it('are refused when another version of the program has put its own in their place', async () => {
    const bench = workbench();
    stored(bench, RECIPE + 1);
    await expect(copyBases([dom0], bench.tree, bench.context)).rejects.toMatchObject({
      code: 'target-locked',
      exit: 4,
      hint: expect.stringContaining('again'),
    });
  });
  it('are refused when something of them is torn', async () => {
    const bench = workbench();
    stored(bench, RECIPE);
    writeFileSync(join(bench.store, hash, 'extents.json'), EXTENTS.slice(0, 9));
    await expect(copyBases([dom0], bench.tree, bench.context)).rejects.toMatchObject({ exit: 4 });
  });
  it('are refused when they were built anew in the middle of it', async () => {
    const bench = workbench();
    stored(bench, RECIPE);
    const { exec } = bench.context;
    const context = {
      ...bench.context,
      exec: async (...words: Parameters<typeof exec>) => {
        const result = await exec(...words);
        writeFileSync(join(bench.store, hash, 'manifest.json'), JSON.stringify(manifest(RECIPE, 'other')));
        return result;
      },
    };
    await expect(copyBases([dom0], bench.tree, context)).rejects.toMatchObject({ code: 'target-locked' });
  });
});
