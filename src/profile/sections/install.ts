/** `install` and `report`: how a run that nobody watches decides, ends and tells. */
import * as z from 'zod';
import { optional, wrong } from '../schema-parts.ts';

/** What reports are signed with: by reference, or itself when it is long enough to be one. */
const webhookSecret = z
  .string()
  .regex(/^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+|(?!(prompt|env|file):)[^\n]{8,})$/, wrong('webhookSecret'));

export const install = z.strictObject({
  overwrite: optional(
    z.enum(['blank', 'any']),
    'What may be on the chosen disks: `blank`, nothing; `any`, anything but a finished host. Default: `any` for a profile that was named on purpose, `blank` for one that was only found (a label, DHCP).',
  ),
  reinstall: optional(
    z.string().regex(/^(never|always|once:\S+)$/, wrong('reinstall')),
    'Whether a finished host may be installed over: `never`, `always`, or `once:TOKEN`, once for each new TOKEN.',
    'never',
  ),
  onError: optional(
    z.enum(['hold', 'shell', 'reboot', 'poweroff']),
    "After a failed install onto this machine's own disks: `hold` shows what failed, `shell` opens a shell; `reboot` and `poweroff` are for machines that nobody watches.",
    'hold',
  ),
  onFinish: optional(
    z.enum(['reboot', 'poweroff', 'hold']),
    "After an install onto this machine's own disks. `hold` leaves it on.",
    'reboot',
  ),
});

export const report = z.strictObject({
  webhook: optional(
    z
      .strictObject({
        url: z.url({ protocol: /^https?$/ }).describe('Address that events are sent to.'),
        secret: optional(
          webhookSecret.nullable(),
          'What reports are signed with: `prompt:`, `env:NAME`, `file:PATH`, or the secret itself, of at least 8 characters.',
          null,
        ),
      })
      .nullable(),
    'Receives every event of the run, and how the host came up.',
    null,
  ),
});
