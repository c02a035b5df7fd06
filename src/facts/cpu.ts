/** /proc/cpuinfo and /proc/meminfo as facts. */
import type { Facts } from './facts.ts';

/** On a running Dom0 the flags are those that Xen lets through, so virtualization may read as absent there. */
export function parseCpuinfo(text: string): Facts['cpu'] {
  const fields = new Map<string, string>();
  let count = 0;
  for (const line of text.split('\n')) {
    const [key, value] = splitOnce(line);
    if (key === 'processor') count += 1;
    if (value !== null && !fields.has(key)) fields.set(key, value);
  }
  const flags = new Set(`${fields.get('flags') ?? ''} ${fields.get('vmx flags') ?? ''}`.split(' '));
  const vendor = fields.get('vendor_id') ?? '';
  return {
    model: (fields.get('model name') ?? 'unknown').replace(/\s+/g, ' '),
    vendor:
      vendor === 'GenuineIntel' ? 'intel' : vendor === 'AuthenticAMD' || vendor === 'HygonGenuine' ? 'amd' : 'other',
    count: Math.max(1, count),
    virtualization: flags.has('vmx') ? 'vmx' : flags.has('svm') ? 'svm' : null,
    nestedPaging: flags.has('ept') || flags.has('npt'),
  };
}

/** Memory that the kernel sees, in MiB. */
export function parseMeminfo(text: string): number {
  return Math.floor(Number(/^MemTotal:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024);
}

function splitOnce(line: string): [string, string | null] {
  const at = line.indexOf(':');
  return at < 0 ? [line.trim(), null] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
