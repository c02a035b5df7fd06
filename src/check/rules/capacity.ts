/** Memory and CPUs of the host against what Dom0 and the DomUs want. */
import { defaultDom0MemoryMiB, XEN_OVERHEAD_MIB } from '../../plan/defaults.ts';
import { invalid, refused, warning, type Rule } from '../rule.ts';

export const memoryFits: Rule = (profile, facts) => {
  if (facts === null || profile.host.hypervisor === 'none') return [];
  const dom0MiB = profile.host.xen.memoryMiB ?? defaultDom0MemoryMiB(facts.memoryMiB);
  const sum = (domus: typeof profile.domus): number =>
    dom0MiB + XEN_OVERHEAD_MIB + domus.reduce((total, domu) => total + domu.memoryMiB, 0);
  const started = sum(profile.domus.filter((domu) => domu.autostart));
  if (started > facts.memoryMiB)
    return [
      refused('memory-short.started', ['domus'], {
        dom0: dom0MiB,
        wanted: started,
        has: facts.memoryMiB,
        missing: started - facts.memoryMiB,
      }),
    ];
  const all = sum(profile.domus);
  return all > facts.memoryMiB ? [warning('memory-short.all', ['domus'], { wanted: all, has: facts.memoryMiB })] : [];
};

export const memoryIsEnough: Rule = (profile) => [
  ...(profile.host.xen.memoryMiB !== null && profile.host.xen.memoryMiB < 512
    ? [invalid('memory-low.dom0', ['host', 'xen', 'memory'])]
    : []),
  ...profile.domus.flatMap((domu, index) =>
    domu.memoryMiB < 192 ? [invalid('memory-low.domu', ['domus', index, 'memory'], { memory: domu.memoryMiB })] : [],
  ),
];

/**
 * A guest starts with maps of all the memory that it may ever get, made in what it has: with a small part of it, it
 * does not come up.
 */
const MOST_TIMES_MEMORY = 16;

export const maximaHold: Rule = (profile) =>
  profile.domus.flatMap(({ memoryMiB, memoryMaxMiB, vcpus, vcpusMax }, index) => [
    ...(memoryMaxMiB !== null && memoryMaxMiB < memoryMiB
      ? [invalid('below-now.memory', ['domus', index, 'memoryMax'], { most: memoryMaxMiB, now: memoryMiB })]
      : []),
    ...(memoryMaxMiB !== null && memoryMaxMiB > memoryMiB * MOST_TIMES_MEMORY
      ? [
          invalid('wide-memory', ['domus', index, 'memoryMax'], {
            most: memoryMaxMiB,
            now: memoryMiB,
            times: MOST_TIMES_MEMORY,
            least: Math.ceil(memoryMaxMiB / MOST_TIMES_MEMORY),
          }),
        ]
      : []),
    ...(vcpusMax !== null && vcpusMax < vcpus
      ? [invalid('below-now.vcpus', ['domus', index, 'vcpusMax'], { most: vcpusMax, now: vcpus })]
      : []),
  ]);

/** Xen has a fixed table for guests of these types (HVM_MAX_VCPUS). */
const MOST_HVM_VCPUS = 128;

export const vcpusAreAllowed: Rule = (profile) =>
  profile.domus.flatMap(({ type, ...domu }, index) =>
    (['vcpus', 'vcpusMax'] as const).flatMap((key) => {
      const count = domu[key] ?? 0;
      return type !== 'pv' && count > MOST_HVM_VCPUS
        ? [invalid('too-many-vcpus', ['domus', index, key], { count, most: MOST_HVM_VCPUS })]
        : [];
    }),
  );

export const cpusFit: Rule = (profile, facts) => {
  if (facts === null) return [];
  const has = facts.cpu.count;
  const wanted = profile.host.xen.vcpus ?? 0;
  return [
    ...(wanted > has ? [warning('many-vcpus.dom0', ['host', 'xen', 'vcpus'], { count: wanted, has })] : []),
    ...profile.domus.flatMap((domu, index) =>
      domu.vcpus > has ? [warning('many-vcpus.domu', ['domus', index, 'vcpus'], { count: domu.vcpus, has })] : [],
    ),
  ];
};
