/** Several bridges, interfaces and data disks: chosen, added, removed and brought back on their screens. */
import { describe, expect, test } from 'vitest';
import { planOfDraft } from '../../../src/ui/wizard/review.ts';
import { getAt, type PlainMap } from '../../../src/ui/answers/draft.ts';
import { profileText } from '../../../src/ui/answers/profile-text.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { machineFacts } from '../../plan/host.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { Drive, environmentOf } from './drive.ts';

const onDisks = (): Drive => new Drive({ environment: environmentOf(machineFacts('many-nics'), { isMedium: true }) });
const bridges = (drive: Drive): readonly PlainMap[] =>
  (getAt(drive.state.draft.profile, ['host', 'network', 'bridges']) ?? []) as readonly PlainMap[];
const errors = (drive: Drive): unknown[] => drive.state.findings.filter(({ severity }) => severity === 'error');

describe('bridges', () => {
  test('a second one is a network of DomUs among themselves until it gets a card and a VLAN', () => {
    const drive = onDisks().to('network').press('a');
    expect(bridges(drive)).toEqual([{}, { name: 'xenbr1', uplinks: [], addresses: [] }]);
    drive.press('down').retype('lan').press('down', 'right', 'down', 'down').type('42').press('ctrl-n');
    expect(drive.screen).toBe('sources');
    // The host's addresses, and so its way outside, stay on the first until one is asked for here.
    expect(bridges(drive)[1]).toMatchObject({ addresses: [] });
    expect(drive.state.findings.map(({ code }) => code)).not.toContain('several-gateways');
    const { facts } = drive.state.environment ?? environmentOf();
    expect(bridges(drive)[1]).toMatchObject({ name: 'lan', uplinks: [{ mac: facts.nics[0]?.mac }], vlan: 42 });
    expect(
      planOfDraft(drive.state.draft, environmentOf(facts, { isMedium: true })).plan?.bridges.map(({ name }) => name),
    ).toEqual(['xenbr0', 'lan']);
  });

  test('two cards that have one MAC are told apart by their places', () => {
    const facts = machineFacts('many-nics');
    const nics = facts.nics.map((nic) => ({ ...nic, mac: facts.nics[0]!.mac }));
    const drive = new Drive({ environment: environmentOf({ ...facts, nics }, { isMedium: true }) })
      .to('network')
      .press('a', 'down', 'down', 'right', 'right');
    expect(bridges(drive)[1]).toMatchObject({ uplinks: [{ pci: nics[1]!.pci }] });
    expect(drive.state.findings.map(({ code }) => code)).not.toContain('nic-twins');
  });

  test('a nat one gets an inner network of its own', () => {
    const drive = onDisks()
      .to('network')
      .press(
        'a',
        'down',
        'down',
        'down',
        'right',
        'right',
        'up',
        'up',
        'up',
        'a',
        'down',
        'down',
        'down',
        'right',
        'right',
      );
    expect(bridges(drive).map((bridge) => getAt(bridge, ['guests', 'addresses']))).toEqual([
      undefined,
      ['10.11.0.1/24'],
      ['10.12.0.1/24'],
    ]);
    expect(errors(drive.press('ctrl-n'))).toEqual([]);
  });

  test('going from one to the other shows each as it is; the first and only one stays', () => {
    const drive = onDisks().to('network').press('a', 'down').retype('lan').press('up', 'left');
    expect(drive.state.item).toBe(0);
    drive.press('down');
    expect(drive.state.input).toMatchObject({ text: { text: 'xenbr0' } });
    drive.press('up', 'right', 'd');
    expect([bridges(drive).length, drive.state.message?.key]).toEqual([1, 'domus.removed']);
    drive.press('u');
    expect(bridges(drive)[1]).toMatchObject({ name: 'lan' });
    drive.press('d', 'd');
    expect([bridges(drive).length, drive.state.message?.key]).toEqual([1, 'form.itemLast']);
  });

  test('an error in another one than the one looked at holds up, and leads there', () => {
    const drive = onDisks()
      .to('network')
      .press('a', 'down')
      .retype('much-too-long-a-name')
      .press('up', 'left', 'ctrl-n');
    expect([drive.screen, drive.state.item, drive.state.focus]).toEqual(['network', 1, 1]);
  });
});

describe('interfaces', () => {
  test('a second one takes the bridge that has none yet, and each keeps its own addresses', () => {
    const drive = onDisks().to('network').press('a').to('domus').press('a').to('domuNetwork').press('a');
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'network'])).toEqual([{}, { bridge: 'xenbr1' }]);
    drive.press('down', 'down', 'down', 'right', 'down').type('10.1.0.5/24');
    drive.press('up', 'up', 'up', 'up', 'left');
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'network', 1, 'addresses'])).toContain('10.1.0.5/24');
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'network', 0])).toEqual({});
  });

  test('without any it is a DomU without a network', () => {
    const drive = new Drive().to('domus').press('a').to('domuNetwork').press('d', 'ctrl-n');
    expect([drive.screen, getAt(drive.state.draft.profile, ['domus', 0, 'network'])]).toEqual(['software', []]);
    expect(errors(drive)).toEqual([]);
  });
});

describe('data disks', () => {
  test('two of them, each with its size and place; one removed', () => {
    const drive = new Drive()
      .to('domus')
      .press('a')
      .to('domuDisks')
      .press('down', 'down', 'a', 'down')
      .retype('srv')
      .press('down')
      .retype('2G')
      .press('down')
      .retype('/srv');
    drive.press('up', 'up', 'up', 'a', 'a');
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'disks', 'data'])).toEqual([
      { name: 'srv', size: '2G', mount: '/srv' },
      { name: 'data1', size: '10G', mount: '/srv/data1' },
      { name: 'data2', size: '10G', mount: '/srv/data2' },
    ]);
    drive.press('left', 'd');
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'disks', 'data'])).toMatchObject([
      { name: 'srv' },
      { name: 'data2' },
    ]);
    const { profile } = loadProfile(profileText(drive.to('review').state), 'x.yaml');
    expect(profile?.domus[0]?.disks.data.map(({ name }) => name)).toEqual(['srv', 'data2']);
  });
});

test('a second fixed address, and the second uplink of a loaded profile, outlive an edit of the first', () => {
  const text = minimalText.replace(
    '  storage:',
    '  network: { bridges: [{ addresses: [192.0.2.10/24, 192.0.2.11/24, "2001:db8::1/64"], gateways: [192.0.2.1], routes: [{ to: 10.0.0.0/8, via: 192.0.2.254 }] }] }\n  storage:',
  );
  const { document } = loadProfile(text, 'p.yaml');
  const drive = new Drive({ loaded: { target: { kind: 'image' }, profile: document.toJS() as PlainMap } });
  while (drive.screen !== 'network') drive.press('escape');
  drive.press('down', 'down', 'down', 'down', 'down', 'down').retype('192.0.2.20/24');
  expect(bridges(drive)[0]).toMatchObject({
    addresses: ['192.0.2.20/24', '192.0.2.11/24', '2001:db8::1/64'],
    routes: [{ to: '10.0.0.0/8', via: '192.0.2.254' }],
  });
});
