/** How actions of a plan are written down: shared defaults, so that sections read as a list of steps. Pure. */
import type en from '../../../locales/en.json';
import { inEnglish } from '../../i18n/english.ts';
import type { Values } from '../../i18n/said.ts';
import type { Action, ActionKind, ActionOf } from '../action.ts';

const MINUTE = 60_000;

/**
 * Expected seconds and limits by kind; a section overrides what differs. Seconds are those of an emulated machine,
 * where people wait longest.
 */
const DEFAULTS: Readonly<Record<ActionKind, { weight: number; timeoutMs: number; uses: Action['uses'] }>> = {
  'base.build': { weight: 40, timeoutMs: 45 * MINUTE, uses: { cpu: 1, network: 1 } },
  'medium.copy': { weight: 30, timeoutMs: 120 * MINUTE, uses: { disk: 1 } },
  'appliance.start': { weight: 18, timeoutMs: 15 * MINUTE, uses: {} },
  'disk.release': { weight: 4, timeoutMs: 5 * MINUTE, uses: { disk: 1 } },
  'storage.make': { weight: 1, timeoutMs: 15 * MINUTE, uses: { disk: 1 } },
  'storage.open': { weight: 1, timeoutMs: 5 * MINUTE, uses: { disk: 1 } },
  'volume.wipe': { weight: 10, timeoutMs: 60 * MINUTE, uses: { disk: 1 } },
  'root.copy': { weight: 1, timeoutMs: 15 * MINUTE, uses: { disk: 1 } },
  'root.close': { weight: 0.5, timeoutMs: 15 * MINUTE, uses: { disk: 1 } },
  'tools.package': { weight: 12, timeoutMs: 20 * MINUTE, uses: { cpu: 1 } },
  'tools.install': { weight: 15, timeoutMs: 20 * MINUTE, uses: { disk: 1 } },
  'root.drop': { weight: 0, timeoutMs: 5 * MINUTE, uses: {} },
  'base.write': { weight: 7, timeoutMs: 60 * MINUTE, uses: { disk: 1 } },
  'tree.files': { weight: 2, timeoutMs: 5 * MINUTE, uses: {} },
  'tree.identity': { weight: 6, timeoutMs: 10 * MINUTE, uses: { cpu: 1 } },
  'tree.boot-files': { weight: 5, timeoutMs: 15 * MINUTE, uses: { disk: 1 } },
  'tree.commands': { weight: 5, timeoutMs: 60 * MINUTE, uses: { cpu: 1 } },
  'boot.prepare': { weight: 3.5, timeoutMs: 15 * MINUTE, uses: { cpu: 1 } },
  'boot.install': { weight: 14, timeoutMs: 30 * MINUTE, uses: { cpu: 1 } },
  'boot.verify': { weight: 1, timeoutMs: 5 * MINUTE, uses: {} },
  'domu.kernel': { weight: 1, timeoutMs: 5 * MINUTE, uses: {} },
  'domu.boot-volume': { weight: 1, timeoutMs: 5 * MINUTE, uses: {} },
  'host.finish': { weight: 1, timeoutMs: 35 * MINUTE, uses: { disk: 1 } },
};

/** A text of `actions` in the locales, and what is put into it. */
export interface ActionTitle {
  readonly id: keyof (typeof en)['actions'];
  readonly values?: Values;
}

/** One action on the target, with its kind's defaults. */
export function action<K extends ActionKind>(
  kind: K,
  id: string,
  domain: string,
  said: ActionTitle,
  needs: readonly string[],
  params: ActionOf<K>['params'],
  differs: Partial<Pick<ActionOf<K>, 'weight' | 'timeoutMs' | 'uses' | 'place' | 'everyRun'>> = {},
): Action {
  return {
    id,
    kind,
    domain,
    title: inEnglish({ key: `actions.${said.id}`, values: said.values ?? {} }),
    said,
    needs,
    place: 'target',
    ...DEFAULTS[kind],
    ...differs,
    params,
  } as unknown as Action;
}
