/**
 * What a finished run leaves on its host: an action that is no part of the plan, since plans know nothing of runs.
 * Pure.
 */
import type { Action } from '../plan/action.ts';
import type { Facts } from '../facts/facts.ts';
import { KEPT_FACTS } from '../facts/host-places.ts';
import type { Plan } from '../plan/plan.ts';
import { withoutLogin } from '../profile/address-login.ts';

/** The log of the install on the host. */
export const HOST_LOG = '/var/log/xenwright/install.log';

export interface RunRecords {
  readonly events: string;
  readonly log: string;
  readonly report: string;
  readonly journal: string;
  readonly facts: Facts;
}

/**
 * Writes the records where people look for them, and takes the run's own copy off the boot partition. Null where the
 * plan finishes no host.
 */
export function recordsAction(plan: Plan, records: RunRecords): Action | null {
  const finish = plan.actions.find((action) => action.kind === 'host.finish');
  if (finish?.kind !== 'host.finish') return null;
  const file = (path: string, content: string): { path: string; mode: string; owner: string; content: string } => ({
    path,
    mode: '0600',
    owner: 'root:root',
    content,
  });
  return {
    ...finish,
    id: 'host/records',
    kind: 'tree.files',
    title: 'Leave the records of this run on the host',
    needs: [],
    params: {
      tree: finish.params.tree,
      links: [],
      remove: ['/boot/xenwright/run'],
      directories: [{ path: '/var/log/xenwright', mode: '0750', owner: 'root:root' }],
      files: [
        file('/var/log/xenwright/events.ndjson', records.events),
        file(HOST_LOG, records.log),
        file('/var/log/xenwright/report.txt', records.report),
        file('/var/lib/xenwright/journal.ndjson', records.journal),
        file(KEPT_FACTS, `${JSON.stringify(withoutLogins(records.facts), null, 1)}\n`),
      ],
    },
  };
}

/**
 * Who may read an archive or a medium's address is the installer's: on the host its apt says where packages come from,
 * and the medium is its own copy.
 */
function withoutLogins({ medium, aptSources, ...facts }: Facts): Facts {
  const mirrors = aptSources.mirrors.map((mirror) => ({ ...mirror, uri: withoutLogin(mirror.uri) }));
  return {
    ...facts,
    aptSources: { mirrors },
    ...(medium === undefined ? {} : { medium: { ...medium, source: 'copied', path: 'copied' } }),
  };
}
