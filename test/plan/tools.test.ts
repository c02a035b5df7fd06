/** `host.tools`: Xenwright itself on the host, or not; nothing else of a plan changes with it. */
import { describe, expect, test } from 'vitest';
import { describe as commandsOf } from '../../src/actions/table.ts';
import type { Action } from '../../src/plan/action.ts';
import { allNeeds, find, imageFacts, machineFacts, planOf } from './host.ts';

const CASES = [
  ['an image whose trees are made beside it', { ...imageFacts(), mountsImages: true as const }],
  ['an image', imageFacts()],
  ['a machine', machineFacts('many-nics')],
] as const;

describe.each(CASES)('on %s', (_, facts) => {
  test('the package is had beside the bases, waits for nothing, and is installed before late commands run', () => {
    const plan = planOf(['host.tools=true', 'host.commands.late=["xenwright --version"]'], facts);
    const made = plan.actions.find(({ id }) => id === 'host/tools');
    expect(made).toMatchObject({ kind: 'tools.package', needs: [], place: 'builder' });
    const installed = find(plan, 'tools.install', 'dom0/tools');
    expect(installed.params.tree).toEqual(find(plan, 'tree.files', 'dom0/files').params.tree);
    expect([...allNeeds(plan, 'dom0/tools')]).toEqual(
      expect.arrayContaining(['host/tools', 'dom0/files', 'dom0/identity']),
    );
    expect([...allNeeds(plan, 'dom0/late')]).toContain('dom0/tools');
    expect([...allNeeds(plan, 'host/finish')]).toContain('dom0/tools');
  });

  test('without it no other command of the plan differs', () => {
    const [all, without] = [planOf(['host.tools=true'], facts), planOf([], facts)];
    const ofTools = (one: Action): boolean => one.kind.startsWith('tools.');
    expect(without.actions.filter(ofTools)).toEqual([]);
    expect(all.actions.filter(ofTools).map(({ id }) => id)).toEqual(['host/tools', 'dom0/tools']);
    const rest = all.actions.filter((one) => !ofTools(one));
    // The copy that it is installed in has room for it.
    const commands = (one: Action): unknown => {
      const { params } = one;
      const bare = 'growMiB' in params ? { ...params, growMiB: undefined } : params;
      return commandsOf({ ...one, params: bare } as Action);
    };
    expect(rest.map((one) => [one.id, commands(one)])).toEqual(without.actions.map((one) => [one.id, commands(one)]));
  });
});

test('a copy has room for it, a copy of a DomU has none', () => {
  const plan = planOf(['host.tools=true'], CASES[0][1]);
  expect(find(plan, 'root.copy', 'dom0/root/copy').params.growMiB).toBeGreaterThan(160);
  expect(find(plan, 'root.copy', 'web1/root/copy').params.growMiB).toBeUndefined();
});
