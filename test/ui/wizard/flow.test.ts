/** The way through the wizard: order, going back, loaded profiles, and that what is exported is what would be installed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkProfile } from '../../../src/check/check.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import type { Draft, PlainMap } from '../../../src/ui/answers/draft.ts';
import { getAt } from '../../../src/ui/answers/draft.ts';
import { machineOf } from '../../../src/ui/answers/effective.ts';
import { planOfDraft } from '../../../src/ui/wizard/review.ts';
import { profileText } from '../../../src/ui/answers/profile-text.ts';
import { machineFacts } from '../../plan/host.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { Drive, environmentOf } from './drive.ts';

const ORDER = [
  'language',
  'target',
  'layout',
  'network',
  'sources',
  'identity',
  'admin',
  'xen',
  'hostDone',
  'domus',
  'review',
];

/** The hash of the wizard's own plan, after making sure that the exported text gives the same. */
function hashOf(drive: Drive): string {
  const { draft, environment } = drive.state;
  if (environment === null) throw new Error('no machine');
  const { plan } = planOfDraft(draft, environment);
  const { profile, findings } = loadProfile(profileText(drive.state), 'exported.yaml');
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (profile === null || plan === null) throw new Error('no plan');
  const facts = machineOf(draft, environment, profile);
  expect(checkProfile(profile, facts).filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(buildPlan(profile, facts).hash).toBe(plan.hash);
  return plan.hash;
}

const loadedDraft = (text: string, target: Draft['target'] = {}): Draft => ({
  target,
  profile: parse(text) as PlainMap,
});

describe('the order', () => {
  test('into an image: no disk is asked for', () => {
    const drive = new Drive();
    const seen = [drive.screen];
    while (drive.screen !== 'review') seen.push(drive.press('ctrl-n').screen);
    expect(seen).toEqual(ORDER);
  });

  test('onto a disk: the disk has a screen of its own', () => {
    const drive = new Drive().to('target').press('down', 'ctrl-n');
    expect(drive.screen).toBe('disk');
    expect(drive.press('ctrl-n').screen).toBe('layout');
  });

  test('without Xen there are no DomUs', () => {
    const drive = new Drive().to('xen').press('right');
    expect(drive.press('ctrl-n', 'ctrl-n').screen).toBe('review');
  });

  test('Enter goes from field to field and then on', () => {
    expect(new Drive().press('enter', 'enter', 'enter', 'enter').screen).toBe('target');
  });

  test('a DomU has its own five screens and ends in the list', () => {
    const drive = new Drive().to('domus').press('a');
    const seen = [drive.screen];
    for (let step = 0; step < 5; step++) seen.push(drive.press('ctrl-n').screen);
    expect(seen).toEqual(['basics', 'resources', 'domuDisks', 'domuNetwork', 'software', 'domus']);
  });

  test('before the machine is known nobody goes on; who tried to goes on as soon as it is', () => {
    const drive = new Drive({ environment: null }).press('ctrl-n');
    expect([drive.screen, drive.state.message?.key]).toEqual(['language', 'form.stillProbing']);
    drive.send({ type: 'environment', environment: environmentOf(), isRescan: false });
    expect([drive.screen, drive.state.message]).toEqual(['target', null]);
  });
});

describe('the moment this machine is known', () => {
  /** Going on with answers of before, on that screen; this machine is still looked at. */
  const on = (screen: 'target' | 'admin' | 'identity' | 'software'): Drive => {
    const { draft } = new Drive().to('domus').press('a').to('domus').state;
    const drive = new Drive({ environment: null });
    drive.state = {
      ...drive.state,
      dialog: {
        kind: 'draft',
        row: 0,
        saved: {
          draft: { ...draft, target: {} },
          place: { screen, domu: screen === 'software' ? 0 : null },
          asksAll: true,
          time: '',
        },
      },
    };
    return drive.press('enter');
  };
  const known = { type: 'environment', environment: environmentOf(), isRescan: false } as const;

  test('a highlight that was moved stays where it is', () => {
    const drive = on('target').press('down');
    expect(drive.state.input).toMatchObject({ kind: 'rows', select: { value: '"disks"' } });
    expect(drive.send(known).state.input).toMatchObject({ kind: 'rows', select: { value: '"disks"' } });
    expect(drive.press('up').state.input).toMatchObject({ select: { value: '"image"' } });
  });

  test('what is being typed stays: a password, and what is searched for', () => {
    const password = on('admin')
      .press('down')
      .type('hunt')
      .send(known)
      .type('er2')
      .press('enter')
      .type('hunter2')
      .press('enter');
    expect(password.effects.filter(({ type }) => type === 'hash')).toMatchObject([{ password: 'hunter2' }]);
    const packages = on('software').press('down').type('ngi').send(known).type('nx').press('enter');
    expect(getAt(packages.state.draft.profile, ['domus', 0, 'packages'])).toEqual(['nginx']);
  });

  test('a list that was opened stays open', () => {
    expect(on('software').press('space').send(known).state.picker).not.toBeNull();
  });

  test('the focus stays at its field, and at Continue', () => {
    const drive = on('admin').press('down', 'down', 'down').send(known);
    expect(drive.press('enter').screen).toBe('xen');
  });

  test('what nobody has touched shows what was found', () => {
    expect(on('identity').send(known).state.input).toMatchObject({ kind: 'text' });
    expect(
      on('target').send({ ...known, environment: environmentOf(undefined, { isMedium: true }) }).state.input,
    ).toMatchObject({ select: { value: '"disks"' } });
  });
});

describe('what comes out', () => {
  test('all defaults: the exported profile gives the same plan', () => {
    hashOf(new Drive().to('review'));
  });

  test('a fixed address in a VLAN', () => {
    const drive = new Drive()
      .to('network')
      .press('down', 'down', 'down', 'down')
      .type('42')
      .press('down', 'right', 'down')
      .type('192.0.2.10/24')
      .press('down')
      .type('192.0.2.1')
      .press('down', 'left', 'down')
      .type('192.0.2.53 192.0.2.54')
      .to('review');
    expect(getAt(drive.state.draft.profile, ['host', 'network', 'bridges', 0])).toMatchObject({
      vlan: 42,
      addresses: ['192.0.2.10/24'],
      gateways: ['192.0.2.1'],
      dns: ['192.0.2.53', '192.0.2.54'],
    });
    hashOf(drive);
  });

  test('an IPv6 address is typed digit by digit', () => {
    const drive = new Drive()
      .to('network')
      .press('down', 'down', 'down', 'down', 'down', 'down', 'right', 'right', 'down')
      .type('2001:db8::10/64')
      .press('down')
      .type('fe80::1')
      .to('review');
    expect(getAt(drive.state.draft.profile, ['host', 'network', 'bridges', 0])).toMatchObject({
      addresses: ['dhcp4', '2001:db8::10/64'],
      gateways: ['fe80::1'],
    });
    hashOf(drive);
  });

  test('a gateway that is taken away takes along that it lies elsewhere', () => {
    const drive = new Drive()
      .to('network')
      .press('down', 'down', 'down', 'down', 'down', 'right', 'down')
      .type('192.0.2.10/32')
      .press('down')
      .type('198.51.100.1');
    const bridge = (): unknown => getAt(drive.state.draft.profile, ['host', 'network', 'bridges', 0]);
    drive.press('down', 'down', 'down', 'space');
    expect(bridge()).toMatchObject({ gateways: ['198.51.100.1'], onLink: true });
    drive.press('up', 'up', 'up', 'ctrl-u');
    expect(bridge()).toMatchObject({ gateways: [] });
    expect(bridge()).not.toHaveProperty('onLink');
  });

  test('three DomUs of different kinds, one removed and one copied', () => {
    const drive = new Drive().to('domus');
    drive
      .press('a')
      .retype('web')
      .press('down', 'down', 'right')
      .to('resources')
      .retype('1G')
      .press('down')
      .retype('2')
      .to('domuDisks')
      .press('down', 'down', 'a', 'down')
      .retype('srv')
      .press('down')
      .retype('2G')
      .press('down')
      .retype('/srv')
      .to('software')
      .press('down')
      .type('nginx')
      .to('domus');
    drive.press('a').retype('old').press('down', 'down', 'right', 'right').to('domus').press('d');
    drive.press('a').retype('db').press('down', 'down', 'right', 'right').to('domus').press('home', 'c');
    const domus = drive.state.draft.profile['domus'] as readonly PlainMap[];
    expect(domus.map((domu) => [domu['name'], domu['type']])).toEqual([
      ['web', 'pvh'],
      ['web2', 'pvh'],
      ['db', 'pv'],
    ]);
    expect(domus[1]).toMatchObject({
      memory: '1G',
      vcpus: 2,
      packages: ['nginx'],
      disks: { data: [{ name: 'srv', size: '2G', mount: '/srv' }] },
    });
    hashOf(drive.to('review'));
  });

  test('onto the larger disk, by its serial', () => {
    const drive = new Drive({ environment: environmentOf(machineFacts('sata-ssd-and-hdd')) })
      .to('target')
      .press('down')
      .to('review');
    expect(getAt(drive.state.draft.profile, ['host', 'storage', 'disks'])).toEqual([{ serial: 'WD-WX20' }]);
    // Without a DomU the defaults fit into 20 GB.
    hashOf(drive);
  });
});

describe('going back', () => {
  test('from every screen to the one before, and on again: the same plan', () => {
    const drive = new Drive().to('identity').retype('xen7.example.org').to('domus').press('a').to('domus').to('review');
    const hash = hashOf(drive);
    for (const screen of ORDER.toReversed().slice(1)) expect(drive.press('escape').screen).toBe(screen);
    expect(hashOf(drive.to('review'))).toBe(hash);
  });

  test('what was typed is kept, even what is wrong', () => {
    const drive = new Drive().to('identity').retype('no_good').press('escape');
    expect(drive.screen).toBe('sources');
    expect(getAt(drive.press('ctrl-n').state.draft.profile, ['host', 'hostname'])).toBe('no_good');
    // It cannot be gone past, though.
    expect(drive.press('ctrl-n').screen).toBe('identity');
  });

  test('from each screen of a DomU, at last to the list', () => {
    const drive = new Drive().to('domus').press('a').to('software');
    const seen = Array.from({ length: 5 }, () => drive.press('escape').screen);
    expect(seen).toEqual(['domuNetwork', 'domuDisks', 'resources', 'basics', 'domus']);
    expect(getAt(drive.state.draft.profile, ['domus', 0, 'name'])).toBe('domu1');
  });

  test('before the first screen one is asked, and can stay', () => {
    const drive = new Drive().press('escape');
    expect(drive.state.dialog?.kind).toBe('leave');
    expect(drive.press('enter').state.outcome).toBeNull();
    drive.press('ctrl-c', 'down', 'enter');
    expect([drive.state.outcome, drive.effects.at(-1)?.type]).toEqual(['left', 'save']);
  });
});

describe('a loaded profile', () => {
  test('the minimal one: only the target is asked, then comes the review; what was passed over is met going back', () => {
    const drive = new Drive({ loaded: loadedDraft(minimalText) });
    expect(drive.screen).toBe('target');
    expect(drive.press('ctrl-n').screen).toBe('review');
    hashOf(drive);
    expect(drive.press('escape').screen).toBe('domus');
  });

  test('with a target named, there is nothing left to ask', () => {
    expect(new Drive({ loaded: loadedDraft(minimalText, { kind: 'image', file: 'a.img' }) }).screen).toBe('review');
  });

  test('what is missing is asked, one screen after the other', () => {
    const drive = new Drive({
      loaded: loadedDraft('version: 1\nhost: { storage: { disks: [{ largest: true }] } }\ndomus: []\n', {
        kind: 'image',
      }),
    });
    expect(drive.screen).toBe('identity');
    expect(drive.press('ctrl-n').screen).toBe('admin');
    expect(drive.press('ctrl-n').screen).toBe('review');
  });

  test('a profile without DomUs named is asked for them', () => {
    expect(new Drive({ loaded: loadedDraft(minimalText.replace(/domus:[^]*/, ''), { kind: 'image' }) }).screen).toBe(
      'domus',
    );
  });

  test('what no screen asks for comes through', () => {
    const drive = new Drive({
      loaded: loadedDraft(
        `${minimalText}\nreport: { webhook: null }\n`.replace(
          '  - name: web1',
          '  - { name: web1, health: [{ tcp: 80 }], options: { cpu_weight: 512 } }',
        ),
        { kind: 'image' },
      ),
    });
    expect(profileText(drive.state)).toMatch(/health:\n\s+- tcp: 80\n/);
    expect(profileText(drive.state)).toContain('cpu_weight: 512');
  });

  test('an error leads from the review to its screen', () => {
    const drive = new Drive({
      loaded: loadedDraft(minimalText.replace('name: web1', 'name: dom0'), { kind: 'image' }),
    });
    expect(drive.screen).toBe('review');
    drive.press('enter');
    expect([drive.screen, drive.state.place.domu]).toEqual(['basics', 0]);
  });

  test('the full profile of the contract is taken in, and what is not supported yet is said', () => {
    const drive = new Drive({
      loaded: loadedDraft(readFileSync('test/profiles/full.yaml', 'utf8'), { kind: 'image' }),
    });
    expect(drive.state.findings.filter(({ code }) => code === 'not-supported-yet').length).toBeGreaterThan(0);
  });
});
