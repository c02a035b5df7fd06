/** Packages: searched for among the names that are known, and always to be had as they are typed. */
import { describe, expect, test } from 'vitest';
import { getAt } from '../../../src/ui/answers/draft.ts';
import { fittingNames, packageItems } from '../../../src/ui/wizard/packages.ts';
import { Drive } from './drive.ts';

const NAMES = ['curl', 'libnginx-mod-http-geoip', 'nginx', 'nginx-common', 'python3-nginx'];

/** On the field of Dom0's packages; the names are known as soon as they are asked for. */
function atPackages(names: readonly string[] | null = NAMES): Drive {
  const drive = new Drive().to('sources').press('ctrl-n', 'escape', 'down', 'down', 'down', 'down', 'down', 'down');
  if (names === null) return drive;
  return drive.press('space', 'escape').send({ type: 'packages', names });
}
const packages = (drive: Drive): unknown => getAt(drive.state.draft.profile, ['host', 'packages']);
const shown = ({ state }: Drive): string[] =>
  packageItems((packages({ state } as Drive) ?? []) as string[], state.packages.names, state.picker?.filter ?? '').map(
    ({ value }) => value,
  );

describe('searching', () => {
  test('a letter opens the list; the name itself comes first, then what begins with it, then the rest', () => {
    expect(shown(atPackages().type('nginx'))).toEqual([
      'nginx',
      'nginx-common',
      'libnginx-mod-http-geoip',
      'python3-nginx',
    ]);
  });

  test('names are asked for when one first searches, and once', () => {
    const drive = atPackages(null);
    expect(drive.effects.filter(({ type }) => type === 'find-packages')).toHaveLength(0);
    drive.type('n').press('escape').type('n');
    expect(drive.effects.filter(({ type }) => type === 'find-packages')).toHaveLength(1);
  });

  test('names typed with blanks between them are taken as they are typed, known or not', () => {
    expect(packages(atPackages().type('nginx my-tool curl').press('enter'))).toEqual(['nginx', 'my-tool', 'curl']);
    expect(packages(atPackages(null).type('nginx my-tool').press('enter'))).toEqual(['nginx', 'my-tool']);
    expect(packages(atPackages([]).type('nginx').press('enter'))).toEqual(['nginx']);
  });

  test('what is typed is what Enter takes; a longer name takes an arrow', () => {
    expect(packages(atPackages().type('ngin').press('enter'))).toEqual(['ngin']);
    expect(packages(atPackages().type('ngin').press('down', 'enter'))).toEqual(['nginx']);
  });

  test('on to the next screen takes what was searched for along; Esc does not', () => {
    const drive = atPackages().type('curl').press('ctrl-n');
    expect([drive.screen, packages(drive)]).toEqual(['identity', ['curl']]);
    expect(packages(atPackages().type('curl').press('escape'))).toBeUndefined();
  });

  test('chosen ones are listed first of all, and Space takes one away', () => {
    const drive = atPackages().type('nginx curl').press('enter', 'space');
    expect(shown(drive)).toEqual(['nginx', 'curl']);
    expect(packages(drive.press('down', 'space', 'enter'))).toEqual(['nginx']);
    expect(packages(drive.press('backspace'))).toEqual([]);
  });

  test('Enter never takes one away', () => {
    expect(packages(atPackages().type('nginx').press('enter').type('nginx').press('enter'))).toEqual(['nginx']);
  });

  test('a paste adds every name once', () => {
    const drive = atPackages().send({ type: 'paste', text: 'nginx, curl\n nginx\nvim' });
    expect(packages(drive)).toEqual(['nginx', 'curl', 'vim']);
  });
});

test('sixty thousand names take a few milliseconds a key', () => {
  const names = Array.from({ length: 60_000 }, (_, index) => `lib${index.toString(36)}-dev`).sort();
  const begun = performance.now();
  for (const filter of ['l', 'li', 'lib', 'lib7', 'z9', 'zzz', '-dev', 'nothing']) fittingNames(names, filter);
  expect((performance.now() - begun) / 8).toBeLessThan(40);
  expect(fittingNames(names, 'lib').length).toBeLessThanOrEqual(200);
});
