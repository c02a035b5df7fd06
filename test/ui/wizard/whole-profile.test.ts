/** What of a profile the wizard can ask for, and that the rest is kept and said. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../../src/profile/load.ts';
import { COMMAND, FILE, HEALTH, REPOSITORY, ROUTE } from '../../../src/ui/questions/lines.ts';
import { getAt, setProfile, type Plain, type PlainMap } from '../../../src/ui/answers/draft.ts';
import { keptPaths } from '../../../src/ui/answers/kept.ts';
import { profileText } from '../../../src/ui/answers/profile-text.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { Drive } from './drive.ts';

const loaded = (text: string): Drive =>
  new Drive({
    loaded: { target: { kind: 'image' }, profile: loadProfile(text, 'p.yaml').document.toJS() as PlainMap },
  });

/** Back to a screen that was passed over. */
function backTo(drive: Drive, screen: string): Drive {
  for (let step = 0; step < 20 && drive.screen !== screen; step++) drive.press('escape');
  expect(drive.screen).toBe(screen);
  return drive;
}

/** What is not there yet, and so has no screen. A new feature takes its row away, and must bring its question. */
const NOT_YET = [
  /^host\.distribution/,
  /^host\.storage\.(raid|encryption|filesystem|keep)/,
  /\.(bond|trunk)$/,
  /^report/,
  /^domus\[\d+\]\.(distribution|source|image|cdrom|shares)/,
  /\.filesystem$/,
  /\.vlan$/,
  /* Of a whole rack, and chosen before the wizard begins. */ /^unmatched/,
  /^hosts/,
];

test('everything of the full profile that is supported has a question, on some screen', () => {
  expect(
    keptPaths(loaded(readFileSync('test/profiles/full.yaml', 'utf8')).state).filter(
      (path) => !NOT_YET.some((one) => one.test(path)),
    ),
  ).toEqual([]);
});

test('the minimal profile keeps nothing that is not asked for', () => {
  expect(keptPaths(loaded(minimalText).state)).toEqual([]);
});

test('what has no question is named in the review, and comes through', () => {
  const drive = loaded(`${minimalText}\ninteractive: [disks]\n`);
  expect(keptPaths(drive.state)).toEqual(['interactive']);
  expect(profileText(drive.state)).toMatch(/interactive:\s+(\[ *|- )disks/);
});

describe('the rarer questions', () => {
  test('are asked when one wants them, or when there are answers to them', () => {
    const drive = new Drive().to('xen').press('end', 'up', 'up').press('ctrl-n');
    expect(drive.screen).toBe('hostDone');
    expect(new Drive().to('xen').press('down', 'down', 'down', 'down', 'down', 'space', 'ctrl-n').screen).toBe(
      'hostMore',
    );
    expect(
      backTo(loaded(minimalText.replace('  storage:', '  commands: { late: [touch /x] }\n  storage:')), 'hostMore')
        .state.draft.more,
    ).toBeUndefined();
  });

  test('an entry that is not touched stays as it was, with what its line does not show', () => {
    const drive = backTo(
      loaded(
        minimalText.replace(
          '  storage:',
          '  commands: { late: [{ run: touch /x, timeout: 5m, onError: continue }] }\n  storage:',
        ),
      ),
      'hostMore',
    );
    drive.press(...Array.from({ length: 10 }, () => 'down')).type('touch /y');
    expect(getAt(drive.state.draft.profile, ['host', 'commands', 'late'])).toEqual([
      { run: 'touch /x', timeout: '5m', onError: 'continue' },
      'touch /y',
    ]);
  });

  test.each([
    ['a command', COMMAND, 'systemctl enable x', 'systemctl enable x'],
    [
      'a repository',
      REPOSITORY,
      'http://apt.example/debian trixie main contrib /etc/apt/k.asc',
      { uri: 'http://apt.example/debian', suite: 'trixie', components: ['main', 'contrib'], key: '/etc/apt/k.asc' },
    ],
    [
      'a text file',
      FILE,
      '/etc/motd 0644 root:root = Hello = you\\nbye\\\\n',
      { path: '/etc/motd', mode: '0644', owner: 'root:root', content: 'Hello = you\nbye\\n' },
    ],
    ['a file from elsewhere', FILE, '/etc/motd from ./motd.txt', { path: '/etc/motd', source: './motd.txt' }],
    ['a port', HEALTH, 'tcp 80', { tcp: 80 }],
    ['a page', HEALTH, 'http http://192.0.2.1/ 204', { http: 'http://192.0.2.1/', status: 204 }],
    ['a unit', HEALTH, 'unit nginx', { unit: 'nginx' }],
    ['a test of its own', HEALTH, 'run test -e /srv/a b', { run: 'test -e /srv/a b' }],
    ['a route', ROUTE, '10.0.0.0/8 via 192.0.2.254', { to: '10.0.0.0/8', via: '192.0.2.254' }],
  ] as const)('%s reads the same both ways', (_, form, line, entry) => {
    expect(form.parse(line)).toEqual(entry);
    expect(form.format(entry as Plain)).toBe(line);
  });

  test('a console can be typed as it is', () => {
    const drive = new Drive().to('xen').press('down', 'down', 'down').type('com2,9600').press('enter');
    expect(getAt(drive.state.draft.profile, ['host', 'xen', 'console'])).toBe('com2,9600');
    expect(
      getAt(new Drive().to('xen').press('down', 'down', 'down').type('com2').press('enter').state.draft.profile, [
        'host',
        'xen',
        'console',
      ]),
    ).toBe('com2');
    expect(drive.press('ctrl-n').screen).toBe('hostDone');
  });
});

test('options of xl keep their kind', () => {
  const drive = loaded(
    minimalText.replace('  - name: web1', '  - { name: web1, options: { cpu_weight: 512, nested: true, note: "7" } }'),
  );
  expect(keptPaths(drive.state)).toEqual([]);
  const draft = setProfile(drive.state.draft, ['domus', 0, 'memory'], '1G');
  expect(getAt(draft.profile, ['domus', 0, 'options'])).toEqual({ cpu_weight: 512, nested: true, note: '7' });
});
