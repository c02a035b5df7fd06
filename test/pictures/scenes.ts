/** The demo, brought to the moments that the documentation shows: nothing in it depends on the machine or on the time. */
import { describe } from '../../src/actions/table.ts';
import { demoPorts } from '../../src/ui/demo/ports.ts';
import { demoRun } from '../../src/ui/demo/run.ts';
import { DEMO_MACHINES, FIRST_MACHINE } from '../../src/ui/demo/machines.ts';
import type { Draft } from '../../src/ui/answers/draft.ts';
import { effectiveProfileOf } from '../../src/ui/answers/effective.ts';
import type { Place } from '../../src/ui/wizard/state.ts';
import type { Environment } from '../../src/ui/answers/environment.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { KEY, pretendPorts } from '../components/support/ports.ts';
import { openHost, type HostOnScreen } from '../components/support/host.ts';
import { openRun, type RunOnScreen } from '../components/support/run.ts';
import { openWizard, type WizardScreen } from '../components/support/wizard.ts';
import { domu, NO_GATEWAY, pretendHost, reportOf, stopped } from '../ui/host-pretend.ts';
import { handClock, type HandClock } from '../ui/demo/hand-clock.ts';

const facts = DEMO_MACHINES.get(FIRST_MACHINE);
if (facts === undefined) throw new Error(`no machine ${FIRST_MACHINE}`);
const MARK = 'demo.mark';

const DRAFT: Draft = {
  target: { kind: 'disks' },
  profile: {
    version: 1,
    host: {
      hostname: 'xen1.example.org',
      storage: { disks: [{ serial: 'Z1' }] },
      network: { bridges: [{ name: 'xenbr0', addresses: ['192.0.2.10/24'], gateways: ['192.0.2.1'] }] },
      admin: { sshKeys: [KEY] },
    },
    domus: [
      {
        name: 'web1',
        memory: '2G',
        vcpus: 2,
        network: [{ addresses: ['192.0.2.11/24'], gateways: ['192.0.2.1'] }],
        admin: { sshKeys: [KEY] },
      },
      {
        name: 'db1',
        type: 'pv',
        memory: '4G',
        vcpus: 2,
        disks: { root: { size: '8G' } },
        network: [{ addresses: ['192.0.2.12/24'], gateways: ['192.0.2.1'] }],
        admin: { sshKeys: [KEY] },
      },
      { name: 'build', memory: '8G', vcpus: 4, disks: { root: { size: '20G' } }, admin: { sshKeys: [KEY] } },
    ],
  },
};

/** The wizard of the demo on one of its screens. */
export async function wizardAt(place: Place): Promise<WizardScreen> {
  const world = {
    facts,
    machine: FIRST_MACHINE,
    ownKeys: [KEY],
    writePrivate: async () => undefined,
    showText: async () => undefined,
  } as Parameters<typeof demoPorts>[0];
  const wizard = await openWizard({
    ports: pretendPorts(world.facts, demoPorts(world)),
    savedDraft: { draft: DRAFT, place, asksAll: true, time: '2026-11-23 12:00' },
    mark: MARK,
  });
  await wizard.shows('Continue with them');
  wizard.press('enter');
  await wizard.lacks('Continue with them');
  return wizard;
}

/** The screen of a host with a DomU of each kind: what domains take is always the same. */
export async function hostAt(): Promise<HostOnScreen> {
  const host = pretendHost([
    domu('build', { domid: 4, memoryMiB: 8192, vcpus: 4, addresses: ['192.0.2.31'] }),
    stopped('db1', { memoryMiB: 4096, addresses: ['192.0.2.12'] }),
    domu('mail', { domid: 2, up: false, why: 'tcp 25: connection refused', addresses: ['192.0.2.25'] }),
    domu('old-fileserver', { domid: 3, up: null, by: 'hand', type: 'hvm', boot: 'bios', addresses: [] }),
    domu('web1', { domid: 1, addresses: ['192.0.2.11'] }),
  ]);
  let ms = 0;
  const seconds = new Map([0.4, 0.1, 0.02, 1.3, 3.6].entries());
  host.now = () => ms;
  host.figures = async () => {
    ms += 10_000;
    return host.overview.domains.map((one) => ({ ...one, seconds: one.seconds + 10 * (seconds.get(one.number) ?? 0) }));
  };
  host.report = reportOf([NO_GATEWAY]);
  const screen = await openHost({ host, mark: MARK });
  await screen.shows('360 %');
  return screen;
}

export interface RunScene {
  readonly screen: RunOnScreen;
  readonly clock: HandClock;
  readonly over: Promise<void>;
}

/** The demo's run, so many seconds after its beginning. */
export async function runAt(seconds: number, { hasFailure = false } = {}): Promise<RunScene> {
  const environment: Environment = {
    facts: facts as Environment['facts'],
    ownKeys: [KEY],
    isMedium: true,
    isRoot: true,
    imageSeed: '00',
  };
  const profile = effectiveProfileOf(DRAFT, environment);
  if (profile === null) throw new Error('the draft is no profile');
  const clock = handClock();
  const login = { user: 'root', byKey: true, bySshPassword: false, byPassword: false, root: 'itself' } as const;
  const screen = await openRun({
    ports: { now: clock.now, stop: () => undefined, exportLog: async () => undefined },
    can: { retry: true, edit: true },
    logins: { dom0: login, web1: login, db1: login, build: login },
    mark: MARK,
  });
  const run = demoRun({ plan: buildPlan(profile, environment.facts), clock, hasFailure, commandsOf: describe });
  const over = run.go((event) => screen.session.push(event));
  await clock.advance(seconds * 1000);
  return { screen, clock, over };
}
