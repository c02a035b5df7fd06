import { describe, expect, it } from 'vitest';
import type { BundledBase } from '../../src/facts/facts.ts';
import type { ActionOf, BaseSpec } from '../../src/plan/action.ts';
import { hashOf } from '../../src/plan/canonical.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { find, imageFacts, machineFacts, planOf } from './host.ts';
import type { Ext4Node } from '../../src/plan/storage/devices/ext4.ts';
import { madeBy } from './storage/devices.ts';

const builds = (plan: Plan): ActionOf<'base.build'>[] => plan.actions.filter((action) => action.kind === 'base.build');
const roles = (plan: Plan): string[] =>
  builds(plan)
    .map(({ params }) => `${params.base.role} ${params.base.release}`)
    .sort();

describe('bases', () => {
  it('are one common stage, then one each for the appliance, Dom0 and equal DomUs', () => {
    const plan = planOf();
    expect(roles(plan)).toEqual(['appliance trixie', 'common trixie', 'dom0 trixie', 'domu trixie']);
    expect(find(plan, 'base.write', 'web1/root/write').params.hash).toBe(
      find(plan, 'base.write', 'db1/root/write').params.hash,
    );
  });
  it('continue from their common stage and are built where the engine is', () => {
    const all = builds(planOf());
    const common = all.find(({ params }) => params.base.role === 'common');
    for (const build of all.filter((one) => one !== common))
      expect(build).toMatchObject({
        place: 'builder',
        needs: [common?.id],
        params: { base: { parent: common?.params.hash } },
      });
  });
  it("have no appliance on a machine's own disks", () => {
    expect(roles(planOf([], machineFacts('sata-ssd-and-hdd')))).not.toContain('appliance trixie');
  });
  it("are a DomU's own when its packages or its release differ", () => {
    const plan = planOf(['domus.web1.packages=[nginx]', 'domus.db1.release=bookworm']);
    expect(roles(plan)).toEqual([
      'appliance trixie',
      'common bookworm',
      'common trixie',
      'dom0 trixie',
      'domu bookworm',
      'domu trixie',
    ]);
    const owners = Object.fromEntries(
      builds(plan).map(({ domain, params }) => [`${params.base.role} ${params.base.release}`, domain]),
    );
    expect(owners).toMatchObject({
      'common bookworm': 'host',
      'dom0 trixie': 'host',
      'domu trixie': 'web1',
      'domu bookworm': 'db1',
    });
  });
  it('do not depend on the order or on doubles of packages', () => {
    const hash = (packages: string): string =>
      find(planOf([`domus.web1.packages=${packages}`]), 'base.write', 'web1/root/write').params.hash;
    expect(hash('[nginx, vim]')).toBe(hash('[vim, nginx, vim]'));
    expect(hash('[nginx]')).not.toBe(hash('[vim]'));
  });
  it("do not depend on what is a single domain's own: names, sizes, keys, MACs", () => {
    const before = builds(planOf()).map(({ params }) => params.hash);
    const after = builds(
      planOf(
        [
          'host.hostname=other',
          'domus.web1.memory=1G',
          'host.admin.sshKeys=[]',
          'host.admin.user=eve',
          'host.storage.root=5G',
        ],
        imageFacts(80_000, 'ff'),
      ),
    );
    expect(after.map(({ params }) => params.hash)).toEqual(before);
  });
});

describe('filesystem features', () => {
  it('are never more than the release knows that mounts it', () => {
    const plan = planOf(['domus.db1.release=bookworm']);
    const features = (id: string): readonly string[] => madeBy<Ext4Node>(plan, id).features ?? [];
    const bookworm = builds(plan).find(
      ({ params }) => params.base.role === 'domu' && params.base.release === 'bookworm',
    );
    expect(bookworm?.params.base.features).toContain('metadata_csum');
    expect(bookworm?.params.base.features).not.toContain('metadata_csum_seed');
    expect(bookworm?.params.base.features).not.toContain('orphan_file');
    expect(features('web1/filesystem/web1-srv')).toContain('orphan_file');
    expect(features('dom0/filesystem/boot')).not.toContain('metadata_csum');
    expect(features('dom0/filesystem/esp')).toEqual([]);
  });
});

describe('bases that the medium carries', () => {
  const machine = machineFacts('sata-ssd-and-hdd');
  const specs = builds(planOf([], machine)).flatMap(({ params }) => (params.base.parent === null ? [] : [params]));
  const bundled = (changes: Partial<BaseSpec> = {}): BundledBase[] =>
    specs.map(({ base }) => {
      const changed = { ...base, ...changes, packages: [...base.packages, 'zsh'].sort() };
      return { hash: hashOf(changed), base: changed };
    });
  const withBundled = (bases: BundledBase[]): Plan => planOf([], { ...machine, bundledBases: bases });

  it('are taken in place of building, with no common stage, when they have all that is wanted and more', () => {
    const taken = builds(withBundled(bundled()));
    expect(taken.map(({ title }) => title)).toEqual([
      'Take the Dom0 base of trixie from the medium',
      'Take the DomU base of trixie from the medium',
    ]);
    expect(taken.every(({ params, needs }) => params.bundled === true && needs.length === 0)).toBe(true);
    expect(find(withBundled(bundled()), 'base.write', 'web1/root/write').params.hash).toBe(taken[1]?.params.hash);
  });
  it('serve wherever their packages came from', () => {
    expect(
      builds(
        withBundled(
          bundled({
            sources: [{ uri: 'https://other.example', suite: 'trixie', components: ['main'], keyring: null }],
            parent: 'ff',
          }),
        ),
      ).every(({ params }) => params.bundled),
    ).toBe(true);
  });
  it('are left alone when a package, a feature or the release differs', () => {
    const without = specs.map(({ base, hash }) => ({ hash, base: { ...base, packages: base.packages.slice(1) } }));
    for (const bases of [without, bundled({ features: [] }), bundled({ release: 'forky' })])
      expect(withBundled(bases)).toEqual(planOf([], machine));
  });
  it('of several the leanest is taken', () => {
    const fat = bundled().map(({ base }) => ({
      hash: 'f'.repeat(64),
      base: { ...base, packages: [...base.packages, 'emacs'] },
    }));
    expect(withBundled([...fat, ...bundled()]).hash).toBe(withBundled(bundled()).hash);
  });
});
