import { describe, expect, it } from 'vitest';
import { basesFor } from '../../../src/medium/build/carry-bases.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { machineFacts, profileOf } from '../../plan/host.ts';

const profile = profileOf();
const sources = { mirrors: [] };

describe('the bases that a profile needs on any machine', () => {
  it('are those of its domains, with all firmware and both GRUBs, and no appliance', () => {
    const builds = basesFor(profile, sources, true);
    expect(builds.map(({ params }) => params.base.role)).toEqual(['common', 'dom0', 'domu']);
    expect(builds[1]?.params.base.packages).toEqual(expect.arrayContaining(['firmware-linux', 'intel-microcode', 'grub-pc-bin', 'grub-efi-amd64-bin']));
    expect(basesFor(profile, sources, false)[1]?.params.base.packages).not.toContain('firmware-linux');
    expect(basesFor(profileOf(['host.firmwarePackages=none']), sources, true)[1]?.params.base.packages).not.toContain('firmware-linux');
  });
  it('are taken by the planner on real machines of either firmware', () => {
    const carriedBases = basesFor(profile, sources, true).filter(({ params }) => params.base.parent !== null).map(({ params }) => params);
    for (const name of ['sata-ssd-and-hdd', 'raid-controller', 'many-nics']) {
      const builds = buildPlan(profile, { ...machineFacts(name), carriedBases }).actions.filter(({ kind }) => kind === 'base.build');
      expect(builds.map(({ title }) => title.split(' ')[0])).toEqual(['Take', 'Take']);
    }
  });
});
