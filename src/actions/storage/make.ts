/**
 * Makes a device, or opens one that is kept: whatever its type, by the steps that its type gives. What may be ours
 * already is looked at first; what is kept must be what the plan has.
 */
import { EXIT, failure } from '../../errors.ts';
import type { ActionOf, TreeSpec } from '../../plan/action.ts';
import type { DeviceFault } from '../../plan/storage/devices/device-fault.ts';
import type { Answer, Step } from '../../plan/storage/devices/device-type.ts';
import { typeOf } from '../../plan/storage/devices/table.ts';
import type { ActionContext, ActionHandler, CommandLine } from '../kind.ts';
import { pause } from '../mirror-errors.ts';

type Params = ActionOf<'storage.make'>['params'];
type State = ReturnType<ReturnType<typeof typeOf>['state']>;

const STEP_TIMEOUT_MS = 30 * 60_000;
const WAIT_ROUNDS = 60;
const ROUND_MS = 500;
/** How steps name the tree that they work in. */
const TREE = '$TREE';

export const storageMake: ActionHandler<'storage.make'> = {
  kind: 'storage.make',
  commands: ({ params: { node, under } }) => (typeOf(node).making?.steps(node, under) ?? []).map(shown),
  async apply({ params }, context) {
    await inTree(params.tree, context, async (root) => {
      const { node, under } = params;
      const type = typeOf(node);
      if (type.inspected === 'before') {
        const state = await stateOf(params, root, context);
        if (state === 'ours') return await run(type.open(node, under), root, context);
        if (state !== 'absent') throw failure(state.id, EXIT.refused, state.values);
      }
      await run(type.making?.steps(node, under) ?? [], root, context);
      if (type.inspected !== 'after') return;
      const state = await stateOf(params, root, context);
      if (state === 'ours') return;
      throw state === 'absent'
        ? failure('device-missing.made', EXIT.action, { device: type.path(node, under) })
        : failure(state.id, EXIT.action, state.values);
    });
  },
};

export const storageOpen: ActionHandler<'storage.open'> = {
  kind: 'storage.open',
  commands: ({ params: { node, under } }) => typeOf(node).open(node, under).map(shown),
  async apply({ params }, context) {
    await inTree(params.tree, context, async (root) => {
      const { node, under } = params;
      const type = typeOf(node);
      await run(type.open(node, under), root, context);
      const state = await stateOf(params, root, context);
      if (state === 'ours') return;
      throw state === 'absent'
        ? failure('device-missing.kept', EXIT.refused, { device: type.path(node, under) })
        : failure(state.id, EXIT.refused, state.values);
    });
  },
};

function shown({ argv, input }: Step): CommandLine {
  return { argv, ...(input === undefined ? {} : { inputDescription: `$SECRET_${input.secret}` }) };
}

async function inTree(
  tree: TreeSpec | null,
  context: ActionContext,
  use: (root: string) => Promise<void>,
): Promise<void> {
  if (tree === null) await use('');
  else await context.withTree(tree, use);
}

async function stateOf({ node, under }: Params, root: string, context: ActionContext): Promise<State> {
  const type = typeOf(node);
  const answers: Answer[] = [];
  for (const step of type.inspect(node, under)) answers.push(await runStep(step, root, context));
  return type.state(node, under, answers);
}

async function run(steps: readonly Step[], root: string, context: ActionContext): Promise<void> {
  for (const step of steps) await runStep(step, root, context);
}

async function runStep(step: Step, root: string, context: ActionContext): Promise<Answer> {
  const { argv, okCodes, input, otherwise, waitFor = [], quiet } = step;
  const words = argv.map((word) => (word.startsWith(`${TREE}/`) ? `${root}${word.slice(TREE.length)}` : word));
  const answer = await context.exec(words, {
    timeoutMs: STEP_TIMEOUT_MS,
    ...(okCodes === undefined ? {} : { okCodes }),
    ...(input === undefined ? {} : { input: await context.secret(input) }),
    ...(quiet === undefined ? {} : { quiet }),
  });
  if (answer.exitCode !== 0 && otherwise !== undefined) await context.exec(otherwise, { okCodes: [0, 1] });
  for (const { path, missing } of waitFor) await waitUntilThere(path, missing, context);
  return answer;
}

/** udev names devices a moment after the kernel knows them. */
async function waitUntilThere(path: string, missing: DeviceFault, context: ActionContext): Promise<void> {
  for (let round = 0; round < WAIT_ROUNDS && !context.signal.aborted; round++) {
    if (await context.files.exists(path)) return;
    await pause(ROUND_MS, context.signal);
  }
  throw failure(missing.id, EXIT.action, missing.values);
}
