/** The report of a run to its webhook, as `install` opens and ends it. */
import { english } from '../i18n/english.ts';
import type { RunEvent } from '../engine/events.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import type { RunState } from '../system/run/state.ts';
import { WEBHOOK, type Secrets, type WebhookTarget } from '../system/trust/secrets.ts';
import { openWebhook } from '../system/http/webhook.ts';
import type { PreparedProfile } from './prepare.ts';

export interface Report {
  publish(event: RunEvent): void;
  /** Once; later calls do nothing. Says what could not be delivered. */
  close(isStopped: boolean, io: CommandIo): Promise<void>;
}

/** How long the end of a run waits for a receiver. */
const LIMIT_MS = 30_000;
const STOPPED_LIMIT_MS = 5_000;

/** An address that was given beside the profile takes the place of the profile's; the secret stays. */
export function withReport(prepared: PreparedProfile, url: string | undefined): PreparedProfile {
  if (url === undefined) return prepared;
  const profile: EffectiveProfile = {
    ...prepared.profile,
    report: { webhook: { url, secret: prepared.profile.report.webhook?.secret ?? null } },
  };
  return { ...prepared, profile, loaded: { ...prepared.loaded, profile } };
}

/** Null where nobody wants reports. Throws `secret-missing` (exit 6) before anything is written. */
export async function openReport(
  profile: EffectiveProfile,
  secrets: Secrets,
  { folder, earlier }: Pick<RunState, 'folder' | 'earlier'>,
): Promise<Report | null> {
  if (profile.report.webhook === null) return null;
  const { url, secret, hostname, tls = null } = JSON.parse(await secrets.resolve({ secret: WEBHOOK })) as WebhookTarget;
  const webhook = openWebhook({ url, secret, hostname, tls, folder, earlierSeq: earlier.lastSeq });
  let isClosed = false;
  return {
    publish: (event) => webhook.publish(event),
    async close(isStopped, io) {
      if (isClosed) return;
      isClosed = true;
      const { where, deliveredSeq, lastSeq, refused, reason } = await webhook.close(
        isStopped ? STOPPED_LIMIT_MS : LIMIT_MS,
      );
      if (reason !== null)
        io.err(
          secrets.redact(
            `${english('cli.install.webhookBehind', { where, delivered: deliveredSeq, last: lastSeq, reason, folder })}\n`,
          ),
        );
      if (refused > 0) io.err(`${english('cli.install.webhookRefused', { where, count: refused })}\n`);
    },
  };
}
