/**
 * Where an image is started by emulation, DomUs are PV unless somebody says otherwise, and the exported profile says
 * so.
 */
import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { machineOf } from '../../../src/ui/answers/effective.ts';
import { setProfile, type Draft } from '../../../src/ui/answers/draft.ts';
import { profileText } from '../../../src/ui/answers/profile-text.ts';
import { planOfDraft } from '../../../src/ui/wizard/review.ts';
import type { Environment } from '../../../src/ui/answers/environment.ts';
import { Drive, environmentOf } from './drive.ts';

const emulated = environmentOf(undefined, { emulates: true });
const typesIn = (drive: Drive): unknown =>
  loadProfile(profileText(drive.state), 'p.yaml').profile?.domus.map(({ name, type }) => `${name} ${type}`);
/** A DomU beside what is there, with its screens gone through. */
const withDomu = (drive: Drive): Drive =>
  drive.to('domus').press('a').press('ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n', 'ctrl-n').to('domus');
const loaded = (
  domus: readonly { readonly name: string; readonly type?: string; readonly boot?: string }[],
  target: Draft['target'] = { kind: 'image' },
): Draft =>
  setProfile(
    {
      target,
      profile: {
        version: 1,
        host: {
          hostname: 'a',
          storage: { disks: [{ largest: true }] },
          admin: { passwordHash: `$6$salt$${'x'.repeat(86)}` },
        },
      },
    },
    ['domus'],
    domus as never,
  );

describe('a DomU in an image that is emulated', () => {
  test('is PV, in the plan and in the exported profile, which give the same hash', () => {
    const drive = withDomu(new Drive({ environment: emulated })).to('review');
    expect(typesIn(drive)).toEqual(['domu1 pv']);
    const { plan } = planOfDraft(drive.state.draft, emulated);
    const profile = loadProfile(profileText(drive.state), 'p.yaml').profile;
    if (profile === null) throw new Error('no profile');
    expect(buildPlan(profile, machineOf(drive.state.draft, emulated, profile)).hash).toBe(plan?.hash);
    expect(JSON.stringify(plan)).toMatch(/type = \\*"pv/);
  });

  test('a copy of it, too, and one that was added', () => {
    const drive = withDomu(new Drive({ environment: emulated }));
    drive.press('home', 'c');
    expect(typesIn(withDomu(drive))).toEqual(['domu1 pv', 'domu2 pv', 'domu3 pv']);
  });

  test('is what a person chooses, auto as well', () => {
    const drive = new Drive({ environment: emulated }).to('domus').press('a', 'down', 'down', 'left', 'left');
    expect(drive.state.draft.profile['domus']).toMatchObject([{ type: 'auto' }]);
    expect(typesIn(drive)).toEqual(['domu1 auto']);
    expect(typesIn(drive.press('right'))).toEqual(['domu1 pvh']);
  });

  test('is what a loaded profile says, and PV where it says nothing', () => {
    const drive = new Drive({
      loaded: loaded([
        { name: 'a', type: 'auto' },
        { name: 'b', type: 'pvh' },
        { name: 'c', type: 'hvm' },
        { name: 'd' },
        { name: 'e', boot: 'grub' },
        { name: 'f', boot: 'direct' },
      ]),
      environment: emulated,
    });
    expect(typesIn(drive)).toEqual(['a auto', 'b pvh', 'c hvm', 'd pv', 'e auto', 'f pv']);
    expect(drive.state.findings.filter(({ code }) => code === 'boot-type')).toEqual([]);
  });
});

describe('nothing changes', () => {
  test.each<[string, Environment, Draft['target']]>([
    ['on the disks of this machine', emulated, { kind: 'disks' }],
    ['where nobody boots an image (the demo)', environmentOf(), { kind: 'image' }],
    ['on a boot medium, whose target is the disks', environmentOf(undefined, { emulates: true, isMedium: true }), {}],
  ])('%s', (_, environment, target) => {
    expect(typesIn(new Drive({ loaded: loaded([{ name: 'a' }], target), environment }))).toEqual(['a auto']);
  });

  test("and the type is the machine's again when another target is chosen", () => {
    const drive = new Drive({ loaded: loaded([{ name: 'a' }]), environment: emulated });
    expect(typesIn(drive)).toEqual(['a pv']);
    drive.state = { ...drive.state, draft: { ...drive.state.draft, target: { kind: 'disks' } } };
    expect(typesIn(drive)).toEqual(['a auto']);
  });
});

test('what this machine does is known when it has been looked at: the type that nobody has touched follows', () => {
  const drive = new Drive({ environment: null });
  drive.state = { ...drive.state, draft: loaded([{ name: 'a' }]), place: { screen: 'basics', domu: 0 } };
  drive.send({ type: 'environment', environment: emulated, isRescan: false });
  expect(typesIn(drive)).toEqual(['a pv']);
});

test('the plan of an image is that of an install here: with copies beside it where this machine can mount them', () => {
  const copies = (mountsImages: boolean): number | undefined => {
    const environment = environmentOf(undefined, { emulates: true, mountsImages });
    const drive = withDomu(new Drive({ environment })).to('review');
    return planOfDraft(drive.state.draft, environment).plan?.actions.filter(({ kind }) => kind === 'root.copy').length;
  };
  expect([copies(true), copies(false)]).toEqual([2, 0]);
});
