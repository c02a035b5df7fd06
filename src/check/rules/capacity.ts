/** Memory and CPUs of the host against what Dom0 and the DomUs want. */
import { defaultDom0MemoryMiB, XEN_OVERHEAD_MIB } from '../../plan/defaults.ts';
import { invalid, refused, warning, type Rule } from '../rule.ts';

export const memoryFits: Rule = (profile, facts) => {
  if (facts === null || profile.host.hypervisor === 'none') return [];
  const dom0MiB = profile.host.xen.memoryMiB ?? defaultDom0MemoryMiB(facts.memoryMiB);
  const sum = (domus: typeof profile.domus): number => dom0MiB + XEN_OVERHEAD_MIB + domus.reduce((total, domu) => total + domu.memoryMiB, 0);
  const started = sum(profile.domus.filter((domu) => domu.autostart));
  if (started > facts.memoryMiB) return [refused('memory-short', ['domus'], `Dom0 (${dom0MiB} MiB), Xen and the DomUs that start by themselves want ${started} MiB; the host has ${facts.memoryMiB} MiB`, `${started - facts.memoryMiB} MiB too much: lower memory, or set autostart: false`)];
  const all = sum(profile.domus);
  return all > facts.memoryMiB ? [warning('memory-short', ['domus'], `all DomUs together want ${all} MiB; the host has ${facts.memoryMiB} MiB`, 'they cannot all run at the same time')] : [];
};

export const memoryIsEnough: Rule = (profile) => [
  ...(profile.host.xen.memoryMiB !== null && profile.host.xen.memoryMiB < 512 ? [invalid('memory-low', ['host', 'xen', 'memory'], 'Dom0 needs at least 512 MiB')] : []),
  ...profile.domus.flatMap((domu, index) => (domu.memoryMiB < 192 ? [invalid('memory-low', ['domus', index, 'memory'], `${domu.memoryMiB} MiB are too little for Debian`, 'at least 192M')] : [])),
];

export const cpusFit: Rule = (profile, facts) => {
  if (facts === null) return [];
  const has = `the host has ${facts.cpu.count}`;
  return [
    ...((profile.host.xen.vcpus ?? 0) > facts.cpu.count ? [warning('many-vcpus', ['host', 'xen', 'vcpus'], `${profile.host.xen.vcpus} vCPUs for Dom0; ${has}`)] : []),
    ...profile.domus.flatMap((domu, index) => (domu.vcpus > facts.cpu.count ? [warning('many-vcpus', ['domus', index, 'vcpus'], `${domu.vcpus} vCPUs; ${has}`)] : [])),
  ];
};
