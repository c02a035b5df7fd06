/** Does the host run under Xen, or has it fallen back to plain Linux? The host's own boot check knows why. */
import { FIRST_BOOT_NOW, FIRST_BOOT_VERDICT } from '../../../facts/host-places.ts';
import { isRecord, parseJson } from '../../../facts/lsblk.ts';
import { finding, row, type StatusFinding } from '../finding.ts';
import { textOf } from '../port.ts';

export interface XenSeen {
  readonly capabilities: string | null;
  /** /sys/hypervisor/type */
  readonly type: string | null;
  readonly version: string | null;
  /** Of the host's boot check: what it found at this start or an earlier one, and its settings. */
  readonly verdict: string | null;
  readonly settings: string | null;
  readonly bootId: string | null;
  /** Programs and configurations of Xen. */
  readonly installed: readonly string[];
  /** `systemctl is-active` of the boot check; null: not known. */
  readonly checking: string | null;
}

export const xen = row<XenSeen>({
  name: 'xen',
  look: async (port) => {
    const number = async (part: string): Promise<string> =>
      ((await port.read(`/sys/hypervisor/version/${part}`)) ?? '').trim();
    const version = `${await number('major')}.${await number('minor')}${await number('extra')}`;
    return {
      capabilities: await port.read('/proc/xen/capabilities'),
      type: (await port.read('/sys/hypervisor/type'))?.trim() ?? null,
      version: version === '.' ? null : version,
      verdict: (await port.read(FIRST_BOOT_NOW)) ?? (await port.read(FIRST_BOOT_VERDICT)),
      settings: await port.read('/etc/xenwright/first-boot.json'),
      bootId: (await port.read('/proc/sys/kernel/random/boot_id'))?.trim() ?? null,
      installed: (await port.list('/etc/xen')).filter((name) => name === 'xl.conf'),
      checking: textOf(
        await port.ask(['systemctl', 'show', '-p', 'ActiveState', '--value', 'xenwright-first-boot.service']),
      ),
    };
  },
  judge: judgeXen,
});

export function judgeXen(seen: XenSeen): StatusFinding[] {
  const settings = parseJson(seen.settings);
  const verdict = verdictOf(seen);
  return [
    hypervisor(seen, isRecord(settings) ? settings['hypervisor'] : null, verdict),
    ...bootFindings(seen, verdict),
  ];
}

type Verdict = Readonly<Record<string, unknown>>;

/** That of this start: an earlier one's says nothing of now. */
function verdictOf({ verdict, bootId }: XenSeen): Verdict | null {
  const found = parseJson(verdict);
  if (!isRecord(found)) return null;
  return bootId !== null && typeof found['bootId'] === 'string' && found['bootId'] !== bootId ? null : found;
}

function hypervisor(seen: XenSeen, wanted: unknown, verdict: Verdict | null): StatusFinding {
  if (seen.capabilities?.includes('control_d') === true)
    return finding('hostStatus.xen.running', 'ok', { values: { version: seen.version ?? '?' } });
  if (seen.type === 'xen') return finding('hostStatus.xen.guest', 'unknown');
  if (wanted === 'none') return finding('hostStatus.xen.unwanted', 'ok');
  const why = verdict?.['fallback'] === true && typeof verdict['why'] === 'string' ? verdict['why'] : null;
  if (why !== null)
    return finding('hostStatus.xen.fallback', 'critical', { values: { why }, hint: 'hostStatus.xen.fallbackHint' });
  if (wanted === 'xen' || seen.installed.length > 0)
    return finding('hostStatus.xen.without', 'critical', { hint: 'hostStatus.xen.withoutHint' });
  return finding('hostStatus.xen.none', 'unknown');
}

/** What else was wrong with the host itself when it started. */
function bootFindings(seen: XenSeen, verdict: Verdict | null): StatusFinding[] {
  if (seen.settings === null) return [];
  if (verdict === null)
    return [
      seen.checking?.trim() === 'activating'
        ? finding('hostStatus.xen.checking', 'unknown')
        : finding('hostStatus.xen.unchecked', 'unknown', { hint: 'hostStatus.xen.uncheckedHint' }),
    ];
  const why = verdict['fallback'] === true ? null : verdict['why'];
  return typeof why === 'string' && why !== ''
    ? [finding('hostStatus.xen.boot', 'warning', { values: { why }, hint: 'hostStatus.xen.bootHint' })]
    : [];
}
