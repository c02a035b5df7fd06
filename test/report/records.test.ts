import { expect, test } from 'vitest';
import { recordsAction } from '../../src/report/records.ts';
import { imageFacts, planOf } from '../plan/host.ts';

const RECORDS = {
  events: '{"seq":1}\n',
  log: 'log\n',
  report: 'report\n',
  journal: '{"entry":"run"}\n',
  facts: imageFacts(),
};

test.each(['lvm', 'plain'])(
  'the records of a run go where the host keeps them, for root alone, and its copy goes (%s)',
  (layout) => {
    const plan = planOf([`host.storage.layout=${layout}`]);
    const action = recordsAction(plan, RECORDS);
    if (action?.kind !== 'tree.files') throw new Error('no action');
    expect(action.params.files.map(({ path, mode, content }) => [path, mode, content])).toEqual([
      ['/var/log/xenwright/events.ndjson', '0600', RECORDS.events],
      ['/var/log/xenwright/install.log', '0600', RECORDS.log],
      ['/var/log/xenwright/report.txt', '0600', RECORDS.report],
      ['/var/lib/xenwright/journal.ndjson', '0600', RECORDS.journal],
      ['/var/lib/xenwright/facts.json', '0600', expect.stringContaining('"seed": "00ff"')],
    ]);
    expect(action.params.remove).toEqual(['/boot/xenwright/run']);
    expect(action.params.tree.mounts.map(({ at }) => at)).toEqual(expect.arrayContaining(['/', '/boot']));
    // No plan knows of it: plans stay pure.
    expect(plan.actions.some(({ id }) => id === action.id)).toBe(false);
  },
);

test('a plan that finishes no host leaves none', () => {
  expect(recordsAction({ ...planOf(), actions: [] }, RECORDS)).toBe(null);
});

test('what lets into an archive or a medium does not go along with the facts', () => {
  const facts = {
    ...imageFacts(),
    aptSources: {
      mirrors: [{ uri: 'https://me:canary@deb.example.org/debian', suites: ['trixie'], components: ['main'] }],
    },
    medium: {
      source: 'https://me:canary@media.example.org/m.iso',
      path: '/x',
      id: '1',
      label: 'M',
      sizeBytes: 9,
      archives: [],
    },
  };
  const action = recordsAction(planOf(), { ...RECORDS, facts });
  const text =
    action?.kind === 'tree.files'
      ? String(action.params.files.find(({ path }) => path.endsWith('/facts.json'))?.content)
      : '';
  expect(text).not.toContain('canary');
  expect(JSON.parse(text)).toMatchObject({
    seed: '00ff',
    aptSources: { mirrors: [{ uri: 'https://deb.example.org/debian' }] },
    medium: { id: '1', sizeBytes: 9 },
  });
});
