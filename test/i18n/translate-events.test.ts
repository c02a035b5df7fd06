/** What events say in English is found again among the texts: titles of actions, messages and hints of errors. */
import { describe, expect, test } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import type { Translate } from '../../src/i18n/keys.ts';
import { errorIn, titleIn } from '../../src/i18n/translate-events.ts';
import { translator } from '../../src/i18n/t.ts';
import { diskInUse } from '../../src/facts/disk-in-use.ts';
import { bootFindings } from '../../src/actions/boot-findings.ts';
import { imageFacts, planOf } from '../plan/host.ts';
import { objectsIn, parsed, propertyOf, sourcesUnder, textsOf } from '../program.ts';

const t = translator('en');
/** Shows which text was found and what was read out of it. */
const shown: Translate = (key, values = {}) => `${key} ${JSON.stringify(values)}`;

describe('titles of actions', () => {
  const changes = [
    [],
    ['host.storage.layout=plain'],
    ['domus.0.type=hvm'],
    ['domus.0.type=pv', 'domus.0.boot=direct'],
    ['host.commands={early: [a], late: [b]}', 'domus.0.commands={late: [c]}'],
    ['domus.0.packages=[nginx]'],
  ];
  const titles = new Set(
    changes.flatMap((sets) =>
      [
        imageFacts(),
        { ...imageFacts(), kind: 'machine' as const },
        {
          ...imageFacts(),
          kind: 'machine' as const,
          disks: imageFacts().disks.map((disk) => ({ ...disk, zeroesItself: true as const })),
        },
      ].flatMap((facts) => planOf(sets, facts).actions.map(({ title }) => title)),
    ),
  );

  test('each is found, and said in English it is what it was', () => {
    expect(titles.size).toBeGreaterThan(30);
    for (const title of titles)
      expect([title, titleIn(shown, title).split(' ')[0], titleIn(t, title)]).toEqual([
        title,
        expect.stringMatching(/^actions\./),
        title,
      ]);
  });

  test('each text is that of some action', () => {
    const found = new Set([...titles, 'steps'].map((title) => titleIn(shown, title).split(' ')[0]));
    expect(
      Object.keys(en.actions)
        .map((key) => `actions.${key}`)
        .filter((key) => !found.has(key)),
    ).toEqual([]);
  });

  test('values are read out of them', () => {
    expect(titleIn(shown, 'Make the volume web1-root (4096 MiB)')).toBe(
      'actions.volume {"name":"web1-root","size":"4096"}',
    );
    expect(titleIn(shown, 'Something new')).toBe('Something new');
  });
});

/** The messages and hints of errors as they are written in the program. */
function thrown(folder: string): { code: string; text: string }[] {
  return sourcesUnder(folder).flatMap((file) =>
    objectsIn(parsed(file)).flatMap((object) =>
      textsOf(propertyOf(object, 'code')).flatMap((code) =>
        ['message', 'hint'].flatMap((name) => textsOf(propertyOf(object, name)).map((text) => ({ code, text }))),
      ),
    ),
  );
}

describe('errors', () => {
  /** Before a run there is no screen of one; what has no text is what says nothing to people. */
  const elsewhere = new Set([
    'interrupted',
    'need-failed',
    'unfinished-run',
    'already-installed',
    'other-plan',
    'no-such-domain',
    'bad-facts',
    'image-too-small',
    'not-an-image',
    'source-unreachable',
    'checksum-differs',
    'certificate-differs',
    'signature-missing',
    'signature-differs',
    'bad-pubkey',
    'not-signed',
    'target-locked',
    'no-run-socket',
    'needs-root',
    'usage',
    'not-a-medium',
    'medium-sum-differs',
    'target-too-small',
    'target-in-use',
    'medium-not-trusted',
    'package-gone',
    'install-failed',
    'cannot-listen',
    'no-local-boot',
    'no-ssh',
    'bundle-failed',
    'no-room',
  ]);
  const texts = ['src/actions', 'src/appliance', 'src/engine', 'src/medium', 'src/rack', 'src/system']
    .flatMap(thrown)
    .filter(({ code }) => !elsewhere.has(code));

  test('each message and hint of a run is found', () => {
    expect(texts.length).toBeGreaterThan(35);
    // A hint that is a command is the same in every language.
    const isCommand = (text: string): boolean => text.startsWith('apt-get install ');
    expect(
      texts.filter(({ code, text }) => !isCommand(text) && !errorIn(shown, code, text).startsWith('errors.')),
    ).toEqual([]);
  });

  test('said in English they are what they were', () => {
    for (const { code, text } of texts) expect(errorIn(t, code, text)).toBe(text);
  });

  test('values that stand twice are read once, and must be equal', () => {
    expect(
      errorIn(
        shown,
        'group-exists',
        'rename the old one:  vgrename vg0 vg0-old  and go on with --resume; or choose another name in storage.volumeGroup: the next start says how to start anew',
      ),
    ).toBe('errors.group-exists.hint {"group":"vg0"}');
    expect(
      errorIn(
        shown,
        'group-exists',
        'rename the old one:  vgrename vg0 vg1-old  and go on with --resume; or choose another name in storage.volumeGroup: the next start says how to start anew',
      ),
    ).toMatch(/^rename/);
  });

  test('a disk that is in use is said with all of its users, and the ways to free it', () => {
    const { code, message, hint } = diskInUse('/dev/sda', ['/srv', 'xen:web1']);
    expect(errorIn(shown, code, message)).toBe(
      'errors.disk-in-use.message {"disk":"/dev/sda","users":"/srv, xen:web1"}',
    );
    expect(errorIn(shown, code, hint ?? '')).toBe(
      'errors.disk-in-use.hint {"ways":"umount /srv;  xl shutdown -w web1"}',
    );
  });

  test('what an unsound boot loader lacks is found', () => {
    const lines = [
      ...bootFindings({ config: '', files: [], hypervisor: 'xen', memoryMiB: 1, bios: true, uefi: true }),
      ...bootFindings({ config: 'x', files: [], hypervisor: 'xen', memoryMiB: 1, bios: true, uefi: true }),
      ...bootFindings({
        config:
          "menuentry 'a' --id 'xenwright-xen' {\nlinux /gone\n}\nmenuentry 'b' --id 'xenwright-plain' {\nlinux /gone\n}\n",
        files: [],
        hypervisor: 'xen',
        memoryMiB: 1,
        bios: false,
        uefi: false,
      }),
    ];
    const found = new Set(lines.map((line) => errorIn(shown, 'boot-unsound', line).split(' ')[0]));
    expect(
      Object.keys(en.errors['boot-unsound'].lines)
        .map((key) => `errors.boot-unsound.lines.${key}`)
        .filter((key) => !found.has(key)),
    ).toEqual([]);
  });

  test('of codes and texts that are not known nothing is said again', () => {
    expect([errorIn(shown, 'constructor', 'a'), errorIn(shown, 'watchdog', 'a')]).toEqual(['a', 'a']);
  });
});
