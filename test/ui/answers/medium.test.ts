/** The question for a medium: what is offered, what is typed, and that nothing is left of it when there is none. */
import { expect, test } from 'vitest';
import { getAt } from '../../../src/ui/answers/draft.ts';
import { shownFields, contextOf, currentScreen } from '../../../src/ui/answers/context.ts';
import { machineFacts } from '../../plan/host.ts';
import { Drive, environmentOf } from '../wizard/drive.ts';

const TO_MEDIUM = Array.from({ length: 7 }, () => 'down');
const source = (drive: Drive): unknown => getAt(drive.state.draft.profile, ['host', 'source']);
const fields = (drive: Drive): readonly string[] =>
  shownFields(currentScreen(drive.state), contextOf(drive.state)).map(({ id }) => id);
const withDisc = (label: string): Drive =>
  new Drive({
    environment: environmentOf(
      { ...machineFacts('sata-ssd-and-hdd'), media: [{ path: '/dev/sr0', label, kind: 'optical' }] },
      { isMedium: true },
    ),
  });

test('without a medium in a drive there is none, and nothing to copy', () => {
  const drive = new Drive().to('sources');
  expect(fields(drive)).not.toContain('copyMedium');
  expect(source(drive.press('ctrl-n'))).toBeUndefined();
});

test('a whole disc of Debian in the drive is the default', () => {
  const drive = withDisc('Debian 13.1.0 amd64 1').to('sources');
  expect(fields(drive)).toEqual(expect.arrayContaining(['medium', 'copyMedium', 'serveMedium']));
  // Leaving the screen makes it an answer, whatever the checks say of it.
  drive.press('ctrl-n');
  expect(source(drive)).toEqual({ medium: 'cdrom' });
});

test.each(['HOLIDAYS', 'Debian 13.1.0 amd64 n', 'XENWRIGHT'])(
  '%s in the drive is in the list, and not the default: it may have too little on it',
  (label) => {
    const drive = withDisc(label).to('sources');
    const field = currentScreen(drive.state).fields.find(({ id }) => id === 'medium');
    expect(field?.options?.(contextOf(drive.state))).toContainEqual({
      value: 'cdrom',
      label: { key: 'options.driveWith', values: { what: label } },
    });
    expect(source(drive.press('ctrl-n'))).toBeUndefined();
  },
);

test('who wants none of the disc in the drive says so, and that is kept', () => {
  const drive = withDisc('Debian 13.1.0 amd64 1')
    .to('sources')
    .press(...TO_MEDIUM, 'space', 'home', 'enter');
  expect(source(drive)).toEqual({ medium: null });
  expect(fields(drive)).not.toContain('copyMedium');
});

test('a file or an address is typed in the list; taking it back leaves nothing of it', () => {
  const drive = new Drive()
    .to('sources')
    .press(...TO_MEDIUM, 'space')
    .type('https://iso.example/Debian.iso')
    .press('enter');
  expect(source(drive)).toEqual({ medium: 'https://iso.example/Debian.iso' });
  drive.press('down', 'space', 'down', 'space');
  expect(source(drive)).toEqual({ medium: 'https://iso.example/Debian.iso', copyMedium: false, serveMedium: true });
  drive.press('up', 'up', 'space', 'home', 'enter');
  expect(source(drive)).toEqual({});
});
