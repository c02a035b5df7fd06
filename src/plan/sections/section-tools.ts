/** Xenwright itself on the host (`host.tools`): its package is had beside the bases, and installed in Dom0's tree. Pure. */
import type { Action, TreeSpec } from '../action.ts';
import { distributionOf } from '../distributions/table.ts';
import type { HostModel } from '../model.ts';
import { action } from './sections.ts';

/** The package, beside its files while it is installed: measured are 41 and 115 MiB. */
export const TOOLS_ROOM_MIB = 192;
const PACKAGE = 'host/tools';

/**
 * The package, of whichever Xenwright goes on with a run; it needs nothing, and is made while the bases are. Nothing
 * where it is not wanted.
 */
export function toolsPackage({ profile }: HostModel): Action[] {
  if (!profile.host.tools) return [];
  return [
    action('tools.package', PACKAGE, 'host', { id: 'toolsPackage' }, [], {}, { place: 'builder', everyRun: true }),
  ];
}

/** Into Dom0's tree, before the profile's own commands, which may use it. `after`: the last that is done in it. */
export function toolsInDom0(
  { profile: { host } }: HostModel,
  tree: TreeSpec,
  after: string,
  differs: Partial<Pick<Action, 'place' | 'weight'>> = {},
): Action[] {
  if (!host.tools) return [];
  const { at, install } = distributionOf(host).ownPackage;
  return [
    action(
      'tools.install',
      'dom0/tools',
      'dom0',
      { id: 'toolsInstall', values: { domain: 'Dom0' } },
      [after, PACKAGE],
      { tree, at, install },
      differs,
    ),
  ];
}
