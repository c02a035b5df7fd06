/** The final word on a host: what its own check says after it has started, as the host itself sends it to the webhook. */
import type { RunEvent } from '../engine/events.ts';

export interface HostReport {
  readonly seq: number;
  readonly time: string;
  readonly run: string;
  readonly type: 'host.report';
  readonly hostname: string;
  /** The how many-th start of the host this is. */
  readonly boot: number;
  /** The kernel's id of that start; older hosts do not say it. */
  readonly bootId?: string | null;
  readonly result: 'up' | 'failed';
  /** The plain kernel was started in place of Xen. */
  readonly fallback: boolean;
  readonly why: string | null;
  readonly dom0: ReportedDomain & { readonly hypervisor: string };
  readonly domus: readonly (ReportedDomain & { readonly name: string })[];
}
interface ReportedDomain {
  readonly up: boolean;
  readonly why?: string | null;
  readonly addresses: readonly string[];
  readonly sshHostKeys: readonly string[];
  readonly seconds: number | null;
}
/** What a webhook receives. */
export type ReportedEvent = RunEvent | HostReport;
