/**
 * Adding DomUs to a host: the plan has their own actions and the bases they need, and never anything of the host or of
 * other DomUs.
 */
import { describe, expect, it, test } from 'vitest';
import type { Action } from '../../src/plan/action.ts';
import { planOfAdded } from '../../src/plan/added-domus.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { formats } from '../../src/plan/formats/formats.ts';
import { describe as describeAction } from '../../src/actions/table.ts';
import { typeOf } from '../../src/plan/storage/devices/table.ts';
import { validOrder } from '../../src/engine/graph.ts';
import { find, imageFacts, machineFacts, planOf, profileOf } from './host.ts';

const MORE =
  'domus[2]={ name: web2, type: hvm, memory: 512M, packages: [nginx], disks: { root: { size: 2G }, swap: 256M, data: [{ name: srv, size: 1G, mount: /srv }] }, commands: { late: ["true"] } }';
const DIRECT = 'domus[3]={ name: db2, type: pv, boot: direct, memory: 512M, disks: { root: { size: 2G }, swap: 0 } }';
const HOSTS = /^(host|dom0|web1|db1)(\/|$)/;

/** Every device, volume and folder that an action writes to, beside the trees of Dom0. */
function written(action: Action): string[] {
  if (action.kind === 'storage.make') return [typeOf(action.params.node).path(action.params.node, action.params.under)];
  const { device } = action.params as { device?: string };
  return device === undefined ? [] : [device];
}

describe.each(['lvm', 'plain'])('with layout %s', (layout) => {
  const whole = planOf([`host.storage.layout=${layout}`, MORE, DIRECT], { ...imageFacts(), kind: 'machine' });
  const added = planOfAdded(whole, ['web2', 'db2']);

  it('takes no action of the host, of Dom0 or of another DomU', () => {
    expect(added.actions.filter(({ id, domain }) => HOSTS.test(id) || !['web2', 'db2'].includes(domain))).toEqual([]);
    expect(added.actions.flatMap(({ needs }) => needs).filter((need) => HOSTS.test(need))).toEqual([]);
    const ofHosts = [
      'disk.release',
      'storage.open',
      'medium.copy',
      'tree.boot-files',
      'boot.install',
      'boot.verify',
      'host.finish',
    ];
    expect(added.actions.filter(({ kind }) => ofHosts.includes(kind))).toEqual([]);
    for (const action of added.actions) for (const place of written(action)) expect(place).toMatch(/(^|\/)(web2|db2)-/);
  });

  it('takes all of theirs as the install would, in a valid order', () => {
    const own = whole.actions.filter(({ domain, kind }) => ['web2', 'db2'].includes(domain) && kind !== 'base.build');
    expect(own.map(({ id }) => [id, added.actions.find((action) => action.id === id)?.params])).toEqual(
      own.map(({ id, params }) => [id, params]),
    );
    expect(validOrder(added.actions)).toHaveLength(added.actions.length);
    const builds = added.actions
      .filter(({ kind }) => kind === 'base.build')
      .map(({ params }) => ('base' in params ? `${params.base.role} ${params.base.packages.includes('nginx')}` : ''));
    expect(builds).toEqual(['common false', 'domu false', 'domu true']);
  });

  it('shows their volumes and addresses alone, and can be written out', () => {
    expect(new Set(added.volumes.map(({ domain }) => domain))).toEqual(new Set(['web2', 'db2']));
    expect(added.bridges.flatMap(({ ports }) => ports.map(({ domu }) => domu))).toEqual(['web2', 'db2']);
    expect(added.hash).not.toBe(whole.hash);
    expect(formats.text(added, describeAction)).not.toMatch(/^Disks|partition/m);
    expect(formats.sh(added, describeAction)).not.toMatch(/sgdisk|vgcreate|grub-install|wipefs/);
  });
});

test('names and identities are those that an install of all of them gives', () => {
  const facts = machineFacts('sata-ssd-and-hdd');
  const before = buildPlan(profileOf(), facts);
  const after = buildPlan(profileOf([MORE]), facts);
  expect(find(after, 'tree.files', 'web1/record').params).toEqual(find(before, 'tree.files', 'web1/record').params);
});

test('an action that reaches beyond its DomU is a fault, not a run', () => {
  const whole = planOf([MORE]);
  const onDisk = planOf([MORE], { ...imageFacts(), kind: 'machine' });
  const with_ = (change: (action: Action) => Action) => () =>
    planOfAdded({ ...whole, actions: whole.actions.map(change) }, ['web2']);
  expect(
    with_((action) =>
      action.id === 'web2/root/write'
        ? ({ ...action, params: { ...action.params, device: '/dev/xenvg/web1-root' } } as Action)
        : action,
    ),
  ).toThrow('web1-root is no device of it');
  expect(() =>
    planOfAdded(
      {
        ...onDisk,
        actions: onDisk.actions.map((action) =>
          action.id === 'web2/wipe/web2-root'
            ? ({ ...action, params: { device: '/dev/vg_xen1/web1-root', by: 'zeros' } } as Action)
            : action,
        ),
      },
      ['web2'],
    ),
  ).toThrow('web1-root is no device of it');
  expect(with_((action) => (action.id === 'host/disk/partition' ? { ...action, domain: 'web2' } : action))).toThrow(
    '/dev/disk/by-id/virtio-xw-disk0 is no device of it',
  );
  const dom0 = find(whole, 'tree.files', 'dom0/files').params.tree;
  const web1 = find(whole, 'tree.files', 'web1/files').params.tree;
  expect(
    with_((action) =>
      action.id === 'web2/files' ? ({ ...action, params: { ...action.params, tree: dom0 } } as Action) : action,
    ),
  ).toThrow("is Dom0's own");
  expect(
    with_((action) =>
      action.id === 'web2/files' ? ({ ...action, params: { ...action.params, tree: web1 } } as Action) : action,
    ),
  ).toThrow('web1-root is no device of it');
  expect(
    with_((action) =>
      action.id === 'web2/late' ? ({ ...action, params: { ...action.params, tree: dom0 } } as Action) : action,
    ),
  ).toThrow('would run in Dom0');
  expect(
    with_((action) =>
      action.id === 'web2/late' ? ({ ...action, params: { ...action.params, tree: null } } as Action) : action,
    ),
  ).toThrow('would run in this system');
});
