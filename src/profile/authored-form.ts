/**
 * The effective profile as people would write it, as plain data: every default spelled out, sizes and times as text.
 * Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { memoizeEach } from '../memoize.ts';
import type { DomuSettings, EffectiveProfile, HostSettings } from './effective.ts';
import { written } from './fields.ts';
import { frameSchema } from './schema.ts';
import { domuSchema } from './sections/domu.ts';
import { host as hostSchema } from './sections/host.ts';

type PlainMap = Readonly<Record<string, unknown>>;

/** In the order of the contract. What depends on the machine (null in the effective profile) is left out. */
export function authoredForm({ host, domus, ...frame }: EffectiveProfile): object {
  const { report, ...rest } = written(frameSchema, frame) as PlainMap;
  return { ...rest, host: hostForm(host), report, domus: domus.map((domu) => domuForm(domu, host)) };
}

const hostForm = memoizeEach((host: HostSettings): PlainMap => {
  const form = written(hostSchema, host) as PlainMap & {
    readonly storage: { readonly disks: readonly PlainMap[] };
    readonly network: { readonly bridges: readonly PlainMap[] };
  };
  const { storage, network } = form;
  return {
    ...form,
    storage: { ...storage, disks: storage.disks.map((disk) => withLast(disk, 'minSize', 'maxSize')) },
    network: { ...network, bridges: network.bridges.map((bridge) => withLast(bridge, 'uplinks')) },
  };
});

/** What a DomU has of its host is `inherit`. */
const domuForm = memoizeEach((domu: DomuSettings, host: HostSettings): PlainMap => {
  const { source, admin } = domu;
  const form = written(domuSchema, {
    ...domu,
    ...(isSame(source, host.source) ? { source: 'inherit' } : {}),
    ...(isSame(admin, host.admin) ? { admin: 'inherit' } : {}),
  }) as PlainMap;
  return withLast(form, 'admin', 'commands');
});

/** Exports have always had these at the end: the same profile stays the same file. */
function withLast(form: PlainMap, ...keys: readonly string[]): PlainMap {
  const last = keys.filter((key) => key in form);
  return Object.fromEntries([
    ...Object.entries(form).filter(([key]) => !last.includes(key)),
    ...last.map((key) => [key, form[key]]),
  ]) as PlainMap;
}

function isSame(a: object, b: object): boolean {
  return a === b || isDeepStrictEqual(a, b);
}
