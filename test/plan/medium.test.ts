import { describe, expect, it } from 'vitest';
import type { Facts, SourceMedium } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { buildSources, installedSources } from '../../src/plan/distributions/debian-sources.ts';
import { checkProfile } from '../../src/check/check.ts';
import { allNeeds, find, imageFacts, machineFacts, profileOf } from './host.ts';
import { resolvedVolumes } from '../../src/plan/storage/resolved-volumes.ts';
import { partitionsOf } from './storage/devices.ts';

const MEDIUM: SourceMedium = {
  source: '/srv/disc.iso',
  path: '/srv/disc.iso',
  id: '0123456789abcdef',
  label: 'DISC',
  sizeBytes: 700_000_000,
  archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' }],
};
const AT = 'copy:/run/xenwright/media/0123456789abcdef';
const mirrors: Facts['aptSources'] = {
  mirrors: [{ uri: 'http://mirror.example/debian', suites: ['trixie'], components: ['main'] }],
};
const on = (facts: Facts, changes: Partial<SourceMedium> = {}): Facts => ({
  ...facts,
  aptSources: mirrors,
  medium: { ...MEDIUM, ...changes },
});
const ON_DISC = 'host.source.medium=/srv/disc.iso';
const planOn = (facts: Facts, ...changes: string[]): Plan => buildPlan(profileOf([ON_DISC, ...changes]), facts);
const disks = on(machineFacts('sata-ssd-and-hdd'));
const files = (plan: Plan, domain: string): Map<string, string> =>
  new Map(find(plan, 'tree.files', `${domain}/files`).params.files.map(({ path, content }) => [path, String(content)]));

describe('a medium', () => {
  it('is copied right after its volume is there, and everything on this machine is built from the copy', () => {
    const plan = planOn(disks);
    const copy = find(plan, 'medium.copy', 'host/medium/copy');
    expect(copy).toMatchObject({
      needs: ['dom0/volume/medium'],
      place: 'target',
      params: { source: '/srv/disc.iso', device: `/dev/vg_xen1/medium`, sizeBytes: 700_000_000, id: MEDIUM.id },
    });
    expect(copy.params.sha256).toBeUndefined();
    expect(find(planOn(on(disks, { sha256: 'ab'.repeat(32) })), 'medium.copy', 'host/medium/copy').params.sha256).toBe(
      'ab'.repeat(32),
    );
    expect(copy.params.wanted.some(({ packages }) => packages.includes('xen-system-amd64'))).toBe(true);
    const builds = plan.actions.filter((action) => action.kind === 'base.build');
    expect(builds.map(({ params }) => params.medium)).toEqual(
      builds.map(() => ({ from: copy.params.device, at: AT.slice(5), id: MEDIUM.id })),
    );
    for (const build of builds) expect(allNeeds(plan, build.id)).toContain(copy.id);
    const order = plan.actions.map(({ id }) => id);
    for (const action of plan.actions)
      for (const need of action.needs) expect(order.slice(0, order.indexOf(action.id)), action.id).toContain(need);
    expect(resolvedVolumes(plan).find(({ use }) => use === 'medium')).toMatchObject({
      sizeMiB: 668,
      mount: '/var/lib/xenwright/medium',
    });
  });
  it('of an image is a disk of the appliance; bases are built beside it from the file', () => {
    const plan = planOn(on(imageFacts()));
    expect(find(plan, 'medium.copy', 'host/medium/copy').params).toMatchObject({
      source: '/dev/disk/by-id/virtio-xw-medium',
      wanted: [],
    });
    for (const build of plan.actions.filter(
      (action) => action.kind === 'base.build' && action.params.medium !== undefined,
    ))
      expect(build).toMatchObject({ params: { medium: { from: '/srv/disc.iso' } } });
    expect(
      plan.actions
        .filter((action) => action.kind === 'base.build' && action.params.medium === undefined)
        .map(({ params }) => ('base' in params ? params.base.role : '')),
    ).toContain('appliance');
  });
  it('has a partition of its own in the plain layout', () => {
    const plan = planOn(disks, 'host.storage.layout=plain');
    expect(partitionsOf(plan).find(({ label }) => label === 'xw-medium')).toMatchObject({ sizeMiB: 668 });
    expect(find(plan, 'medium.copy', 'host/medium/copy')).toMatchObject({
      needs: ['host/disk/partition'],
      params: { device: expect.stringContaining('/dev/disk/by-partuuid/') },
    });
  });
  it('that is not copied is read where it is, and leaves no volume', () => {
    const plan = planOn(disks, 'host.source.copyMedium=false');
    expect(plan.actions.some(({ kind }) => kind === 'medium.copy')).toBe(false);
    expect(plan.actions.find((action) => action.kind === 'base.build')).toMatchObject({
      params: { medium: { from: '/srv/disc.iso' } },
    });
    expect(plan.volumes.some(({ use }) => use === 'medium')).toBe(false);
  });
  it('of another content gives other bases', () => {
    const hash = (facts: Facts): string => find(planOn(facts), 'base.write', 'web1/root/write').params.hash;
    expect(hash(disks)).not.toBe(hash({ ...disks, medium: { ...MEDIUM, id: 'fedcba9876543210' } }));
  });
});

describe('packages', () => {
  const source = (...changes: string[]) => profileOf([ON_DISC, ...changes]).host.source;
  it('come from the medium alone, or from a stated mirror for what it lacks', () => {
    expect(buildSources(source(), 'trixie', disks).map(({ uri }) => uri)).toEqual([AT]);
    expect(
      buildSources(source('host.source.mirror=http://own.example/debian'), 'trixie', disks).map(({ uri }) => uri),
    ).toEqual([AT, 'http://own.example/debian']);
  });
  it("of a release that the medium does not have come from this machine's own sources", () => {
    expect(buildSources(source(), 'bookworm', disks)[0]).toMatchObject({
      uri: 'http://mirror.example/debian',
      suite: 'bookworm',
    });
  });
  it('of our own medium are vouched for by its manifest, all others by keys', () => {
    expect(buildSources(source(), 'trixie', disks)[0]).toEqual({
      uri: AT,
      suite: 'trixie',
      components: ['main'],
      keyring: null,
    });
    expect(
      buildSources(
        source(),
        'trixie',
        on(disks, { archives: [{ suite: 'trixie', components: ['main'], trust: 'manifest' }] }),
      )[0],
    ).toMatchObject({ trusted: true });
    expect(
      buildSources(
        source('host.source.keyring=/etc/own.gpg'),
        'trixie',
        on(disks, { archives: [{ suite: 'trixie', components: ['main'], trust: 'named' }] }),
      )[0],
    ).toMatchObject({ trusted: true, keyring: null });
    expect(
      buildSources(
        source(),
        'trixie',
        on(disks, { archives: [{ suite: 'trixie', components: ['main'], trust: 'none' }] }),
      )[0],
    ).not.toHaveProperty('trusted');
  });
  it("of the finished host come from the copy where it was the only source, and this machine's mirror stands by", () => {
    const text = installedSources(source(), 'trixie', disks, 'file:/var/lib/xenwright/medium');
    expect(text).toMatch(
      /URIs: file:\/var\/lib\/xenwright\/medium\nSuites: trixie\nComponents: main\nSigned-By: \S+\n\n/,
    );
    expect(text).toMatch(/URIs: http:\/\/mirror.example\/debian\nSuites: trixie\n(.+\n)+Enabled: no/);
    expect(
      installedSources(source('host.source.mirror=http://own.example/debian'), 'trixie', disks, 'file:/m'),
    ).toMatch(/URIs: file:\/m\n(.+\n)+Enabled: no/);
  });
  it('of a DomU come from the network where the medium is not served to it', () => {
    const text = files(planOn(disks), 'web1').get('/etc/apt/sources.list.d/xenwright.sources');
    expect(text).toContain('URIs: http://mirror.example/debian');
    expect(text).not.toMatch(/medium|copy:|Enabled: no/);
  });
});

describe('a medium on the finished host', () => {
  const SERVED = [
    'host.source.serveMedium=true',
    'host.network.bridges=[{ name: xenbr0, addresses: [192.0.2.10/24], gateways: [192.0.2.1] }]',
    'domus.web1.network=[{ bridge: xenbr0, addresses: [192.0.2.11/24], gateways: [192.0.2.1] }]',
    'domus.db1.network=[{ bridge: xenbr0, addresses: [192.0.2.12/24], gateways: [192.0.2.1] }]',
  ];
  it('is mounted read-only where nothing waits for it', () => {
    const plan = planOn(disks);
    expect(files(plan, 'dom0').get('/etc/fstab')).toContain(
      `\n/dev/vg_xen1/medium /var/lib/xenwright/medium iso9660 ro,nofail,`,
    );
    expect(find(plan, 'tree.files', 'dom0/files').params.tree.mounts.some(({ type }) => type === 'iso9660')).toBe(
      false,
    );
  });
  it('is mounted through a loop device on sectors that are too large for iso9660', () => {
    const line = (bytes: number): string | undefined =>
      files(planOn({ ...disks, disks: disks.disks.map((disk) => ({ ...disk, logicalSectorBytes: bytes })) }), 'dom0')
        .get('/etc/fstab')
        ?.split('\n')
        .find((one) => one.includes('iso9660'));
    expect(line(4096)).toContain(' iso9660 ro,loop,nofail,');
    expect(line(2048)).toBe(line(512));
  });
  it("is served on the bridge's address alone, and the DomUs' sources point there", () => {
    const plan = planOn(disks, ...SERVED);
    expect(files(plan, 'dom0').get('/etc/systemd/system/xenwright-medium.service')).toContain(
      'ExecStart=/usr/bin/busybox httpd -f -p 192.0.2.10:8480 -h /var/lib/xenwright/medium',
    );
    expect(find(plan, 'tree.identity', 'dom0/identity').params.enableUnits).toContain('xenwright-medium.service');
    expect(files(plan, 'web1').get('/etc/apt/sources.list.d/xenwright.sources')).toContain(
      'URIs: http://192.0.2.10:8480/\nSuites: trixie\nComponents: main\n',
    );
    expect(files(planOn(disks), 'dom0').has('/etc/systemd/system/xenwright-medium.service')).toBe(false);
  });
  it('is refused where only its own manifest vouches for what is wanted of it, saying what to give', () => {
    const ofTrust = (trust: SourceMedium['archives'][number]['trust'], suite = 'trixie') =>
      checkProfile(
        profileOf([ON_DISC]),
        on(imageFacts(), { archives: [{ suite, components: ['main'], trust }] }),
      ).filter(({ code }) => code === 'medium-not-trusted');
    expect(ofTrust('self')).toMatchObject([
      {
        severity: 'error',
        exit: 6,
        path: ['host', 'source', 'medium'],
        hint: expect.stringContaining('medium: /srv/disc.iso#sha256='),
      },
    ]);
    expect(ofTrust('self', 'trixie-security')).toHaveLength(1);
    // A release that nobody asks for is not taken from it.
    expect(ofTrust('self', 'bookworm')).toEqual([]);
    for (const trust of ['signed', 'manifest', 'named'] as const) expect(ofTrust(trust), trust).toEqual([]);
    expect(
      buildSources(
        profileOf([ON_DISC]).host.source,
        'trixie',
        on(disks, { archives: [{ suite: 'trixie', components: ['main'], trust: 'self' }] }),
      )[0],
    ).not.toHaveProperty('trusted');
  });
  const codes = (...changes: string[]): string[] =>
    checkProfile(profileOf(changes), null)
      .map(({ code }) => code)
      .filter((code) => code.includes('medium'));
  it('is refused where it cannot be had or reached', () => {
    expect(codes('host.source.medium=cdrom')).toEqual([]);
    expect(codes('host.source.medium=ftp://x/y.iso')).toEqual(['bad-medium']);
    expect(codes(`host.source.medium=cdrom#sha256=${'ab'.repeat(32)}`)).toEqual([]);
    expect(codes('host.source.medium=/srv/x.iso#sha256=abc')).toEqual(['bad-medium-sum']);
    expect(codes('host.source.medium=https://files.example.org/x.iso', 'host.source.copyMedium=false')).toEqual([
      'medium-not-copied',
    ]);
    expect(codes('host.source.serveMedium=true')).toEqual(['serve-medium']);
    expect(codes(ON_DISC, 'host.source.serveMedium=true')).toEqual(['serve-medium']);
    expect(codes(ON_DISC, ...SERVED)).toEqual([]);
  });
});
