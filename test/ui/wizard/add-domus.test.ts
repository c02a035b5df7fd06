/** DomUs for a host that exists: only they are asked for, and those that the host has are left as they are. */
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { keptProfile } from '../../../src/profile/kept.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import { readAdded } from '../../../src/profile/added-domus.ts';
import { domusOf, type PlainMap } from '../../../src/ui/answers/draft.ts';
import { addedDomus } from '../../../src/ui/wizard/add-domus.ts';
import { domuName } from '../../../src/ui/wizard/domu-list.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { machineFacts } from '../../plan/host.ts';
import { Drive, environmentOf } from './drive.ts';

const { profile } = loadProfile(minimalText, 'minimal.yaml');
if (profile === null) throw new Error('no profile');
const kept = keptProfile(profile);
const there = profile.domus.map(({ name }) => name);
const plain = loadProfile(kept, 'kept.yaml').document.toJS() as PlainMap;
/** One that has room for more. */
const environment = environmentOf(machineFacts('server-with-fibre-channel'));
const adding = (): Drive =>
  new Drive({ loaded: { target: { kind: 'disks' }, profile: plain }, addsDomus: true, environment });
const names = (drive: Drive): string[] => domusOf(drive.state.draft).map(domuName);

/** From the first question of a DomU to the list. */
function toList(drive: Drive): Drive {
  for (let screen = 0; screen < 8 && drive.state.place.domu !== null; screen++) drive.press('ctrl-n');
  return drive;
}

test('it begins with the first question of a new DomU, and no question about the host is reached', () => {
  const drive = adding();
  expect(there.length).toBeGreaterThan(0);
  expect([drive.screen, drive.state.place.domu]).toEqual(['basics', there.length]);
  drive.press('escape');
  expect([drive.screen, drive.state.place.domu]).toEqual(['domus', null]);
  drive.press('escape');
  expect([drive.screen, drive.state.dialog?.kind]).toEqual(['domus', 'leave']);
  drive.press('down', 'enter');
  expect(drive.state.outcome).toBe('left');
});

test("what comes out are the new ones alone, and domu add reads them as this host's", () => {
  const drive = toList(adding().retype('mail1')).press('a').retype('mail2');
  toList(drive).press('ctrl-n');
  expect(drive.state.outcome).toBe('install');
  const domus = addedDomus(drive.state);
  expect(domus.map(domuName)).toEqual(['mail1', 'mail2']);
  const text = stringify({ version: 1, domus });
  const { given, findings } = readAdded(kept, 'kept.yaml', loadProfile(text, 'to-add.yaml'));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(given?.map(({ name }) => name)).toEqual(['mail1', 'mail2']);
});

describe('a DomU that the host has', () => {
  test.each(['e', 'd', 'delete', 'enter', '+', '-'])('is left alone by %s', (key) => {
    const drive = toList(adding()).press('home');
    const before = names(drive);
    drive.press(key);
    expect(names(drive)).toEqual(before);
    expect([drive.screen, drive.state.message?.key]).toEqual(['domus', 'hostScreen.adding.isThere']);
  });

  test('can be the model of another one, which comes last', () => {
    const drive = toList(adding()).press('home', 'c');
    expect(names(drive).slice(0, there.length)).toEqual(there);
    expect(addedDomus(drive.state)).toHaveLength(2);
  });

  test('keeps its place when new ones are moved', () => {
    const drive = toList(adding()).press('-');
    expect(names(drive).slice(0, there.length)).toEqual(there);
  });
});

test('one that lacks something is named, and nothing is added yet', () => {
  const drive = toList(adding().retype(there[0] ?? '')).press('ctrl-n');
  expect(drive.state.outcome).toBeNull();
});

test('without a new one nothing is added', () => {
  const drive = toList(adding());
  drive.press('d');
  expect(names(drive)).toEqual(there);
  drive.press('ctrl-n');
  expect([drive.state.outcome, addedDomus(drive.state)]).toEqual(['install', []]);
});
