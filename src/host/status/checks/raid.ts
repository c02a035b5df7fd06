/** Arrays of md, as /proc/mdstat shows them. */
import { finding, row, type StatusFinding } from '../finding.ts';

export const raid = row<string | null>({
  name: 'raid',
  look: async (port) => await port.read('/proc/mdstat'),
  judge: judgeRaid,
});

interface MdArray {
  readonly name: string;
  readonly isActive: boolean;
  readonly failed: readonly string[];
  /** `[3/2]`: so many devices, so many of them in step. Null: its level has no spare copies. */
  readonly devices: number | null;
  readonly inStep: number | null;
  /** `recovery = 12.6%`, also `resync`, `reshape`, `check`. */
  readonly action: string | null;
  readonly done: number | null;
}

/** Empty where there is none. */
export function judgeRaid(text: string | null): StatusFinding[] {
  return parseMdstat(text ?? '').map(judge);
}

function judge(array: MdArray): StatusFinding {
  const { name: subject, failed, devices, inStep, action, done } = array;
  const figures = done === null ? [] : [{ name: 'recovery', value: done } as const];
  const percent = Math.floor((done ?? 0) * 100);
  const lost = failed.length === 0 ? '' : failed.join(', ');
  if (!array.isActive)
    return finding('hostStatus.raid.inactive', 'critical', { subject, hint: 'hostStatus.raid.hint' });
  if (devices !== null && inStep !== null && inStep < devices) {
    const values = { inStep, devices, percent };
    if (action === 'recovery' || action === 'reshape')
      return finding('hostStatus.raid.rebuilding', 'warning', { subject, values, figures });
    return lost === ''
      ? finding('hostStatus.raid.degraded', 'critical', { subject, values, hint: 'hostStatus.raid.hint' })
      : finding('hostStatus.raid.failed', 'critical', {
          subject,
          values: { ...values, lost },
          hint: 'hostStatus.raid.hint',
        });
  }
  // A spare that failed: the array is whole, but the next disk that fails is not replaced.
  if (lost !== '')
    return finding('hostStatus.raid.spare', 'warning', { subject, values: { lost }, hint: 'hostStatus.raid.hint' });
  if (action === 'resync' && done !== null)
    return finding('hostStatus.raid.resync', 'ok', { subject, values: { percent }, figures });
  return finding('hostStatus.raid.whole', 'ok', { subject, figures });
}

/** `md0 : active raid1 sdb1[1](F) sda1[0]`, and the lines below it. */
function parseMdstat(text: string): MdArray[] {
  const found: MdArray[] = [];
  for (const block of text.split(/\n(?=\S)/)) {
    const [first = '', ...more] = block.split('\n');
    const [, name, words = ''] = /^(md\S*) : (.*)$/.exec(first) ?? [];
    if (name === undefined) continue;
    const below = more.join('\n');
    const [, devices, inStep] = /\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(below) ?? [];
    const [, action, percent] = /\b(recovery|resync|reshape|check)\s*=\s*(\d+(?:\.\d+)?)%/.exec(below) ?? [];
    found.push({
      name,
      isActive: words.startsWith('active'),
      failed: [...words.matchAll(/(\S+?)\[\d+\](?:\([A-Z]\))*\(F\)/g)].map((match) => match[1] ?? ''),
      devices: devices === undefined ? null : Number(devices),
      inStep: inStep === undefined ? null : Number(inStep),
      action: action ?? (/\bresync\s*=\s*(?:PENDING|DELAYED)/.test(below) ? 'resync' : null),
      done: percent === undefined ? null : Number(percent) / 100,
    });
  }
  return found;
}
