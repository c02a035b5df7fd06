/** `host.admin`, and a DomU's own: who may log in. */
import * as z from 'zod';
import { field, fields } from '../fields.ts';
import { secretReference, wrong } from '../schema-parts.ts';

export const admin = fields(
  {
    user: field(
      z
        .string()
        .regex(/^[a-z_][a-z0-9_-]{0,31}$/, wrong('user'))
        .nullable(),
      'Name of a user who may become root by `sudo`: with their password, or without one if they have none. It must not be a user or group of the system. Without a name, root itself logs in.',
      null,
    ),
    passwordHash: field(
      z.string().nullable(),
      'Hash of the password, as crypt(5) has it; `openssl passwd -6` makes one. Without a password, console login is not possible.',
      null,
    ),
    password: field(
      secretReference.nullable(),
      'Where the password is read from during the install, instead of `passwordHash`: `prompt:` (asked at the terminal), `env:NAME` or `file:PATH`.',
      null,
    ),
    sshKeys: field(
      // As a file ends with a newline, so does what is copied from it. What is left must be a text.
      z.array(
        z
          .string()
          .overwrite((line) => line.trim())
          .min(1),
      ),
      'Public SSH keys that may log in, one per line, as in `~/.ssh/id_ed25519.pub`. With a key, SSH accepts no passwords.',
      [],
    ),
  },
  { id: 'Admin', description: 'Who may log in. With neither a key nor a password nobody can: a warning says so.' },
);
