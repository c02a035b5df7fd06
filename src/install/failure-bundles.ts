/**
 * After an install from the medium has failed: a support bundle to the server, to a USB drive and to the disk, wherever
 * there is one.
 */
import { XenwrightError } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { pinFor } from '../system/http/connect.ts';
import { profileSecrets, WEBHOOK, type WebhookTarget } from '../system/trust/secrets.ts';
import { makeSupportBundle, type BundleTarget } from '../system/run/support-bundle.ts';

export interface FailedRun {
  readonly stateFolder: string;
  /** What was installed; null when it failed before. */
  readonly prepared: { readonly profile: EffectiveProfile; readonly text: string; readonly source: string } | null;
  /** Where reports go in place of the profile's address. */
  readonly report: string | null;
  readonly logs: readonly string[];
  /** The fingerprint that the profile's server had to show. */
  readonly tls?: string | null;
}

/** A server of ours, not just any webhook: only that knows what a bundle is. */
const OUR_SERVER = /^https?:\/\/[^?#]*\/report\/?$/;

/** A line for people of each place; where there is none, nothing is said. Never throws. */
export async function failureBundles({ stateFolder, prepared, report, logs, tls }: FailedRun): Promise<Message[]> {
  const secrets =
    prepared === null
      ? null
      : profileSecrets(prepared.profile, prepared.text, prepared.source, new Map(), undefined, tls ?? undefined);
  const webhook =
    prepared?.profile.report.webhook == null || secrets === null
      ? null
      : await secrets.resolve({ secret: WEBHOOK }).then(
          (text) => JSON.parse(text) as WebhookTarget,
          () => null,
        );
  const url = report ?? webhook?.url ?? null;
  const places: BundleTarget[] = [
    ...(url !== null && OUR_SERVER.test(url)
      ? [
          {
            kind: 'server' as const,
            url,
            secret: webhook?.secret ?? null,
            tls: pinFor(url, prepared?.source ?? '', tls ?? undefined),
          },
        ]
      : []),
    { kind: 'usbDrive' },
    { kind: 'disk' },
  ];
  const lines: Message[] = [];
  for (const to of places) {
    try {
      lines.push({
        key: 'session.bundle',
        values: { where: await makeSupportBundle({ stateFolder, profile: prepared?.text ?? null, secrets, to, logs }) },
      });
    } catch (error) {
      // No USB drive and no disk are nothing to tell of; a server that was named is.
      if (to.kind === 'server' && error instanceof XenwrightError)
        lines.push({ key: 'session.fault', values: { fault: error.message } });
    }
  }
  return lines;
}
