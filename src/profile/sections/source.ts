/** `host.source`, and a DomU's own: where the packages of a system come from. */
import * as z from 'zod';
import { field, fields } from '../fields.ts';
import { text } from '../schema-parts.ts';

const repository = fields({
  uri: text.describe('Address of the repository, such as `https://packages.example.org/debian`.'),
  suite: text.describe('Suite of the repository, such as `trixie` or `stable`.'),
  components: z.array(text).min(1).describe('Components of the repository, such as `main`.'),
  key: field(
    text.nullable(),
    "Absolute path of the key file that signs the repository; it has the same path in the installed system. Without one, Debian's own keys count.",
    null,
  ),
});

export const source = fields(
  {
    mirror: field(
      z.union([z.literal('auto'), z.url({ protocol: /^(https?|file)$/ })]),
      "Debian mirror. `auto` takes the medium if there is one, otherwise the mirror of this machine's own apt sources, otherwise the default of mmdebstrap.",
      'auto',
    ),
    securityMirror: field(
      z.union([z.enum(['auto', 'none']), z.url({ protocol: /^(https?|file)$/ })]),
      "Where security updates come from. `auto` takes the security mirror of this machine's own apt sources, and none with a `mirror` or medium that is named here; `none` leaves them out.",
      'auto',
    ),
    components: field(
      z.array(text).min(1),
      "Components of Debian's archive. `main` must be among them; firmware needs `non-free-firmware`.",
      ['main', 'non-free-firmware'],
    ),
    extra: field(z.array(repository), 'More repositories, third-party or in-house.', []),
    keyring: field(
      text.nullable(),
      'Absolute path of a file with an additional archive key, for a private mirror; it has the same path in the installed system.',
      null,
    ),
    medium: field(
      text.nullable(),
      'A medium with the packages: `cdrom` (the optical drive), the path of an `.iso` file, or an address (`http://`, `https://`, `nfs://`). `#sha256=SUM` after it is the checksum that the image must have. Only `host.source` may name one; DomUs inherit it.',
      null,
    ),
    copyMedium: field(
      z.boolean(),
      "Copy the medium to the host's disk, right after it is formatted, and install from the copy, which stays there. A medium at an address must be copied.",
      true,
    ),
    serveMedium: field(
      z.boolean(),
      "Offer the host's copy of the medium to the DomUs, over HTTP on the host's fixed address on their bridge, so that they can install packages without access to the outside network. Only in `host.source`.",
      false,
    ),
  },
  { id: 'Source', description: 'Where the packages of a system come from.' },
);
