import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validOrder } from '../../src/engine/graph.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { canonicalJson } from '../../src/plan/canonical.ts';
import { defaultDom0MemoryMiB } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { allNeeds, find, imageFacts, machineFacts, planOf, profileOf } from './host.ts';
import type { Action } from '../../src/plan/action.ts';

/** Changes of all sorts that a plan must take. */
const CHANGES = [
  'host.storage.layout=plain',
  'host.storage.firmware=uefi',
  'host.hypervisor=none',
  'host.commands.early=[date]',
  'host.commands.late=[date]',
  'host.storage.swap=0',
  'domus.web1.boot=direct',
  'domus.web1.type=pv',
  'domus.web1.commands.late=[date]',
  'domus.db1.release=bookworm',
  'domus.db1.disks.root.size=rest',
  'domus.web1.packages=[nginx]',
  'domus=[]',
];

/** The device that an action writes to. */
function writtenBy({ params }: Action): string {
  return 'device' in params ? params.device : 'under' in params ? (params.under[0]?.path ?? '') : '';
}

describe('a plan', () => {
  it('is the same, with the same hash, for the same profile and facts', () => {
    fc.assert(
      fc.property(fc.subarray(CHANGES), (changes) => {
        expect(planOf(changes)).toEqual(planOf(changes));
        expect(planOf(changes).hash).toBe(planOf(changes).hash);
      }),
      { numRuns: 20 },
    );
  });
  it('does not depend on the order of keys in the profile or the facts', () => {
    const reversed = <T>(value: T): T =>
      Array.isArray(value)
        ? (value.map(reversed) as T)
        : value !== null && typeof value === 'object'
          ? (Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([key, item]) => [key, reversed(item)]),
            ) as T)
          : value;
    expect(buildPlan(reversed(profileOf()), reversed(imageFacts())).hash).toBe(planOf().hash);
  });
  it('has another hash for another profile or machine', () => {
    const hashes = [
      planOf(),
      planOf(['domus.web1.memory=513M']),
      planOf(['timezone=Europe/Berlin']),
      planOf([], imageFacts(65_536, '01')),
      planOf([], imageFacts(70_000)),
    ].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
  it('stands in a valid order and has no double ids, whatever the profile', () => {
    fc.assert(
      fc.property(fc.subarray(CHANGES), (changes) => {
        const { actions } = planOf(changes);
        expect(validOrder(actions)).toHaveLength(actions.length);
        const done = new Set<string>();
        for (const action of actions) {
          for (const need of action.needs) expect(done, `${action.id} comes before ${need}`).toContain(need);
          done.add(action.id);
        }
      }),
      { numRuns: 30 },
    );
  });
  it('survives being written as JSON', () => {
    const plan = planOf();
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('the graph', () => {
  it.each(['lvm', 'plain'])('writes nothing before the disk is partitioned (%s)', (layout) => {
    const plan = planOf([`host.storage.layout=${layout}`, 'host.commands.early=[date]']);
    for (const action of plan.actions.filter(
      ({ place, id }) =>
        place === 'target' && !id.startsWith('host/disk/') && !['host/appliance', 'host/early'].includes(id),
    ))
      expect(allNeeds(plan, action.id), action.id).toContain('host/disk/partition');
    expect(allNeeds(plan, 'host/disk/release')).toContain('host/early');
  });
  it('has the appliance before anything happens in it', () => {
    const plan = planOf(['host.commands.early=[date]']);
    const appliance = plan.actions.find(({ id }) => id.startsWith('base/appliance'))?.id ?? '';
    for (const action of plan.actions.filter(({ place, id }) => place === 'target' && id !== 'host/appliance')) {
      expect(allNeeds(plan, action.id), action.id).toContain(appliance);
      expect(allNeeds(plan, action.id), action.id).toContain('host/appliance');
    }
    expect(find(plan, 'appliance.start', 'host/appliance')).toMatchObject({ needs: [appliance], everyRun: true });
  });
  it('lets neither Dom0 nor a DomU wait for another DomU', () => {
    for (const layout of ['lvm', 'plain']) {
      const plan = planOf([`host.storage.layout=${layout}`]);
      const domainOf = new Map(plan.actions.map(({ id, domain }) => [id, domain]));
      for (const action of plan.actions.filter(({ id }) => id !== 'host/finish')) {
        const foreign = [...allNeeds(plan, action.id)].filter(
          (need) => !['host', 'dom0', action.domain].includes(domainOf.get(need) ?? ''),
        );
        expect(foreign, action.id).toEqual([]);
      }
    }
  });
  it('makes the volumes side by side', () => {
    const plan = planOf();
    for (const name of ['dom0/volume/root', 'web1/volume/web1-root', 'db1/volume/db1-root'])
      expect(find(plan, 'storage.make', name).needs).toEqual(['host/group']);
  });
  it("writes nothing to a DomU's volume on a disk before that holds nothing of before, and leaves Dom0's own as they are", () => {
    const plan = planOf(['domus.web1.type=hvm'], { ...imageFacts(), kind: 'machine' });
    const wiped = plan.actions.flatMap((action) => (action.kind === 'volume.wipe' ? [action.params.device] : []));
    expect(wiped).toEqual(
      ['boot', 'root', 'swap', 'srv'].map((name) => `/dev/vg_xen1/web1-${name}`).concat('/dev/vg_xen1/db1-root'),
    );
    const writing = plan.actions.filter(
      ({ domain, kind, id }) =>
        !['host', 'dom0'].includes(domain) &&
        ['storage.make', 'base.write', 'domu.boot-volume'].includes(kind) &&
        !/\/volume\//.test(id),
    );
    expect(writing).toHaveLength(5);
    for (const action of writing)
      expect(allNeeds(plan, action.id)).toContain(`${action.domain}/wipe/${writtenBy(action).split('/').at(-1)}`);
  });
  it("does not let a DomU's wipe wait for bases, nor Dom0 for it", () => {
    const plan = planOf([], { ...imageFacts(), kind: 'machine' });
    expect([...allNeeds(plan, 'web1/wipe/web1-root')].filter((id) => id.startsWith('base/'))).toEqual([]);
    expect([...allNeeds(plan, 'dom0/boot/verify')].filter((id) => id.includes('/wipe/'))).toEqual([]);
  });
  it('has nothing to wipe in an image, nor where DomUs have files', () => {
    const wipes = (plan: Plan): number => plan.actions.filter(({ kind }) => kind === 'volume.wipe').length;
    expect(wipes(planOf())).toBe(0);
    expect(wipes(planOf(['host.storage.layout=plain'], { ...imageFacts(), kind: 'machine' }))).toBe(0);
    expect(wipes(planOf(['host.storage.wipe=none'], { ...imageFacts(), kind: 'machine' }))).toBe(0);
    expect(wipes(planOf([], { ...imageFacts(), kind: 'machine' }))).toBe(4);
  });
  it('records a DomU in Dom0 last, so that one that failed is never started', () => {
    const plan = planOf(['domus.web1.boot=direct', 'domus.web1.commands.late=[date]']);
    const needs = allNeeds(plan, 'web1/record');
    for (const action of plan.actions.filter(({ domain, id }) => domain === 'web1' && id !== 'web1/record'))
      expect(needs, action.id).toContain(action.id);
    expect(find(plan, 'tree.files', 'web1/record').params.tree.domain).toBe('dom0');
    expect(find(plan, 'tree.files', 'dom0/files').params.files.some(({ path }) => path.includes('web1'))).toBe(false);
  });
  it('finishes after everything', () => {
    const plan = planOf();
    expect(allNeeds(plan, 'host/finish').size).toBe(plan.actions.length - 1);
    expect(plan.actions.at(-1)?.id).toBe('host/finish');
  });
});

describe('trees', () => {
  it('are mounted from outside inwards', () => {
    expect(
      find(planOf(), 'tree.files', 'dom0/files').params.tree.mounts.map(({ at, type }) => `${at} ${type}`),
    ).toEqual(['/ ext4', '/boot ext4', '/boot/efi vfat', '/var/lib/xenwright ext4']);
    expect(
      find(planOf(), 'tree.files', 'web1/files').params.tree.mounts.map(({ device, at }) => `${device} ${at}`),
    ).toEqual(['/dev/vg_xen1/web1-root /', '/dev/vg_xen1/web1-srv /srv']);
  });
  it('of DomUs are files on the data partition with the plain layout', () => {
    const plan = planOf(['host.storage.layout=plain']);
    const data = find(plan, 'storage.make', 'dom0/filesystem/data').params.under[0]?.path;
    expect(find(plan, 'tree.files', 'web1/files').params.tree.mounts[0]).toEqual({
      device: '/var/lib/xenwright/domus/web1-root.img',
      at: '/',
      type: 'ext4',
      options: 'loop',
      backing: { device: data, at: '/var/lib/xenwright' },
    });
    expect(find(plan, 'base.write', 'web1/root/write').params.in?.domain).toBe('dom0');
  });
});

describe('firmware and memory', () => {
  it("of an image is both kinds, and its boot entries stay out of a firmware's memory", () => {
    expect(find(planOf(), 'boot.install', 'dom0/boot/install').params).toMatchObject({
      bios: true,
      uefi: true,
      nvram: false,
    });
  });
  it('of a machine is what it runs on', () => {
    const uefi = { ...machineFacts('sata-ssd-and-hdd'), firmware: { kind: 'uefi' as const, secureBoot: false } };
    const bios = { ...uefi, firmware: { kind: 'bios' as const, secureBoot: false } };
    const install = (plan: Plan) => find(plan, 'boot.install', 'dom0/boot/install').params;
    expect(install(planOf([], uefi))).toMatchObject({ bios: false, uefi: true, nvram: true });
    expect(install(planOf([], bios))).toMatchObject({ bios: true, uefi: false, nvram: false });
    expect(install(planOf(['host.storage.firmware=both'], bios))).toMatchObject({
      bios: true,
      uefi: true,
      nvram: false,
    });
  });
  it('gives Dom0 between 1 and 8 GiB, never less on a larger host', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 120_000 }), fc.integer({ min: 0, max: 4096 }), (hostMiB, moreMiB) => {
        const memoryMiB = defaultDom0MemoryMiB(hostMiB);
        expect(memoryMiB).toBeGreaterThanOrEqual(1024);
        expect(memoryMiB).toBeLessThanOrEqual(8192);
        expect(defaultDom0MemoryMiB(hostMiB + moreMiB)).toBeGreaterThanOrEqual(memoryMiB);
      }),
    );
  });
  it('adds up', () => {
    const { memory } = planOf();
    expect(
      memory.xenMiB + memory.dom0MiB + memory.freeMiB + memory.domus.reduce((sum, domu) => sum + domu.memoryMiB, 0),
    ).toBe(memory.totalMiB);
  });
});

describe('bridges', () => {
  it('carry the MAC of their NIC', () => {
    const facts = machineFacts('many-nics');
    const [bridge] = planOf(['domus=[]'], facts).bridges;
    expect(facts.nics.map(({ mac }) => mac.toLowerCase())).toContain(bridge?.mac);
    expect(facts.nics.find(({ name }) => name === bridge?.uplinks[0])?.carrier).toBe(true);
  });
  it('leave a NIC alone that another bridge has to itself', () => {
    const facts = machineFacts('many-nics');
    const wanted = facts.nics.find(({ carrier }) => carrier);
    const plan = planOf(
      ['domus=[]', `host.network.bridges=[{ name: xenbr0 }, { name: xenbr1, uplinks: [{ mac: "${wanted?.mac}" }] }]`],
      facts,
    );
    expect(plan.bridges[1]?.uplinks).toEqual([wanted?.name]);
    expect(plan.bridges[0]?.uplinks).not.toEqual([wanted?.name]);
  });
  it('without a NIC have a MAC that nobody else has', () => {
    const { bridges } = planOf([
      'host.network.bridges=[{ name: xenbr0 }, { name: inner, uplinks: [], addresses: [] }]',
      'domus.web1.network=[{ bridge: xenbr0 }, { bridge: inner }]',
    ]);
    const macs = [...bridges.map(({ mac }) => mac), ...bridges.flatMap(({ ports }) => ports.map(({ mac }) => mac))];
    expect(new Set(macs).size).toBe(macs.length);
    expect(bridges[1]?.ports.map(({ domu }) => domu)).toEqual(['web1']);
  });
});

describe('kinds of DomU', () => {
  it('are PVH where the CPU can, else PV by pygrub', () => {
    const configOf = (plan: Plan): string => JSON.stringify(find(plan, 'tree.files', 'web1/record').params.files[0]);
    const weak = { ...imageFacts(), cpu: { ...imageFacts().cpu, virtualization: null } };
    expect(configOf(planOf())).toContain('type = \\"pvh\\"');
    expect(configOf(planOf([], weak))).toMatch(/type = \\"pv\\".*bootloader = \\"pygrub\\"/);
  });
  it('that cannot boot are refused', () => {
    expect(() => planOf(['domus.db1.boot=grub'])).toThrow(expect.objectContaining({ code: 'boot-unfit', exit: 3 }));
  });
});

describe('secrets', () => {
  it('are named in a plan, never shown', () => {
    const hash = '$6$canarysalt$vVZEyGSSbZEkBGnvkbVVYm8yMI8r0rRMzQJkZpGvXGQ5hSuvMxSSm9ZfYkZsFqTzJg9YGWzQ9bqYwYyuJBXbE.';
    const plan = planOf([`host.admin.passwordHash=${JSON.stringify(hash)}`]);
    expect(JSON.stringify(plan)).not.toContain('canarysalt');
    expect(find(plan, 'tree.identity', 'dom0/identity').params.password).toEqual({ secret: 'host.admin.passwordHash' });
  });
});

describe('canonical JSON', () => {
  it('has its keys sorted at every depth, and nothing that is undefined', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }], a: undefined, A: 'x' })).toBe('{"A":"x","b":[{"c":null,"d":1}]}');
  });
  it('is JSON that reads back as the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
