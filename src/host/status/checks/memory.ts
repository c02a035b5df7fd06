/** Memory: what Xen has left to give, and how much of its own Dom0 has used. */
import { finding, notKnown, row, stateFrom, type StatusFinding } from '../finding.ts';
import type { Answer } from '../port.ts';

interface MemorySeen {
  readonly isRoot: boolean;
  /** `xl info`; null: not under Xen. */
  readonly info: Answer | null;
  readonly meminfo: string | null;
}

const LIMITS = { warning: 0.9, critical: 0.97 };
const MIB = 2 ** 20;

export const memory = row<MemorySeen>({
  name: 'memory',
  look: async (port) => {
    const isDom0 = ((await port.read('/proc/xen/capabilities')) ?? '').includes('control_d');
    return {
      isRoot: port.isRoot,
      info: isDom0 ? await port.ask(['xl', 'info']) : null,
      meminfo: await port.read('/proc/meminfo'),
    };
  },
  judge: judgeMemory,
});

export function judgeMemory({ info, isRoot, meminfo }: MemorySeen): StatusFinding[] {
  return [...(info === null ? [] : [ofXen(info, isRoot)]), ...ofDom0(meminfo)];
}

function ofXen(info: Answer, isRoot: boolean): StatusFinding {
  const free =
    info.kind === 'said' && info.exitCode === 0 ? /^free_memory\s*:\s*(\d+)/m.exec(info.text)?.[1] : undefined;
  if (free === undefined) return notKnown('xl info', info, { isRoot });
  return finding('hostStatus.memory.free', 'ok', {
    values: { free: { sizeMiB: Number(free) } },
    figures: [{ name: 'memoryFree', value: Number(free) * MIB }],
  });
}

function ofDom0(meminfo: string | null): StatusFinding[] {
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo ?? '')?.[1] ?? NaN);
  const used = 1 - kib('MemAvailable') / kib('MemTotal');
  if (Number.isNaN(used)) return [];
  const state = stateFrom(used, LIMITS);
  return [
    finding('hostStatus.memory.dom0', state, {
      values: { percent: Math.floor(used * 100) },
      figures: [{ name: 'memoryUsed', value: used, ...LIMITS }],
      ...(state === 'ok' ? {} : { hint: 'hostStatus.memory.hint' }),
    }),
  ];
}
