/** `hosts`: rules that make one profile serve several machines. */
import * as z from 'zod';
import { cleanDmi, cleanUuid } from '../../facts/firmware.ts';
import { text, wrong } from '../schema-parts.ts';

/** In whichever notation a label or a switch gives it. */
const anyMac = z.string().regex(/^(?:[0-9a-fA-F][:. -]?){11}[0-9a-fA-F]$/, wrong('mac'));
const ownText = text.refine((value) => cleanDmi(value) !== null, wrong('junkMatch'));
/** DHCP gives some with underscores, too. */
const hostName = text.regex(/^\w[\w.-]*$/, wrong('junkMatch'));
const oneOrMore = <T extends z.ZodType>(value: T) => z.union([value, z.array(value).min(1)]);

/** What is set is checked where it lands: merged over the rest. */
const hostRule = z
  .strictObject({
    match: z
      .strictObject({
        mac: oneOrMore(anyMac).describe('MAC address of any network card of the machine, in any notation.'),
        serial: oneOrMore(ownText).describe('Serial number of the machine, as its firmware has it.'),
        uuid: oneOrMore(text.refine((value) => cleanUuid(value) !== null, wrong('junkMatch'))).describe(
          'UUID of the machine, as its firmware has it.',
        ),
        product: oneOrMore(ownText).describe('Name of the product, as the firmware has it.'),
        hostname: oneOrMore(hostName).describe(
          'Current host name of the machine, as given by DHCP; one without a domain matches in every domain.',
        ),
      })
      .partial()
      .refine((match) => Object.values(match).some((value) => value !== undefined), wrong('emptyMatch'))
      .describe(
        'Which machine the rule is for: at least one of these, and all that are given must match. Each is a value, or a list of which one must match; case does not matter.',
      ),
    set: z
      .record(z.string(), z.unknown())
      .refine((set) => !['hosts', 'unmatched', 'version'].some((key) => Object.hasOwn(set, key)), wrong('ruleInRule'))
      .describe(
        'What is merged over the rest of the profile for this machine: maps merge, lists replace, DomUs merge by their names.',
      ),
  })
  .meta({ id: 'HostRule', description: 'What a machine has of its own.' });

/** What happens on a machine that none fits; absent: it is refused. */
export const unmatchedWord = z.enum(['refuse', 'continue']).optional();
/** The rules alone: they are read before the rest is whole. */
export const hostRules = z.array(hostRule);
