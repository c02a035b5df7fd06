/** An action as a plan would have it, for tests of what it does: only its parameters count. */
import type { Action, ActionKind, ActionOf } from '../../src/plan/action.ts';

export function actionOf<K extends ActionKind>(
  kind: K,
  params: ActionOf<K>['params'],
  id: string = kind,
  domain = 'host',
): ActionOf<K> & Action {
  return {
    ...{ id, kind, domain, title: '', needs: [], place: 'target', weight: 1, uses: {}, timeoutMs: 1 },
    params,
  } as unknown as ActionOf<K> & Action;
}
