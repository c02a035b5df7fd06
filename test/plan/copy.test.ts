/** Installs into images: what does not need the disks is done in a copy of the base, where the program runs. */
import { describe, expect, test } from 'vitest';
import { allNeeds, find, imageFacts, machineFacts, planOf } from './host.ts';

const beside = { ...imageFacts(), mountsImages: true as const };
const placeOf = (plan: ReturnType<typeof planOf>, id: string): string | undefined =>
  plan.actions.find((action) => action.id === id)?.place;

describe('where an image can be mounted', () => {
  const plan = planOf([], beside);

  test('each domain is configured in a copy of its base, which is written when it is closed', () => {
    for (const domain of ['dom0', 'db1']) {
      const copy = find(plan, 'root.copy', `${domain}/root/copy`).params.copy;
      expect(find(plan, 'tree.files', `${domain}/files`).params.tree.mounts).toEqual([
        { device: copy, at: '/', type: 'ext4', isCopy: true, options: 'loop' },
      ]);
      for (const step of ['root/copy', 'files', 'identity', 'root/close'])
        expect(placeOf(plan, `${domain}/${step}`), step).toBe('builder');
      expect(find(plan, 'base.write', `${domain}/root/write`)).toMatchObject({
        place: 'target',
        params: { hash: copy, isCopy: true },
      });
      expect([...allNeeds(plan, `${domain}/root/write`)]).toEqual(
        expect.arrayContaining([
          `${domain}/root/close`,
          `${domain}/identity`,
          `${domain}/files`,
          `${domain}/root/copy`,
        ]),
      );
    }
  });

  test('no part of it waits for the appliance or a device of it', () => {
    for (const id of ['dom0/root/close', 'web1/root/close', 'dom0/boot/prepare'])
      expect([...allNeeds(plan, id)].filter((need) => placeOf(plan, need) !== 'builder')).toEqual([]);
  });

  test('each copy has a name of its own, and all of them go once the host is whole', () => {
    const copies = ['dom0', 'web1', 'db1'].map((domain) => find(plan, 'root.copy', `${domain}/root/copy`).params.copy);
    expect(new Set(copies).size).toBe(3);
    const drop = find(plan, 'root.drop', 'host/copies/drop');
    expect(drop.params.copies).toEqual(copies);
    expect(drop.needs).toEqual(['host/finish']);
  });

  test('what lies on a volume of its own is written there, after the root', () => {
    const withFile = planOf(
      ['domus.0.files=[{ path: /srv/www/index.html, content: hello }, { path: /etc/motd, content: hello }]'],
      beside,
    );
    const inRoot = find(withFile, 'tree.files', 'web1/files').params.files.map(({ path }) => path);
    const later = find(withFile, 'tree.files', 'web1/files/volumes');
    expect(inRoot).toContain('/etc/motd');
    expect(inRoot).not.toContain('/srv/www/index.html');
    expect(later.place).toBe('target');
    expect(later.params.files.map(({ path }) => path)).toEqual(['/srv/www/index.html']);
    expect(later.params.tree.mounts.map(({ at }) => at)).toEqual(['/', '/srv']);
    expect(find(withFile, 'tree.files', 'web1/record').needs).toContain('web1/files/volumes');
  });

  test('mount points alone need no volume mounted', () => {
    expect(find(plan, 'tree.files', 'web1/files').params.directories.map(({ path }) => path)).toContain('/srv');
    expect(plan.actions.map(({ id }) => id)).not.toContain('web1/files/volumes');
    expect(plan.actions.map(({ id }) => id)).not.toContain('dom0/files/volumes');
  });

  test('more than fits beside a base is written on the target', () => {
    const large = planOf([`host.files=[{ path: /srv/large, content: "${'x'.repeat(5_000_000)}" }]`], beside);
    expect(placeOf(large, 'dom0/files')).toBe('target');
    expect(placeOf(large, 'web1/files')).toBe('builder');
  });

  test('records of DomUs wait until Dom0 is there', () => {
    expect(find(plan, 'tree.files', 'web1/record').needs).toEqual(
      expect.arrayContaining(['web1/root/write', 'dom0/boot-files']),
    );
  });
});

describe('the boot loader', () => {
  test.each([
    ['lvm', '/dev/mapper/vg_xen1-root', 'lvm'],
    ['plain', /^UUID=[0-9a-f-]{36}$/, ''],
  ])(
    'with layout %s its menu is made in the copy, from the names that the host will know',
    (layout, device, abstraction) => {
      const plan = planOf([`host.storage.layout=${layout}`], beside);
      const { params } = find(plan, 'boot.prepare', 'dom0/boot/prepare');
      expect(params.root.device).toMatch(device);
      expect(params.root.abstraction).toBe(abstraction);
      expect(params.boot.number).toBe(3);
      expect(find(plan, 'boot.install', 'dom0/boot/install').params.isPrepared).toBe(true);
      const menu = find(plan, 'tree.files', 'dom0/files').params.files.find(({ path }) =>
        path.includes('09_xenwright'),
      );
      expect(menu?.content).toContain(params.boot.uuid);
    },
  );

  test('is made on the target where late commands may change what it reads', () => {
    const plan = planOf(['host.commands.late=[{ run: "true" }]'], beside);
    expect(plan.actions.map(({ kind }) => kind)).not.toContain('boot.prepare');
    expect(find(plan, 'boot.install', 'dom0/boot/install').params.isPrepared).toBeUndefined();
    expect([...allNeeds(plan, 'dom0/boot/install')]).toContain('dom0/late');
    expect(placeOf(plan, 'dom0/late')).toBe('target');
  });
});

test('elsewhere there are no copies: a machine has its own disks, and not every system mounts images', () => {
  for (const facts of [imageFacts(), machineFacts('many-nics')])
    expect(planOf([], facts).actions.filter(({ kind }) => kind.startsWith('root.') || kind === 'boot.prepare')).toEqual(
      [],
    );
});
