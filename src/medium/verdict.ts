/** What a booted host says of itself, and what its console tells when it says nothing. Pure. */

export interface DomuVerdict { readonly name: string; readonly up: boolean; readonly type?: string; readonly why: string | null; readonly address?: string | null; readonly seconds?: number | null }
export interface HostVerdict { readonly version: number; readonly dom0: { readonly up: boolean; readonly hypervisor: string; readonly [key: string]: unknown }; readonly domus: readonly DomuVerdict[]; readonly fallback: boolean; readonly why: string | null }

const MARK = 'XENWRIGHT-VERDICT ';

/** The last verdict in a transcript, or null. The console may wrap nothing, but it may cut: half a line is none. */
export function findVerdict(transcript: string): HostVerdict | null {
  const text = transcript.replaceAll('\r', '');
  for (let at = text.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(MARK, at - 1)) {
    const end = text.indexOf('\n', at);
    if (end < 0) continue;
    try {
      return JSON.parse(text.slice(at + MARK.length, end)) as HostVerdict;
    } catch {
      continue;
    }
  }
  return null;
}

/** Signs of trouble, the most telling last. */
const SIGNS: readonly { readonly pattern: RegExp; readonly says: string }[] = [
  { pattern: /No bootable device|Boot failed: not a bootable disk|BdsDxe: (No bootable|failed to)/, says: 'the firmware found nothing to boot' },
  { pattern: /error: .*(not found|no such|unknown filesystem|you need to load the kernel|invalid|premature end of file|couldn't read|not xen)[^\n]*/i, says: 'the boot loader failed' },
  { pattern: /grub rescue>/, says: 'the boot loader has no configuration' },
  { pattern: /Panic on CPU \d+:[^]*?\n[^\n]*\n[^\n]*/, says: 'Xen panicked' },
  { pattern: /Domain 0 crashed[^\n]*/, says: 'Dom0 crashed' },
  { pattern: /Kernel panic - not syncing[^\n]*/, says: 'the kernel panicked' },
  { pattern: /You are in emergency mode|Gave up waiting for root[^\n]*/, says: 'the system could not mount its disks' },
];

/** Why there is no verdict, as far as the console tells. */
export function explain(transcript: string): string {
  const text = transcript.replaceAll('\r', '');
  for (const sign of [...SIGNS].reverse()) {
    const match = sign.pattern.exec(text);
    if (match !== null) return `${sign.says}: ${match[0].replaceAll(/\s+/g, ' ').trim().slice(0, 300)}`;
  }
  if (/login: *$/m.test(text)) return 'the system came up, but its first-boot check said nothing';
  if (/Linux version \d/.test(text)) return 'the kernel started, but the system did not come up in time';
  if (/Xen version|\(XEN\)/.test(text)) return 'Xen started, but no Dom0 kernel in time';
  return text.trim() === '' ? 'the console stayed silent' : 'neither Xen nor a kernel started';
}

/** What was started, by the console: Xen, a plain kernel, or nothing. */
export function startedBy(transcript: string): 'xen' | 'plain' | 'none' {
  // After a fallback both have been there: what came last counts.
  const xen = transcript.lastIndexOf('(XEN) Xen version');
  const kernel = transcript.lastIndexOf('Linux version ');
  if (kernel < 0 && xen < 0) return 'none';
  const hypervised = transcript.lastIndexOf('Hypervisor detected: Xen PV');
  return xen >= 0 && (hypervised > xen || kernel < xen || transcript.slice(xen).includes('Xen: initializing')) ? 'xen' : kernel >= 0 ? 'plain' : 'xen';
}
