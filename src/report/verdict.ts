/** What a booted host says of itself, and what its console tells when it says nothing. Pure. */
import { english } from '../i18n/english.ts';
import type { TextKey } from '../i18n/keys.ts';
import { stripVTControlCharacters } from 'node:util';
import { cleanLine } from '../clean-text.ts';
import { domuVerdictOf, type DomuVerdict } from './domu-verdict.ts';

/** `bootId` (the kernel's, of that start) and `time` (RFC 3339) are missing where an older check speaks. */
export interface HostVerdict {
  readonly version: number;
  readonly bootId?: string | null;
  readonly time?: string;
  readonly dom0: { readonly up: boolean; readonly hypervisor: string; readonly [key: string]: unknown };
  readonly domus: readonly DomuVerdict[];
  readonly fallback: boolean;
  readonly why: string | null;
}

const MARK = 'XENWRIGHT-VERDICT ';
const MOST_CHARACTERS = 300;

/** Before what a guest writes on Xen's own console, where Xen lets it: no guest speaks for the host. */
const GUEST = /\(d\d+\)|\bd\d+v\d+\b/;

/** What Xen and the kernel write into a line that somebody else has begun: their own one, to its end. */
const INTERRUPTION = /(\(XEN\) |\[ *\d+\.\d{3,}\] )[^\n]*\n/g;

/** The last whole verdict in a transcript, or null when there is half a line of it only. */
export function findVerdict(transcript: string): HostVerdict | null {
  const text = readable(transcript);
  for (let at = text.lastIndexOf(MARK); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(MARK, at - 1)) {
    if (GUEST.test(text.slice(text.lastIndexOf('\n', at) + 1, at))) continue;
    const after = text.slice(at + MARK.length);
    const found = verdictIn(after) ?? verdictIn(after.replaceAll(INTERRUPTION, ''));
    if (found !== null) return found;
  }
  return null;
}

/** The verdict that is the first line, with its end. */
function verdictIn(text: string): HostVerdict | null {
  const end = text.indexOf('\n');
  if (end < 0) return null;
  try {
    const value: unknown = JSON.parse(text.slice(0, end));
    return isVerdict(value)
      ? {
          ...value,
          domus: value.domus.map(domuVerdictOf),
          why: typeof value.why === 'string' ? cleanLine(value.why) : null,
        }
      : null;
  } catch {
    return null;
  }
}

function isVerdict(
  value: unknown,
): value is Omit<HostVerdict, 'domus' | 'why'> & { readonly domus: readonly unknown[]; readonly why?: unknown } {
  const verdict = value as HostVerdict | null;
  return (
    typeof verdict === 'object' &&
    verdict !== null &&
    typeof verdict.dom0?.up === 'boolean' &&
    Array.isArray(verdict.domus)
  );
}

interface Symptom {
  readonly pattern: RegExp;
  readonly says: TextKey;
}

const TROUBLE: readonly Symptom[] = [
  {
    pattern:
      /No bootable device|Boot failed: not a bootable disk|BdsDxe: No bootable option|BdsDxe: failed to \w+ Boot[^\n]*/g,
    says: 'verdict.noBoot',
  },
  {
    pattern:
      /error: [^\n]*(not found|no such|unknown filesystem|invalid|premature end of file|couldn't read|not xen)[^\n]*/gi,
    says: 'verdict.loaderFailed',
  },
  { pattern: /grub rescue>/g, says: 'verdict.loaderUnconfigured' },
  { pattern: /Panic on CPU \d+:\n[^\n]*/g, says: 'verdict.xenPanicked' },
  { pattern: /(Domain|domain) 0 (crashed|shutdown)[^\n]*/g, says: 'verdict.dom0Ended' },
  { pattern: /Kernel panic - not syncing[^\n]*/g, says: 'verdict.kernelPanicked' },
  {
    pattern: /You are in emergency mode|Gave up waiting for root[^\n]*|ALERT! [^\n]* does not exist/g,
    says: 'verdict.noDisks',
  },
];

/** How far a start has come, from its beginning to its end. */
const PROGRESS: readonly Symptom[] = [
  { pattern: /GNU GRUB/g, says: 'verdict.loaderStuck' },
  { pattern: /Loading (Xen|Linux) [^\n]*/g, says: 'verdict.kernelLoaded' },
  { pattern: /\(XEN\) /g, says: 'verdict.xenStarted' },
  { pattern: /Linux version \d|Loading, please wait/g, says: 'verdict.kernelStarted' },
  { pattern: /Welcome to [^\n]*Linux|\[ {2}OK {2}\]/g, says: 'verdict.systemStarting' },
  { pattern: /login: *$/gm, says: 'verdict.checkMute' },
];

/** Why there is no verdict, as far as the console tells. What came last counts; trouble before that is told along. */
export function explain(transcript: string): string {
  const text = readable(transcript);
  if (text.trim() === '') return english('verdict.silent');
  const trouble = latest(TROUBLE, text);
  const progress = latest(PROGRESS, text);
  const told =
    trouble === null
      ? ''
      : english('verdict.withLine', {
          what: english(trouble.sign.says),
          line: trouble.text.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS),
        });
  if (trouble !== null && (progress === null || trouble.at > progress.at)) return told;
  // What the firmware and the boot loader could not do, others did: only later failures are worth telling.
  if (progress !== null)
    return trouble === null ||
      TROUBLE.indexOf(trouble.sign) < TROUBLE.findIndex((sign) => sign.says === 'verdict.xenPanicked')
      ? english(progress.sign.says)
      : english('verdict.beforeThat', { last: english(progress.sign.says), first: told });
  return english('verdict.neither');
}

function latest(
  symptoms: readonly Symptom[],
  text: string,
): { readonly sign: Symptom; readonly at: number; readonly text: string } | null {
  return symptoms
    .flatMap((sign) => {
      const match = [...text.matchAll(sign.pattern)].at(-1);
      return match === undefined ? [] : [{ sign, at: match.index, text: match[0] }];
    })
    .reduce<{ sign: Symptom; at: number; text: string } | null>(
      (last, next) => (last === null || next.at > last.at ? next : last),
      null,
    );
}

/** What was started last, by the console: Xen, a plain kernel, or nothing. After a fallback both have been there. */
export function startedBy(transcript: string): 'xen' | 'plain' | 'none' {
  const text = readable(transcript);
  const attempt = text.slice(Math.max(0, text.lastIndexOf('GNU GRUB')));
  const [xen, kernel] = [attempt.lastIndexOf('(XEN) '), attempt.lastIndexOf('Linux version ')];
  if (kernel >= 0 && xen >= 0) {
    const ofKernel = attempt.slice(kernel);
    return kernel < xen || /Hypervisor detected: Xen|Booting kernel on Xen|Xen: initializing/.test(ofKernel)
      ? 'xen'
      : 'plain';
  }
  if (xen >= 0) return 'xen';
  return kernel >= 0 || /Loading, please wait|Welcome to [^\n]*Linux/.test(attempt) ? 'plain' : 'none';
}

/** Without what terminals are told about colours and the cursor. */
function readable(transcript: string): string {
  return stripVTControlCharacters(transcript)
    .replaceAll('\r', '')
    .replaceAll(/^\(XEN\) \*+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n');
}
