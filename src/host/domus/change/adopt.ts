/**
 * `domu adopt` and `domu disown`: a DomU that somebody made by hand gets a record, and loses it again. Its
 * configuration and its disks stay as they are.
 */
import { DOMU_RECORDS } from '../../../facts/host-places.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { DomuRecord } from '../../../plan/domu/domu-record.ts';
import { writtenDisk } from '../disks-free.ts';
import type { Power } from '../power.ts';
import { parseDisk } from '../rescue/target.ts';
import { xlValues, type KnownDomu } from '../running.ts';
import { chosen, readTargets, type Target } from '../targets.ts';
import type { Change } from './change.ts';
import { changeRefused } from './refusal.ts';
import { writeStep } from './set-plan.ts';
import { recordedOf } from './subject.ts';

/** As the host's own scripts take it: xenwright_host/records.py. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const STOP_TIMEOUT_SECONDS = 120;
const USUAL_ORDER = 50;

export interface PreparedAdopt {
  readonly change: Change;
  readonly config: string;
  readonly autostart: boolean;
}

/** Changes nothing. Null: it has a record already. Throws `no-such-domu` (exit 2) and `change-refused` (exit 4). */
export async function prepareAdopt(name: string, power: Power): Promise<PreparedAdopt | null> {
  const targets = await readTargets(power.port);
  const [target] = chosen(targets, [name]);
  const known = target?.known ?? null;
  if (known?.record != null) return null;
  if (target === undefined || known === null || known.written === null)
    throw changeRefused(name, 'config', { path: known?.config ?? `/etc/xen/${name}.cfg` });
  if (!NAME.test(name)) throw changeRefused(name, 'badName');
  if (known.isInRescue)
    throw changeRefused(name, 'inRescue', { command: commandLine(['xenwright', 'domu', 'rescue', name, '--close']) });
  await refuseShared(target, targets, power);
  const text = `${JSON.stringify(recordOf(known, (await power.port.read(known.config)) ?? ''), null, 2)}\n`;
  const path = `${DOMU_RECORDS}/${name}.json`;
  return {
    change: { version: 1, name, verb: 'adopt', steps: [writeStep(path, await power.port.read(path), text, '0644')] },
    config: known.config,
    autostart: known.autostart,
  };
}

/** A disk that another DomU writes to as well, or that is in use while this one does not run, is nobody's to look after. */
async function refuseShared({ name, known, domain }: Target, targets: readonly Target[], power: Power): Promise<void> {
  const own = disksOf(known);
  for (const other of targets) {
    const shared = other.name === name ? undefined : disksOf(other.known).find((path) => own.includes(path));
    if (shared !== undefined) throw changeRefused(name, 'used', { disk: shared, users: other.name });
  }
  if (domain !== null || own.length === 0) return;
  const users = await power.usersOf(own);
  const disk = own.find((path) => (users.get(path) ?? []).length > 0);
  if (disk !== undefined)
    throw changeRefused(name, 'used', { disk, users: { list: users.get(disk) ?? [], by: 'comma' } });
}

function disksOf(known: KnownDomu | null): string[] {
  return (known?.written?.disks ?? []).flatMap((disk) => writtenDisk(disk) ?? []);
}

function recordOf({ name, config, autostart, written }: KnownDomu, text: string): DomuRecord {
  const uuid = xlValues(text).get('uuid')?.[0] ?? '';
  return {
    version: 1,
    name,
    adopted: true,
    uuid: UUID.test(uuid) ? uuid.toLowerCase() : '',
    hostname: name,
    type: written?.type ?? 'pv',
    boot: written?.boot ?? '',
    config,
    autostart,
    order: USUAL_ORDER,
    startDelaySeconds: 0,
    stopTimeoutSeconds: STOP_TIMEOUT_SECONDS,
    reports: false,
    address: written?.addresses[0] ?? null,
    health: [],
    macs: [],
    volumes: (written?.disks ?? [])
      .flatMap(parseDisk)
      .map(({ path }, index) => ({
        name: path.slice(path.lastIndexOf('/') + 1),
        use: index === 0 ? 'root' : 'data',
        device: path,
        guestDevice: null,
        uuid: '',
        filesystem: null,
        mount: null,
        sizeMiB: 0,
      })),
  };
}

/** Throws `change-refused` for one that was not adopted. */
export async function prepareDisown(name: string, power: Power): Promise<PreparedAdopt> {
  const { record, recordText } = await recordedOf(name, power);
  if (record.adopted !== true) throw changeRefused(name, 'notAdopted');
  return {
    change: {
      version: 1,
      name,
      verb: 'disown',
      steps: [writeStep(`${DOMU_RECORDS}/${name}.json`, recordText, null, '0644')],
    },
    config: record.config,
    autostart: record.autostart,
  };
}
