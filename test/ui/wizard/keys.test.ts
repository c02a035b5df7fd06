/** Single keys: digits never choose, lists remember items, passwords leave no trace, nothing starts without the name. */
import { describe, expect, test } from 'vitest';
import { getAt, type PlainMap } from '../../../src/ui/answers/draft.ts';
import { withFindings } from '../../../src/ui/answers/findings.ts';
import { gateOf, planOfDraft } from '../../../src/ui/wizard/review.ts';
import { HASH } from '../../components/support/ports.ts';
import { machineFacts } from '../../plan/host.ts';
import { Drive, environmentOf } from './drive.ts';

const names = (drive: Drive): unknown[] =>
  ((drive.state.draft.profile['domus'] ?? []) as readonly PlainMap[]).map((domu) => domu['name']);

describe('choices', () => {
  test('Left and Right change in place, over the ends too', () => {
    const drive = new Drive().to('layout');
    expect(getAt(drive.press('right').state.draft.profile, ['host', 'storage', 'layout'])).toBe('plain');
    expect(getAt(drive.press('right').state.draft.profile, ['host', 'storage', 'layout'])).toBe('lvm');
  });

  test('what becomes of old data is asked where the DomUs have volumes on a disk, and `none` is warned of', () => {
    const wipe = (drive: Drive): unknown => getAt(drive.state.draft.profile, ['host', 'storage', 'wipe']);
    const down = Array.from({ length: 8 }, () => 'down');
    const onDisk = new Drive()
      .to('target')
      .press('down')
      .to('layout')
      .press(...down, 'right');
    expect(wipe(onDisk)).toBe('none');
    expect(withFindings(onDisk.state).findings.map(({ severity, code }) => `${severity} ${code}`)).toContain(
      'warning old-bytes',
    );
    expect(wipe(new Drive().to('layout').press(...down, 'right'))).toBeUndefined();
  });

  test('letters and digits on a choice change nothing', () => {
    const drive = new Drive().to('layout');
    const { draft } = drive.state;
    expect(drive.type('1234xyz').state.draft).toBe(draft);
  });

  test('typing on a field with a long list searches; digits only search; Enter chooses', () => {
    const drive = new Drive().to('identity').press('down').type('new york');
    expect(drive.state.picker?.filter).toBe('new york');
    expect(getAt(drive.press('enter').state.draft.profile, ['timezone'])).toBe('America/New_York');
    const before = drive.state.draft;
    drive.press('space').type('1');
    expect([drive.state.draft === before, drive.state.picker?.filter]).toEqual([true, '1']);
  });

  test('Esc closes a list and changes nothing; the screen stays', () => {
    const drive = new Drive().to('identity').press('down', 'space', 'down', 'down', 'escape');
    expect([drive.screen, drive.state.picker, drive.state.draft.profile['timezone']]).toEqual([
      'identity',
      null,
      undefined,
    ]);
  });

  test('several of few: Space in the list, kept in the order of the list', () => {
    const drive = new Drive().to('sources').press('down', 'down', 'down', 'space', 'down', 'space', 'enter');
    expect(getAt(drive.state.draft.profile, ['host', 'source', 'components'])).toEqual([
      'main',
      'contrib',
      'non-free-firmware',
    ]);
  });
});

describe('disks', () => {
  test('a disk that cannot be chosen is moved over, not taken', () => {
    const drive = new Drive({ environment: environmentOf(machineFacts('live-from-usb')) })
      .to('target')
      .press('down')
      .to('disk');
    const chosen = getAt(drive.state.draft.profile, ['host', 'storage', 'disks']);
    drive.press('home', 'end', 'home', 'end');
    const after = getAt(drive.state.draft.profile, ['host', 'storage', 'disks']);
    const { disks } = machineFacts('live-from-usb');
    const medium = disks.find((disk) => disk.bootMedium);
    expect(medium).toBeDefined();
    expect(JSON.stringify([chosen, after])).not.toContain(
      medium?.serial ?? medium?.path ?? 'no medium in this capture',
    );
  });

  test('a rescan keeps the highlight at its disk, whatever comes in before it', () => {
    const facts = machineFacts('sata-ssd-and-hdd');
    const drive = new Drive({ environment: environmentOf(facts) }).to('target').press('down', 'ctrl-n', 'down');
    expect(drive.state.input).toMatchObject({ kind: 'rows', select: { value: '"/dev/sdb"' } });
    const plugged = {
      ...facts,
      disks: [
        { ...(facts.disks[0] as (typeof facts.disks)[0]), path: '/dev/nvme0n1', serial: 'NEW', wwn: null, byId: null },
        ...facts.disks,
      ],
    };
    drive.send({ type: 'environment', environment: environmentOf(plugged), isRescan: true });
    expect(drive.state.input).toMatchObject({ kind: 'rows', select: { value: '"/dev/sdb"' } });
    expect(drive.press('up').state.input).toMatchObject({ select: { value: '"/dev/sda"' } });
  });
});

describe('passwords', () => {
  const typed = (drive: Drive): Drive => drive.type('hunter2?').press('enter').type('hunter2?').press('enter');

  test('asked twice, handed over for hashing once, and nowhere else', () => {
    const drive = typed(new Drive().to('admin').press('down'));
    expect(drive.effects.filter(({ type }) => type === 'hash')).toMatchObject([
      { password: 'hunter2?', field: 'password' },
    ]);
    drive.send({ type: 'hashed', place: drive.state.place, field: 'password', hash: HASH });
    expect(getAt(drive.state.draft.profile, ['host', 'admin', 'passwordHash'])).toBe(HASH);
    expect(JSON.stringify(drive.state)).not.toContain('hunter2');
    expect(drive.state.focus).toBe(2);
  });

  test('two that differ are asked again', () => {
    const drive = new Drive().to('admin').press('down').type('one').press('enter').type('two').press('enter');
    expect([drive.state.message?.key, drive.effects.some(({ type }) => type === 'hash')]).toEqual([
      'form.differ',
      false,
    ]);
    expect(drive.state.input).toMatchObject({ kind: 'password', first: null, text: { text: '' } });
  });

  test('the hash reaches its field even when one has gone on meanwhile', () => {
    const drive = typed(new Drive().to('admin').press('down'));
    const { place } = drive.state;
    drive.press('ctrl-c', 'enter', 'escape').send({ type: 'hashed', place, field: 'password', hash: HASH });
    expect([drive.screen, getAt(drive.state.draft.profile, ['host', 'admin', 'passwordHash'])]).toEqual([
      'identity',
      HASH,
    ]);
  });

  test('Delete takes it away', () => {
    const drive = typed(new Drive().to('admin').press('down')).send({
      type: 'hashed',
      place: { screen: 'admin', domu: null },
      field: 'password',
      hash: HASH,
    });
    expect(getAt(drive.press('up', 'delete').state.draft.profile, ['host', 'admin', 'passwordHash'])).toBeUndefined();
  });
});

test('a host that lets nobody in is only made by going on twice', () => {
  const drive = new Drive({ environment: environmentOf(undefined, { ownKeys: [] }) }).to('admin').press('ctrl-n');
  expect([drive.screen, drive.state.message?.key]).toEqual(['admin', 'form.nobody']);
  expect(drive.press('ctrl-n').screen).toBe('xen');
});

describe('entries one a line', () => {
  test('added, changed, taken away by emptying', () => {
    const drive = new Drive({ environment: environmentOf(undefined, { ownKeys: [] }) })
      .to('admin')
      .press('down', 'down')
      .type('ssh-a 1')
      .press('enter')
      .type('ssh-b 2')
      .press('up', 'ctrl-u', 'down');
    expect(getAt(drive.state.draft.profile, ['host', 'admin', 'sshKeys'])).toEqual(['ssh-b 2']);
  });

  test('pasting several lines gives several entries', () => {
    const drive = new Drive({ environment: environmentOf(undefined, { ownKeys: [] }) })
      .to('admin')
      .press('down', 'down')
      .send({ type: 'paste', text: 'ssh-a 1\r\nssh-b 2\n\nssh-c 3\n' });
    expect(getAt(drive.state.draft.profile, ['host', 'admin', 'sshKeys'])).toEqual(['ssh-a 1', 'ssh-b 2', 'ssh-c 3']);
  });
});

describe('DomUs', () => {
  test('added with a free name, copied with a free name, removed, brought back', () => {
    const drive = new Drive().to('domus').press('a').to('domus').press('c', 'c');
    expect(names(drive)).toEqual(['domu1', 'domu2', 'domu3']);
    drive.press('up', 'd');
    expect(names(drive)).toEqual(['domu1', 'domu3']);
    expect(names(drive.press('u'))).toEqual(['domu1', 'domu2', 'domu3']);
    expect(drive.press('u').state.message?.key).toBe('domus.nothingToUndo');
  });

  test('moved down and up, and not past the ends', () => {
    const drive = new Drive().to('domus').press('a').to('domus').press('c', 'home', '+');
    expect(names(drive)).toEqual(['domu2', 'domu1']);
    expect(names(drive.press('+', '+', '-', '-', '-'))).toEqual(['domu1', 'domu2']);
  });

  test('a copy has no fixed address, MAC or host name of the original', () => {
    const drive = new Drive()
      .to('domus')
      .press('a', 'down')
      .type('own')
      .to('domuNetwork')
      .press('down', 'down')
      .retype('52:54:00:12:34:56')
      .press('down', 'right', 'down')
      .type('10.0.0.5/24')
      .to('domus')
      .press('c');
    const [, copy] = drive.state.draft.profile['domus'] as readonly PlainMap[];
    expect(copy).toEqual({ name: 'domu2', network: [{}] });
    expect(drive.state.message?.key).toBe('domus.copiedAddress');
  });

  test('a copy of one that gets its address by DHCP is not said to need one', () => {
    const drive = new Drive().to('domus').press('a').to('domus').press('c');
    expect(drive.state.message?.key).toBe('domus.copied');
  });

  test('searched by name; Esc ends the search', () => {
    const drive = new Drive()
      .to('domus')
      .press('a')
      .retype('web')
      .to('domus')
      .press('a')
      .retype('db')
      .to('domus')
      .press('/')
      .type('db')
      .press('enter');
    expect([drive.screen, drive.state.place.domu]).toEqual(['basics', 1]);
    drive.press('escape', '/').type('zzz').press('escape');
    expect([drive.screen, drive.state.list.filter]).toEqual(['domus', null]);
  });
});

describe('the review', () => {
  const onDisk = (): Drive => new Drive().to('target').press('down').to('review');

  test('a disk: only its typed name and Enter start', () => {
    const drive = onDisk();
    expect(gateOf(drive.state)).toEqual({ kind: 'type', name: '/dev/sda' });
    for (const keys of [['enter'], ['ctrl-n'], ['space', 'enter'], ['y', 'enter']])
      expect(drive.press(...keys).state.outcome).toBeNull();
    expect(drive.press('ctrl-u').type('/dev/sdb').press('enter').state.outcome).toBeNull();
    expect(drive.state.message?.key).toBe('review.notTheName');
    expect(drive.press('ctrl-u').type('/dev/sda').press('ctrl-n').state.outcome).toBeNull();
    expect(drive.press('enter').state.outcome).toBe('install');
  });

  test('pasting the name with a line end types it, and does not start', () => {
    const drive = onDisk().send({ type: 'paste', text: '/dev/sda\r' });
    expect([drive.state.review.typed.text, drive.state.outcome]).toEqual(['/dev/sda', null]);
  });

  test('what was typed is gone after going back', () => {
    expect(onDisk().type('/dev/sda').press('escape').to('review').state.review.typed.text).toBe('');
  });

  test('a new image needs no name; while it is unknown whether it exists, nothing starts', () => {
    const drive = new Drive().to('review').press('enter');
    expect([gateOf(drive.state).kind, drive.state.outcome]).toEqual(['waiting', null]);
    drive.send({ type: 'image', status: { file: 'xen-host.img', exists: false, planHash: null } });
    expect(drive.press('enter').state.outcome).toBe('install');
  });

  test('an image that exists needs its name, unless it was begun with this very plan', () => {
    const drive = new Drive()
      .to('review')
      .send({ type: 'image', status: { file: 'xen-host.img', exists: true, planHash: 'ff' } });
    expect(gateOf(drive.state)).toEqual({ kind: 'type', name: 'xen-host.img' });
    const { draft, environment } = drive.state;
    drive.send({
      type: 'image',
      status: {
        file: 'xen-host.img',
        exists: true,
        planHash: environment === null ? null : (planOfDraft(draft, environment).plan?.hash ?? null),
      },
    });
    expect(gateOf(drive.state)).toEqual({ kind: 'free', goesOn: true });
  });

  test('without root nothing starts, and it is said', () => {
    const drive = new Drive({ environment: environmentOf(undefined, { isRoot: false }) })
      .to('review')
      .send({ type: 'image', status: { file: 'xen-host.img', exists: false, planHash: null } });
    expect([gateOf(drive.state).kind, drive.press('enter').state.outcome]).toEqual(['not-root', null]);
  });

  test('errors are put right first', () => {
    const drive = new Drive().to('identity').retype('no_good');
    drive.state = { ...drive.state, place: { screen: 'review', domu: null } };
    drive
      .send({ type: 'environment', environment: environmentOf(), isRescan: true })
      .send({ type: 'image', status: { file: 'xen-host.img', exists: false, planHash: null } });
    expect(gateOf(drive.state).kind).toBe('errors');
    expect([drive.press('enter').screen, drive.state.outcome]).toEqual(['identity', null]);
  });
});
