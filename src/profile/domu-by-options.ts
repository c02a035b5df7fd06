/**
 * A DomU that is described by a name and a few options instead of a file: the text that a file would have. Its plan is
 * the same. Pure.
 */
import { isMap, parse, stringify } from 'yaml';
import { EXIT, failure } from '../errors.ts';
import type { EffectiveProfile } from './effective.ts';
import { fragmentOf } from './kept-text.ts';
import { setAt } from './sets.ts';
import { readYaml } from './yaml-text.ts';

export interface DomuByOptions {
  readonly memory?: string;
  readonly vcpus?: string;
  /** Of its root disk. */
  readonly disk?: string;
  readonly release?: string;
  readonly bridge?: string;
  /** A DomU of this host: all but its names, addresses and contents. */
  readonly copyOf?: string;
  /** `path=value` within the DomU. */
  readonly set?: readonly string[];
}

type Plain = Record<string, unknown>;

/** Is a DomU named here, and no SOURCE? */
export function isByOptions({ memory, vcpus, disk, release, bridge, copyOf, set }: DomuByOptions): boolean {
  return [memory, vcpus, disk, release, bridge, copyOf].some((one) => one !== undefined) || (set ?? []).length > 0;
}

/** Throws `no-such-domu` (exit 2) for what is to be copied, and `bad-option` for changes that cannot be made (exit 2). */
export function textByOptions(name: string, options: DomuByOptions, kept: EffectiveProfile): string {
  const { memory, vcpus, disk, release, bridge, copyOf } = options;
  const base = copyOf === undefined ? {} : modelOf(copyOf, kept);
  const disks = (base['disks'] ?? {}) as Plain;
  const domu: Plain = {
    ...base,
    name,
    ...(memory === undefined ? {} : { memory }),
    ...(vcpus === undefined ? {} : { vcpus: Number(vcpus) }),
    ...(disk === undefined
      ? {}
      : { disks: { ...disks, root: { ...(disks['root'] as Plain | undefined), size: disk } } }),
    ...(release === undefined ? {} : { release }),
    ...(bridge === undefined ? {} : { network: [{ ...(base['network'] as Plain[] | undefined)?.[0], bridge }] }),
  };
  const { document } = readYaml(stringify({ version: 1, domus: [domu] }), name);
  const [finding] = (options.set ?? []).flatMap((set) => {
    const at = set.indexOf('=');
    const path = set
      .slice(0, at)
      .split('.')
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return setAt(document, ['domus', 0, ...path], set.slice(at + 1), set);
  });
  if (finding !== undefined) throw failure('usage.change', EXIT.usage, { given: String(finding.message) });
  return isMap(document.contents) ? document.toString({ lineWidth: 0 }) : '';
}

/** What another one may have, too. */
function modelOf(name: string, kept: EffectiveProfile): Plain {
  const text = fragmentOf(kept, name);
  if (text === null) throw failure('no-such-domu.none', EXIT.usage, { name });
  const [domu = {}] = (parse(text) as { domus?: Plain[] }).domus ?? [];
  const { name: _own, hostname: _too, network, ...rest } = domu;
  const fixed = (address: unknown): boolean => typeof address === 'string' && /[.:]/.test(address);
  return {
    ...rest,
    network: ((network ?? []) as Plain[]).map(({ mac: _mac, addresses, gateways, ...nic }) =>
      // Fixed addresses are one guest's alone; so is the way out that belongs to them.
      ((addresses ?? []) as unknown[]).some(fixed) ? nic : { ...nic, addresses, gateways },
    ),
  };
}
