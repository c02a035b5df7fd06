/** Taking the profile along from the review: what is offered, what is written, and that it makes the same plan. */
import { expect, test } from 'vitest';
import type { DiskFacts, Facts, SourceMedium } from '../../../src/facts/facts.ts';
import { imageMachine } from '../../../src/facts/image-machine.ts';
import { usbDrivesOf } from '../../../src/facts/usb-drives.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { imageSizeMiB } from '../../../src/plan/storage/storage.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import type { Draft } from '../../../src/ui/answers/draft.ts';
import { gateOf, planOfDraft } from '../../../src/ui/wizard/review.ts';
import { startSession, type Session } from '../../../src/ui/wizard/session.ts';
import { HASH, pretendPorts, type Pretend } from '../../components/support/ports.ts';
import { machineFacts } from '../../plan/host.ts';
import { pressOf } from './drive.ts';

/** The machine with two filesystems on its USB drive. */
function withUsbDrives(facts: Facts): Facts {
  const holds = ['vfat', 'ext4'].map((type, index) => ({
    path: `/dev/sda${index + 1}`,
    type,
    label: null,
    group: null,
  }));
  return {
    ...facts,
    disks: facts.disks.map((one) => (one.path === '/dev/sda' && one.transport === 'usb' ? { ...one, holds } : one)),
  };
}

function opened(
  machine = 'usb-and-sd',
  changed: Partial<Pretend> = {},
  loaded?: Draft,
): {
  readonly session: Session;
  readonly ports: Pretend;
  press(...keys: string[]): void;
  until(isTrue: () => boolean): Promise<void>;
} {
  const ports = pretendPorts(withUsbDrives(machineFacts(machine)), changed);
  const session = startSession({ size: { columns: 80, rows: 24 }, loaded }, ports);
  return {
    session,
    ports,
    press: (...keys) => {
      for (const key of keys) session.send({ type: 'key', press: pressOf(key) });
    },
    until: async (isTrue) => {
      while (!isTrue())
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
    },
  };
}

async function atReview(
  machine?: string,
  changed?: Partial<Pretend>,
  loaded?: Draft,
): Promise<ReturnType<typeof opened>> {
  const wizard = opened(machine, changed, loaded);
  const { session } = wizard;
  await wizard.until(() => session.getState().environment !== null);
  for (let step = 0; step < 15 && session.getState().place.screen !== 'review'; step++) wizard.press('ctrl-n');
  expect(session.getState().place.screen).toBe('review');
  await wizard.until(() => session.getState().review.image !== null);
  wizard.press('ctrl-x');
  expect(session.getState().dialog).toMatchObject({ kind: 'export', export: { step: 'where' } });
  return wizard;
}

/** The hash of the plan that the review shows, and of the one that an exported text makes. */
function hashes(
  { session }: ReturnType<typeof opened>,
  text: string,
  medium?: SourceMedium,
): { readonly shown: string; readonly made: string } {
  const { draft, environment } = session.getState();
  if (environment === null) throw new Error('nothing is known');
  const { profile } = loadProfile(text, 'exported.yaml');
  if (profile === null) throw new Error('the export is no profile');
  const facts = imageMachine({
    disks: [{ sizeMiB: imageSizeMiB(profile, medium) }],
    seed: environment.imageSeed,
    aptSources: environment.facts.aptSources,
  });
  return {
    shown: planOfDraft(draft, environment).plan?.hash ?? '',
    made: buildPlan(profile, medium === undefined ? facts : { ...facts, medium }).hash,
  };
}

test('into a file: the same plan', async () => {
  const wizard = await atReview();
  wizard.press('enter', 'ctrl-u', ...'o.yaml', 'enter');
  await wizard.until(() => wizard.ports.files.has('o.yaml'));
  const { shown, made } = hashes(wizard, wizard.ports.files.get('o.yaml') ?? '');
  expect(made).toBe(shown);
  await wizard.until(() => wizard.session.getState().dialog === null);
  expect(wizard.session.getState().message).toMatchObject({ key: 'export.done', values: { file: 'o.yaml' } });
});

const DISC: SourceMedium = {
  source: '/media/debian.iso',
  path: '/media/debian.iso',
  id: '0123456789abcdef',
  label: 'Debian 13.1.0 amd64 1',
  sizeBytes: 3_900_000_000,
  archives: [{ suite: 'trixie', components: ['main', 'non-free-firmware'], trust: 'signed' }],
};
const fromDisc: Draft = {
  target: { kind: 'image', file: 'host.img' },
  profile: { version: 1, host: { source: { medium: DISC.source } }, domus: [] },
};

test('with a medium: the review has looked into it, as the run will, and the plan is the same', async () => {
  const asked: unknown[] = [];
  const wizard = await atReview(
    'usb-and-sd',
    {
      lookAtMedium: async (...what) => {
        asked.push(what);
        return DISC;
      },
    },
    fromDisc,
  );
  wizard.press('enter', 'ctrl-u', ...'o.yaml', 'enter');
  await wizard.until(() => wizard.ports.files.has('o.yaml'));
  await wizard.until(() => wizard.session.getState().environment?.medium !== undefined);
  const { shown, made } = hashes(wizard, wizard.ports.files.get('o.yaml') ?? '', DISC);
  expect(made).toBe(shown);
  expect(asked).toEqual([[DISC.source, true]]);
  // An image that this very plan was begun with goes on; nothing of it is thrown away.
  wizard.session.send({ type: 'image', status: { file: 'host.img', exists: true, planHash: made } });
  expect(gateOf(wizard.session.getState())).toEqual({ kind: 'free', goesOn: true });
});

test('with a medium that is still being looked into nothing starts; with one that cannot be read it is said why', async () => {
  const looking = Promise.withResolvers<SourceMedium>();
  const wizard = await atReview('usb-and-sd', { lookAtMedium: async () => await looking.promise }, fromDisc);
  wizard.press('escape');
  await wizard.until(() => wizard.session.getState().dialog === null);
  expect(gateOf(wizard.session.getState())).toEqual({ kind: 'waiting', medium: DISC.source });
  wizard.press('enter');
  expect(wizard.session.getState().outcome).toBeNull();
  looking.reject(new Error('no such file'));
  await wizard.until(() => wizard.session.getState().findings.some(({ code }) => code === 'medium-not-read'));
  expect(gateOf(wizard.session.getState())).toEqual({ kind: 'errors' });
  // Enter goes to where it is asked for, and one is not held there: another machine may have it.
  wizard.press('enter');
  expect(wizard.session.getState().place.screen).toBe('sources');
  wizard.press('ctrl-n');
  expect(wizard.session.getState().place.screen).not.toBe('sources');
});

test('onto the stick that is highlighted: the same plan, and it is said that the stick can go', async () => {
  const wizard = await atReview();
  const usbDrives = usbDrivesOf(wizard.ports.facts.disks);
  expect(usbDrives).toHaveLength(2);
  wizard.press('down', 'enter');
  await wizard.until(() => {
    const { dialog } = wizard.session.getState();
    return dialog?.kind === 'export' && dialog.export.step === 'usbDrive' && dialog.export.usbDrives !== null;
  });
  wizard.press('end', 'enter');
  const place = `${usbDrives.at(-1)?.device}:xen1.yaml`;
  await wizard.until(() => wizard.ports.files.has(place));
  const { shown, made } = hashes(wizard, wizard.ports.files.get(place) ?? '');
  expect(made).toBe(shown);
  await wizard.until(() => wizard.session.getState().message !== null);
  expect(wizard.session.getState().message).toMatchObject({
    key: 'export.onUsbDrive',
    values: { usbDrive: usbDrives.at(-1)?.device },
  });
});

test.each([
  [0, 'vfat', 'export.onOpenUsbDrive'],
  [1, 'ext4', 'export.onUsbDrive'],
] as const)('a hash of a password on stick %i (%s) is %s', async (row, type, key) => {
  const loaded: Draft = {
    target: { kind: 'image', file: 'host.img' },
    profile: { version: 1, host: { admin: { passwordHash: HASH } }, domus: [] },
  };
  const wizard = await atReview('usb-and-sd', {}, loaded);
  wizard.press('down', 'enter');
  await wizard.until(() => {
    const { dialog } = wizard.session.getState();
    return (
      dialog?.kind === 'export' && dialog.export.step === 'usbDrive' && dialog.export.usbDrives?.[row]?.type === type
    );
  });
  wizard.press(...(row === 0 ? [] : ['down']), 'enter');
  await wizard.until(() => wizard.session.getState().message !== null);
  expect(wizard.session.getState().message).toMatchObject({ key });
});

test('on the ordinary screen: the same text, while the full screen is left', async () => {
  const wizard = await atReview();
  let isLeft = false;
  const during: boolean[] = [];
  wizard.session.suspendWith(async (work) => {
    isLeft = true;
    await work();
    isLeft = false;
  });
  Object.assign(wizard.ports, {
    showText: async (text: string) => {
      during.push(isLeft);
      wizard.ports.shown.push(text);
    },
  });
  wizard.press('down', 'down', 'enter');
  await wizard.until(() => wizard.session.getState().dialog === null);
  const { shown, made } = hashes(wizard, wizard.ports.shown[0] ?? '');
  expect(made).toBe(shown);
  expect(during).toEqual([true]);
});

test('a stick that fails says why, and the answers are as before', async () => {
  const wizard = await atReview('usb-and-sd', {
    writeToUsbDrive: async () => {
      throw new Error('mount: write-protected');
    },
  });
  wizard.press('down', 'enter');
  await wizard.until(() => {
    const { dialog } = wizard.session.getState();
    return dialog?.kind === 'export' && dialog.export.step === 'usbDrive' && dialog.export.usbDrives !== null;
  });
  wizard.press('enter');
  await wizard.until(() => wizard.session.getState().message !== null);
  expect(wizard.session.getState()).toMatchObject({
    dialog: null,
    message: { key: 'export.failed', isTrouble: true, values: { reason: 'mount: write-protected' } },
  });
});

test('Esc goes from the file back to the places, and from there to the review; nothing is written', async () => {
  const wizard = await atReview();
  wizard.press('enter', 'escape');
  expect(wizard.session.getState().dialog).toMatchObject({ kind: 'export', export: { step: 'where' } });
  wizard.press('escape');
  expect(wizard.session.getState().dialog).toBeNull();
  expect(wizard.ports.files.size).toBe(0);
});

const disk = (changed: Partial<DiskFacts>): DiskFacts => ({
  path: '/dev/sdx',
  byId: null,
  serial: null,
  wwn: null,
  model: 'Stick',
  vendor: null,
  sizeMiB: 4096,
  logicalSectorBytes: 512,
  physicalSectorBytes: 512,
  transport: 'usb',
  removable: true,
  rotational: false,
  readOnly: false,
  usedBy: [],
  holds: [
    { path: '/dev/sdx', type: 'dos', label: null, group: null },
    { path: '/dev/sdx1', type: 'vfat', label: 'KEYS', group: null },
  ],
  bootMedium: false,
  installMarker: null,
  ...changed,
});

test('only filesystems that can be written, on removable disks, and never the boot medium', () => {
  expect(usbDrivesOf([disk({})]).map(({ device, type, label }) => [device, type, label])).toEqual([
    ['/dev/sdx1', 'vfat', 'KEYS'],
  ]);
  expect(
    usbDrivesOf([
      disk({ bootMedium: true }),
      disk({ readOnly: true }),
      disk({ transport: 'sata', removable: false }),
      disk({ holds: [{ path: '/dev/sdx', type: 'iso9660', label: null, group: null }] }),
    ]),
  ).toEqual([]);
});
