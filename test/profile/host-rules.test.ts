/** One profile for a rack: which rule fits a machine, what it makes of the profile, and where its findings are. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cleanDmi } from '../../src/facts/firmware.ts';
import { identityOf, type MachineIdentity } from '../../src/facts/machine-identity.ts';
import { machineSeed } from '../../src/facts/seed.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { formatFinding } from '../../src/profile/findings.ts';
import { loadProfile, type LoadedProfile } from '../../src/profile/load.ts';
import { imageFacts } from '../plan/host.ts';

const RACK = `version: 1
host:
  storage: { disks: [{ largest: true }], root: 4G, cache: 2G }
  admin: &admin { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
  packages: [vim, tmux]
domus:
  - { name: web1, memory: 512M, packages: [nginx], admin: *admin }
  - { name: db1, memory: 512M, disks: { root: { size: 2G } } }
hosts:
  - match: { mac: ["5254.0012.3456", 52-54-00-AA-AA-AA] }
    set:
      host: { hostname: xen1, packages: [htop] }
  - match: { serial: Z9, product: box 9 }
    set:
      host: { hostname: xen2 }
      domus:
        - { name: db1, memory: 1G, admin: *admin }
        - { name: cache1, memory: 512M }
  - match: { hostname: spare }
    set: { host: { hostname: xen3, packages: &p [a], commands: { late: *p } } }
`;
const nobody: MachineIdentity = { macs: [], serial: null, uuid: null, product: null, hostname: null };
const load = (machine: Partial<MachineIdentity>, text = RACK, sets: string[] = []): LoadedProfile =>
  loadProfile(text, 'rack.yaml', sets, { ...nobody, ...machine });

describe('a rule', () => {
  it('fits by any NIC, in any notation', () => {
    expect(load({ macs: ['00:00:5e:00:53:01', '52:54:00:12:34:56'] })).toMatchObject({
      rule: { index: 0, by: 'mac 52:54:00:12:34:56' },
      profile: { host: { hostname: 'xen1', packages: ['htop'] } },
      findings: [],
    });
    expect(load({ macs: ['52:54:00:aa:aa:aa'] }).rule?.index).toBe(0);
  });
  it('needs all that it names, whatever the case', () => {
    expect(load({ serial: 'z9', product: 'Box 9' }).rule).toEqual({ index: 1, by: 'serial z9, product Box 9' });
    expect(load({ serial: 'Z9' }).rule).toBeNull();
  });
  it('with a short name fits whichever domain the network gave', () => {
    expect(load({ hostname: 'spare.example.org' }).rule?.index).toBe(2);
  });
  test.each(['To Be Filled By O.E.M.', 'Default string', '00000000', 'System Serial Number', ''])(
    'never fits the firmware junk "%s"',
    (junk) => {
      const machine = identityOf(
        { product: { vendor: null, name: null, serial: junk, uuid: '03000200-0400-0500-0006-000700080009' }, nics: [] },
        'localhost',
      );
      expect(machine).toEqual(nobody);
      expect(load(machine).noRule).not.toBeNull();
      for (const match of [`serial: "${junk || ' '}"`, 'uuid: 03000200-0400-0500-0006-000700080009']) {
        expect(
          load({ ...machine, serial: cleanDmi(junk) }, RACK.replace('serial: Z9, product: box 9', match))
            .findings.map(formatFinding)
            .join('\n'),
        ).toMatch(
          /rack\.yaml:13:14 hosts\[1\]\.match\.(serial|uuid): matches no machine: it is a placeholder that many machines have/,
        );
      }
    },
  );
  it('merges maps, replaces lists, and merges DomUs by their names', () => {
    const { profile } = load({ serial: 'Z9', product: 'box 9' });
    expect(profile?.host).toMatchObject({
      hostname: 'xen2',
      packages: ['vim', 'tmux'],
      storage: { root: { miB: 4096 } },
    });
    expect(
      profile?.domus.map(({ name, memoryMiB, disks, packages }) => [name, memoryMiB, disks.root.size, packages]),
    ).toEqual([
      ['web1', 512, { kind: 'fixed', miB: 4096 }, ['nginx']],
      ['db1', 1024, { kind: 'fixed', miB: 2048 }, []],
      ['cache1', 512, { kind: 'fixed', miB: 4096 }, []],
    ]);
    expect(profile?.domus.map(({ admin }) => admin.sshKeys.length)).toEqual([1, 1, 1]);
  });
  it('may have anchors of its own', () => {
    expect(load({ hostname: 'spare' }).profile?.host).toMatchObject({
      packages: ['a'],
      commands: { late: [{ run: 'a' }] },
    });
  });
  it('is overruled by --set, and --set may change the rules', () => {
    expect(load({ macs: ['52:54:00:12:34:56'] }, RACK, ['host.hostname=other']).profile?.host.hostname).toBe('other');
    expect(
      load({ macs: ['52:54:00:00:00:01'] }, RACK, ['hosts.0.match.mac=5254-0000-0001']).profile?.host.hostname,
    ).toBe('xen1');
  });
  it('keeps its lines: what is wrong in it is told where it stands', () => {
    const text = RACK.replace('hostname: xen2', 'hostnam: xen2').replace('memory: 1G,', 'memory: big,');
    expect(load({ serial: 'Z9', product: 'box 9' }, text).findings.map(formatFinding)).toEqual([
      'rack.yaml:2:1 host.hostname: is missing',
      'rack.yaml:15:15 host.hostnam: unknown key hostnam (did you mean hostname?)',
      'rack.yaml:17:24 domus[1].memory: not a size: write 512M, 1G or 2GB',
    ]);
  });
});

describe('a profile with rules', () => {
  it('refuses a machine that none fits, with all of them', () => {
    expect(load({ macs: ['52:54:00:00:00:01'] })).toMatchObject({
      profile: null,
      noRule: [
        'hosts[0]: mac 5254.0012.3456 or 52-54-00-AA-AA-AA',
        'hosts[1]: serial Z9, product box 9',
        'hosts[2]: hostname spare',
      ],
    });
  });
  it('takes it as it is where it says so', () => {
    expect(load({}, `${RACK}unmatched: continue\n`, ['host.hostname=any'])).toMatchObject({
      noRule: null,
      rule: null,
      hasRules: true,
      profile: { host: { hostname: 'any' } },
    });
  });
  it('is looked at for every rule where no machine is named, each thing said once', () => {
    const { findings, variants } = loadProfile(
      RACK.replace('[vim, tmux]', '[vim, tmux, 5]').replace('memory: 1G,', 'memory: big,'),
      'rack.yaml',
    );
    expect(variants).toHaveLength(3);
    expect(findings.map(formatFinding)).toEqual([
      'rack.yaml:5:25 host.packages[2]: expected string, found number 5 (write it in quotes)',
      'rack.yaml:17:24 domus[1].memory: not a size: write 512M, 1G or 2GB',
    ]);
  });
  test.each([
    ['an empty match', 'match: { hostname: spare }', 'match: {}', /at least one of mac/],
    ['a key that there is none of', 'match: { hostname: spare }', 'match: { name: spare }', /unknown key name/],
    [
      'a rule in a rule',
      'set: { host: { hostname: xen3,',
      'set: { hosts: [], host: { hostname: xen3,',
      /cannot set hosts/,
    ],
  ])('%s is a finding', (_, from, to, message) => {
    expect(loadProfile(RACK.replace(from, to), 'rack.yaml').findings.map(formatFinding).join('\n')).toMatch(message);
  });
});

test('two hosts of one profile share no identity, whichever machines they are', () => {
  const identities = (macs: string[]): Set<string> => {
    const text = RACK.replace(
      /hosts:[^]*/,
      `hosts:\n${macs.map((mac, index) => `  - { match: { mac: "${mac}" }, set: { host: { hostname: xen${index} } } }`).join('\n')}\n`,
    );
    const seed = machineSeed({ vendor: 'v', name: 'n', serial: null, uuid: null }, [
      { mac: macs[0] as string },
    ]) as string;
    const { profile } = loadProfile(text, 'rack.yaml', [], { ...nobody, macs: [macs[0] as string] });
    if (profile === null) throw new Error('no rule fits');
    return new Set(
      JSON.stringify(buildPlan(profile, imageFacts(65_536, seed))).match(
        /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}/g,
      ),
    );
  };
  const mac = fc
    .uint8Array({ minLength: 5, maxLength: 5 })
    .map((bytes) => `52${Buffer.from(bytes).toString('hex')}`.match(/../g)?.join(':') ?? '');
  fc.assert(
    fc.property(mac, mac, (a, b) => {
      fc.pre(a !== b);
      const [one, two] = [identities([a, b]), identities([b, a])];
      expect(one.size).toBeGreaterThan(10);
      expect([...one].filter((identity) => two.has(identity))).toEqual([]);
    }),
    { numRuns: 15, seed: 4 },
  );
});
