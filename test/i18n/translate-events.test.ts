/**
 * What events carry by id and values is said in the language of a screen: titles of actions, messages and hints of
 * errors.
 */
import { describe, expect, test } from 'vitest';
import en from '../../locales/en.json' with { type: 'json' };
import type { Translate } from '../../src/i18n/keys.ts';
import { errorIn, titleIn, unitIn } from '../../src/i18n/translate-events.ts';
import { translator } from '../../src/i18n/t.ts';
import { bootFindings } from '../../src/actions/boot-findings.ts';
import { killedError, otherPlan, skippedError, stoppedError, watchdogError } from '../../src/engine/failures.ts';
import { EXIT, failure, fieldsOf, XenwrightError } from '../../src/errors.ts';
import { diskInUse } from '../../src/facts/disk-in-use.ts';
import { runEventOf } from '../../src/report/event-schema.ts';
import type { Action } from '../../src/plan/action.ts';
import { buildModel } from '../../src/plan/build-model.ts';
import { deviceActions } from '../../src/plan/sections/section-storage.ts';
import { imageFacts, planOf, profileOf } from '../plan/host.ts';

const t = translator('en');
/** Shows which text was found and what was read out of it. */
const shown: Translate = (key, values = {}) => `${key} ${JSON.stringify(values)}`;

/** Of a host whose disk is kept. */
function keptActions(): Action[] {
  const { model, storage } = buildModel(profileOf(), imageFacts());
  const nodes = storage.graph.nodes.map((node) => ({ ...node, origin: 'kept' as const }));
  return deviceActions(model, { ...storage, graph: { ...storage.graph, nodes } }, 'host');
}

describe('titles of actions', () => {
  const changes = [
    [],
    ['host.storage.layout=plain'],
    ['domus.0.type=hvm'],
    ['domus.0.type=pv', 'domus.0.boot=direct'],
    ['host.commands={early: [a], late: [b]}', 'domus.0.commands={late: [c]}'],
    ['domus.0.packages=[nginx]'],
  ];
  /** Bases that a medium brings, and a medium that is copied. */
  const machine = { ...imageFacts(), kind: 'machine' as const };
  const bundledBases = planOf([], imageFacts()).actions.flatMap(({ kind, params }) =>
    kind === 'base.build' ? [{ hash: params.hash, base: params.base }] : [],
  );
  const medium = {
    source: '/srv/disc.iso',
    path: '/srv/disc.iso',
    id: '0123456789abcdef',
    label: 'DISC',
    sizeBytes: 700_000_000,
    archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' as const }],
  };
  const actions = [
    ...planOf([], { ...imageFacts(), bundledBases }).actions,
    ...planOf(['host.tools=true'], { ...imageFacts(), mountsImages: true }).actions,
    ...planOf(['host.source.medium=/srv/disc.iso'], { ...machine, medium }).actions,
  ].concat(
    changes.flatMap((sets) =>
      [
        imageFacts(),
        machine,
        { ...machine, disks: imageFacts().disks.map((disk) => ({ ...disk, zeroesItself: true as const })) },
      ].flatMap((facts) => planOf(sets, facts).actions),
    ),
    keptActions(),
  );

  test('each has a text, and said in English it is what it was', () => {
    expect(new Set(actions.map(({ title }) => title)).size).toBeGreaterThan(30);
    for (const action of actions)
      expect([action.title, titleIn(shown, action).split(' ')[0], titleIn(t, action)]).toEqual([
        action.title,
        `actions.${action.said?.id}`,
        action.title,
      ]);
  });

  test('each text is that of some action', () => {
    const used = new Set(actions.map(({ said }) => said?.id));
    expect(Object.keys(en.actions).filter((key) => !used.has(key))).toEqual([]);
  });

  test('of an older stream, which has none, it stays English', () => {
    expect(titleIn(shown, { title: 'Make the volume web1-root (4096 MiB)' })).toBe(
      'Make the volume web1-root (4096 MiB)',
    );
  });
});

test('units that are words have a text', () => {
  expect([unitIn(shown, 'steps', 2), unitIn(shown, 'MiB', 2)]).toEqual(['units.steps {"count":2}', 'MiB']);
});

describe('errors', () => {
  const inUse = diskInUse('/dev/sda', ['/srv', 'xen:web1', 'swap']);

  test('carry message and hint by id and values, beside their English', () => {
    const error = failure('group-exists', EXIT.refused, { group: 'vg0', devices: '/dev/sdb1' });
    expect(error).toMatchObject({
      code: 'group-exists',
      exit: 4,
      message: 'a volume group vg0 exists already, on /dev/sdb1',
      said: { id: 'group-exists', values: { group: 'vg0', devices: '/dev/sdb1' } },
    });
    expect(error.hint).toMatch(/^rename the old one: {2}vgrename vg0 vg0-old /);
    expect(errorIn(shown, error)).toEqual({
      message: 'errors.group-exists.message {"group":"vg0","devices":"/dev/sdb1"}',
      hint: 'errors.group-exists.hint {"group":"vg0","devices":"/dev/sdb1"}',
      lastLines: [],
    });
  });

  test('of several texts of one code have that code', () => {
    expect(failure('secret-missing.env', EXIT.source, { name: 'X' })).toMatchObject({
      code: 'secret-missing',
      said: { id: 'secret-missing.env' },
    });
  });

  test('said in English they are what they were, in every place an event has one', () => {
    for (const error of [
      watchdogError(90_000),
      stoppedError,
      killedError,
      skippedError('a/b'),
      otherPlan('a'.repeat(64), 'b'.repeat(64), true, 'rm x'),
      otherPlan('a'.repeat(64), 'b'.repeat(64), false, 'rm x'),
      inUse,
    ])
      expect(errorIn(t, error)).toMatchObject({ message: error.message, hint: error.hint ?? null });
  });

  test('have texts in their values, too: the ways to free a disk', () => {
    expect(inUse.hint).toContain('umount /srv;  xl shutdown -w web1;  swapoff what swapon --show lists of /dev/sda');
    expect(errorIn(shown, inUse).hint).toContain('umount /srv;  xl shutdown -w web1;  errors.disk-in-use.ways.swap');
  });

  test('of another process are the same there', () => {
    const fields = JSON.parse(JSON.stringify(fieldsOf(inUse))) as ReturnType<typeof fieldsOf>;
    expect(errorIn(shown, new XenwrightError(fields))).toEqual(errorIn(shown, inUse));
  });

  test('without a text that is known here stay English', () => {
    const [message, hint] = ['a', 'b'];
    expect(errorIn(shown, { message, hint })).toMatchObject({ message, hint });
    expect(errorIn(shown, { message, hint, said: { id: 'constructor' } })).toMatchObject({ message, hint });
    expect(errorIn(shown, { message, said: { id: 'of.a.later.version', values: {} } })).toMatchObject({ message });
  });
});

test('what an unsound boot loader lacks is said line by line', () => {
  const found = [
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
  expect(new Set(found.map(({ id }) => id))).toEqual(
    new Set(Object.keys(en.errors['boot-unsound'].lines).map((line) => `boot-unsound.lines.${line}`)),
  );
  const lines = found.slice(0, 2);
  const { lastLines } = failure('boot-unsound', EXIT.action, {}, { lastLines: ['a', 'b', 'c'], lines });
  const error = failure('boot-unsound', EXIT.action, {}, { lastLines, lines });
  expect(errorIn(shown, error).lastLines.map((line) => line.split(' ')[0])).toEqual([
    ...lines.map(({ id }) => `errors.${id}`),
    'c',
  ]);
});

describe('events of another process', () => {
  const finished = (said: unknown): unknown => ({
    seq: 1,
    time: '2026-11-29T12:00:00.000Z',
    run: 'r',
    type: 'action.finished',
    id: 'a',
    result: 'failed',
    seconds: 1,
    error: { code: 'x', message: 'English', said },
  });
  const saidIn = (said: unknown): unknown => {
    const event = runEventOf(finished(said));
    return event?.type === 'action.finished' ? event.error?.said : event;
  };

  test('keep what is said by id and values', () => {
    const said = { id: 'disk-in-use', values: { ways: { list: ['a', { key: 'list.comma' }], by: 'commands' }, n: 1 } };
    expect(saidIn(said)).toEqual(said);
  });

  test('lose what is no such thing, and keep their English', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 50; depth++) deep = { list: [deep], by: 'comma' };
    for (const said of [
      7,
      null,
      'id',
      { values: {} },
      { id: {} },
      { id: 'a', values: { b: { key: 'no.such.text' } } },
      { id: 'a', values: { b: { key: '__proto__' } } },
      { id: 'a', values: { b: deep } },
      { id: 'a', lines: 'b' },
    ]) {
      expect([said, saidIn(said)]).toEqual([said, undefined]);
      expect(runEventOf(finished(said))).toMatchObject({ error: { message: 'English' } });
    }
  });

  test('draw nothing with it on a terminal', () => {
    expect(saidIn({ id: 'x', values: { a: '\u001b[2Jb' } })).toEqual({ id: 'x', values: { a: 'b' } });
  });
});
