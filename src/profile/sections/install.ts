/** `install` and `report`: how a run that nobody watches decides, ends and tells. */
import * as z from 'zod';
import { field, fields, orNull } from '../fields.ts';
import { wrong } from '../schema-parts.ts';

/** What reports are signed with: by reference, or itself when it is long enough to be one. */
const webhookSecret = z
  .string()
  .regex(/^(prompt:|env:[A-Za-z_]\w*|file:[^\n]+|(?!(prompt|env|file):)[^\n]{8,})$/, wrong('webhookSecret'));

export const install = fields({
  overwrite: orNull(
    z.enum(['blank', 'any']),
    'What may be on the chosen disks: `blank`, nothing; `any`, anything but a finished host. Default: `any` for a profile that was named explicitly, `blank` for one that was only found (a label, DHCP).',
  ),
  reinstall: field(
    z.string().regex(/^(never|always|once:\S+)$/, wrong('reinstall')),
    'Whether a finished host may be installed over: `never`, `always`, or `once:TOKEN`, once for each new TOKEN.',
    'never',
  ),
  onError: field(
    z.enum(['hold', 'shell', 'reboot', 'poweroff']),
    "After a failed install onto this machine's own disks: `hold` shows what failed, `shell` opens a shell; `reboot` and `poweroff` are for unattended machines.",
    'hold',
  ),
  onFinish: field(
    z.enum(['reboot', 'poweroff', 'hold']),
    "After an install onto this machine's own disks. `hold` leaves it on.",
    'reboot',
  ),
});

export const report = fields({
  webhook: field(
    fields({
      url: z.url({ protocol: /^https?$/ }).describe('Address that events are sent to.'),
      secret: field(
        webhookSecret.nullable(),
        'What reports are signed with: `prompt:`, `env:NAME`, `file:PATH`, or the secret itself, of at least 8 characters.',
        null,
      ),
    }).nullable(),
    'Receives every event of the run, and how the host came up.',
    null,
  ),
});
