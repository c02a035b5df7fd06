/** Every reason why a DomU cannot be added to a running host, at once; and the facts that it is planned with. */
import { describe, expect, it, test } from 'vitest';
import { checkProfile } from '../../../src/check/check.ts';
import { inEnglish } from '../../../src/i18n/english.ts';
import {
  findingsToTell,
  pygrubReasons,
  reasonsAgainst,
  type Reason,
  type Wanted,
} from '../../../src/host/domus/fit.ts';
import { factsOfHost } from '../../../src/host/domus/host-facts.ts';
import type { HostNow } from '../../../src/facts/installed-host.ts';
import { planOfAdded } from '../../../src/plan/added-domus.ts';
import { buildModel } from '../../../src/plan/build-model.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import type { DomuRecord } from '../../../src/plan/domu/domu-record.ts';
import { find, imageFacts, planOf, profileOf } from '../../plan/host.ts';

const MORE = 'domus[2]={ name: web2, memory: 512M, disks: { root: { size: 2G }, swap: 256M } }';
const NOW: HostNow = {
  isDom0: true,
  whyWithoutXen: null,
  freeMemoryMiB: 1024,
  domains: ['Domain-0', 'web1'],
  volumes: ['root', 'web1-root'],
  freeMiB: 40_000,
  storeFreeMiB: 8000,
};

function wanted(changes: readonly string[] = [], more: Partial<Wanted> = {}): Wanted {
  const facts = factsOfHost(imageFacts(), { mirrors: [], bases: [], medium: null });
  const profile = profileOf([MORE, ...changes]);
  const whole = buildPlan(profile, facts);
  return {
    added: profile.domus.slice(2),
    whole,
    plan: planOfAdded(whole, ['web2']),
    records: ['web1', 'db1'].map(recorded),
    now: NOW,
    missing: [],
    isResumed: false,
    ...more,
  };
}

/** As the install has left it. */
function recorded(name: string): DomuRecord {
  const { files } = find(planOf(), 'tree.files', `${name}/record`).params;
  return JSON.parse(String(files.find(({ path }) => path.endsWith('.json'))?.content)) as DomuRecord;
}

/** As people read them. */
const said = (reasons: readonly Reason[]): string[] =>
  reasons.map(({ id, values = {} }) => inEnglish({ key: `errors.${id}`, values }));
const against = (wanted: Wanted): string[] => said(reasonsAgainst(wanted));

describe('a DomU for a running host', () => {
  it('gets volumes with nothing of others in them, of whichever DomU or person before it, on a host that was made as an image too', () => {
    const { plan } = wanted();
    expect(plan.actions.filter(({ kind }) => kind === 'volume.wipe').map(({ id, params }) => [id, params])).toEqual(
      ['web2-root', 'web2-swap'].map((name) => [`web2/wipe/${name}`, { device: `/dev/vg_xen1/${name}`, by: 'zeros' }]),
    );
    expect(wanted(['host.storage.wipe=none']).plan.actions.filter(({ kind }) => kind === 'volume.wipe')).toEqual([]);
  });

  it('fits where there is room and nothing of its name', () => {
    expect(against(wanted())).toEqual([]);
  });

  it('hears everything that is in its way', () => {
    const now = { ...NOW, freeMemoryMiB: 100, freeMiB: 2000, domains: ['web2'], volumes: ['web2-root', 'web2-swap'] };
    expect(against(wanted([], { now }))).toEqual([
      expect.stringContaining('web2: this host has a domain or a configuration (/etc/xen/web2.cfg)'),
      expect.stringContaining('web2-root: the volume group vg_xen1 already has a disk of this name'),
      expect.stringContaining('web2-swap: '),
      'the volume group vg_xen1 has 2000 MiB free, the new disks take 2304 MiB: 304 MiB short',
      'Xen has 100 MiB of memory free, the new DomUs take 512 MiB: 412 MiB short',
    ]);
  });

  it('does not trip over what an interrupted run has made of it', () => {
    expect(
      against(wanted([], { isResumed: true, now: { ...NOW, freeMiB: 10, volumes: ['web2-root'], domains: ['web2'] } })),
    ).toEqual([]);
  });

  it('needs no memory now when it does not start with the host', () => {
    expect(against(wanted(['domus.web2.autostart=false'], { now: { ...NOW, freeMemoryMiB: 0 } }))).toEqual([]);
  });

  it('needs room for what must be built first', () => {
    const missing = wanted().plan.actions.filter(({ kind }) => kind === 'base.build');
    expect(against(wanted([], { missing }))).toEqual([]);
    expect(against(wanted([], { missing, now: { ...NOW, storeFreeMiB: 900 } }))).toEqual([
      'building their systems takes about 1300 MiB, /var/lib/xenwright has 900 MiB free',
    ]);
  });

  it('cannot have all that is left', () => {
    expect(against(wanted(['domus.web2.disks.root.size=rest']))[0]).toContain('web2: "rest"');
  });

  it('is refused where the host is another than its records say', () => {
    const [web1] = wanted().records;
    if (web1 === undefined) throw new Error('no record');
    expect(
      against(
        wanted([], {
          records: [
            { ...web1, macs: ['00:16:3e:00:00:01'] },
            { ...web1, name: 'old1' },
          ],
        }),
      ),
    ).toEqual([
      expect.stringMatching(/^web1: its record .* no longer matches/),
      expect.stringMatching(/^old1: .*missing from the kept profile/),
    ]);
  });

  it('is refused without Xen', () => {
    expect(against(wanted([], { now: { ...NOW, isDom0: false } }))).toEqual([
      expect.stringContaining('Xen is not running'),
    ]);
    const now = { ...NOW, isDom0: false, whyWithoutXen: 'Xen did not come up: its file in /boot is damaged' };
    expect(against(wanted([], { now }))).toEqual([
      'no DomU can be started: Xen did not come up: its file in /boot is damaged. A restart of the host tries Xen again; docs/rescue.md has the other ways back',
    ]);
  });
});

test('of the warnings those are told that are about the new ones, and what these may read on their disks', () => {
  const told = (changes: readonly string[]): string[] =>
    findingsToTell(
      checkProfile(profileOf([MORE, ...changes]), factsOfHost(imageFacts(), { mirrors: [], bases: [], medium: null })),
      2,
    ).map(({ code }) => code);
  expect(told([])).toEqual([]);
  expect(told(['host.storage.wipe=none'])).toEqual(['old-bytes']);
  expect(told(['host.xen.vcpus=9', 'domus.web1.vcpus=9'])).toEqual([]);
  expect(told(['domus.web2.vcpus=9'])).toEqual(['many-vcpus']);
});

test('one that pygrub starts needs the user whom that runs as, which hosts of older versions do not have', () => {
  const { domus } = buildModel(profileOf(), factsOfHost(imageFacts(), { mirrors: [], bases: [], medium: null })).model;
  expect(domus.map(({ boot }) => boot)).toEqual(['grub', 'pygrub']);
  expect(said(pygrubReasons(domus, 'root:x:0:0::/root:/bin/bash\nops:x:1000:1000:xen-pygrub:/:/bin/sh\n'))).toEqual([
    expect.stringMatching(/^db1: pygrub runs as xen-pygrub.*boot: direct/),
  ]);
  expect(pygrubReasons(domus, null)).toHaveLength(1);
  expect(pygrubReasons(domus, 'root:x:0:0::/root:/bin/bash\nxen-pygrub:x:70443:70443::/:/usr/sbin/nologin\n')).toEqual(
    [],
  );
  expect(pygrubReasons(domus.slice(0, 1), null)).toEqual([]);
});

test('a host whose image was mounted where it was made mounts no image itself: no root is made beside it', () => {
  const facts = factsOfHost({ ...imageFacts(), mountsImages: true }, { mirrors: [], bases: [], medium: null });
  const plan = planOfAdded(buildPlan(profileOf([MORE]), facts), ['web2']);
  expect(plan.actions.map(({ kind }) => kind)).not.toContain('root.copy');
  expect(plan.actions.map(({ kind }) => kind)).toContain('base.write');
});

test('what was planned for an image, over something else, is a machine by now', () => {
  const kept = {
    ...imageFacts(),
    bundledBases: [],
    medium: { source: 'cdrom', path: '/dev/sr0', id: '1', label: 'M', sizeBytes: 1, archives: [] },
  };
  const mirrors = [{ uri: 'http://deb.example.org/debian', suites: ['trixie'], components: ['main'] }];
  const disks = kept.disks.map((disk) => ({ ...disk, installMarker: { id: 'x', planHash: 'y' } }));
  expect(factsOfHost({ ...kept, disks }, { mirrors, bases: [], medium: '/dev/vg_xen1/medium' })).toMatchObject({
    kind: 'machine',
    seed: kept.seed,
    disks: [{ installMarker: null }],
    aptSources: { mirrors },
    medium: { id: '1', source: '/dev/vg_xen1/medium', path: '/dev/vg_xen1/medium' },
  });
  expect(factsOfHost(kept, { mirrors: [], bases: [], medium: null })).not.toHaveProperty('medium');
});
