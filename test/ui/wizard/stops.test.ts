/** An unattended profile that leaves some sections to a person: only those screens, then on by itself. */
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadProfile } from '../../../src/profile/load.ts';
import { getAt, type PlainMap, type TargetAnswers } from '../../../src/ui/answers/draft.ts';
import { SECTIONS, type Section } from '../../../src/ui/wizard/flow.ts';
import { profileText } from '../../../src/ui/answers/profile-text.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { Drive } from './drive.ts';

const IMAGE: TargetAnswers = { kind: 'image', file: 'host.img' };
const asking = (sections: readonly Section[], text = minimalText, target = IMAGE): Drive =>
  new Drive({
    loaded: { target, profile: parse(text) as PlainMap },
    stops: sections.flatMap((section) => SECTIONS[section]),
  });

test('only the sections that were named are asked, then the install begins', () => {
  const drive = asking(['network', 'identity']);
  expect([drive.screen, drive.state.message?.key]).toEqual(['network', 'form.onlyThese']);
  expect(drive.press('ctrl-n').screen).toBe('identity');
  drive.retype('other').press('ctrl-n');
  expect(drive.state.outcome).toBe('install');
  const { profile } = loadProfile(profileText(drive.state), 'answered.yaml');
  expect(profile?.host.hostname).toBe('other');
});

test('what must be known and is missing is asked, too; what may be missing is not', () => {
  const drive = asking([], 'version: 1\nhost: { storage: { disks: [{ largest: true }] } }\n');
  expect(drive.screen).toBe('identity');
  drive.press('ctrl-n');
  expect(drive.state.outcome).toBe('install');
});

test('a missing disk is asked for on this machine, and only there', () => {
  const text = 'version: 1\nhost: { hostname: xen1 }\n';
  expect(asking([], text, { kind: 'disks' }).screen).toBe('disk');
  expect(asking([], text).state.outcome).toBe('install');
});

test('with the review asked for nothing begins before its answer', () => {
  const drive = asking(['review']);
  expect([drive.screen, drive.state.outcome]).toEqual(['review', null]);
});

test('errors elsewhere stop at the review, whether it was asked for or not', () => {
  const drive = asking(['identity'], minimalText.replace('version: 1', 'version: 1\nlanguage: nonsense!'));
  drive.press('ctrl-n');
  expect([drive.screen, drive.state.outcome]).toEqual(['review', null]);
});

test('a disk and its layout belong to disks; DomUs can be changed in their list', () => {
  expect(asking(['disks'], minimalText, { kind: 'disks' }).screen).toBe('disk');
  expect(asking(['disks']).screen).toBe('layout');
  const drive = asking(['domus']).press('end', 'up', 'a');
  expect(drive.state.place.domu === null && drive.screen !== 'domus').toBe(false);
});

test('leaving is no answer', () => {
  const drive = asking(['identity']).press('ctrl-c', 'down', 'enter');
  expect(drive.state.outcome).toBe('left');
  expect(getAt(drive.state.draft.profile, ['host', 'hostname'])).toBe(
    getAt(parse(minimalText) as PlainMap, ['host', 'hostname']),
  );
});
