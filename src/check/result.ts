/** What `xenwright check --format json` prints, and its JSON Schema (assets/check.schema.json). Pure. */
import * as z from 'zod';

const finding = z
  .strictObject({
    severity: z.enum(['error', 'warning']),
    code: z.string().describe('Which finding it is, such as unknown-key; it stays the same when the words change.'),
    exit: z
      .union([z.literal(3), z.literal(4), z.literal(6)])
      .describe(
        'What an error of its kind leads to: 3 the profile is invalid, 4 refused on this machine, 6 a source cannot be verified. A warning leads to none.',
      ),
    path: z
      .array(z.union([z.string(), z.int()]))
      .describe('The field of the profile: keys, and indexes from 0. Empty: the profile as a whole.'),
    message: z.string().describe('What is wrong, in English.'),
    hint: z.string().nullable().describe('What to do about it, in English.'),
    file: z.string().describe('The SOURCE.'),
    line: z.int().min(1).describe('Where the field is in the text, or what would hold it; from 1.'),
    column: z.int().min(1),
  })
  .describe('One finding.');

const login = z
  .strictObject({
    variant: z.int().min(0).describe('Of which variant of the profile, from 0; 0 where one machine is meant.'),
    domain: z.string().describe('dom0, or the name of a DomU.'),
    user: z.string().nullable().describe('Who logs in; null: nobody can.'),
    ways: z
      .array(z.enum(['ssh-key', 'ssh-password', 'console-password']))
      .describe('By SSH with a key or the password; with the password at the console (of a DomU: xl console).'),
    root: z
      .enum(['itself', 'password', 'free'])
      .nullable()
      .describe('Becoming root: it is root who logs in; sudo with the password; sudo without one.'),
  })
  .describe('How one domain is logged in to.');

const checkResult = z.strictObject({
  version: z.literal(1),
  source: z.string().describe('The SOURCE that was read; what stands for the machine in it is filled in.'),
  rule: z
    .strictObject({
      index: z.int().min(0).describe('Of the rule in hosts:, from 0.'),
      by: z.string().describe('What of the machine fitted it.'),
    })
    .nullable()
    .describe('The rule of hosts: that was merged in, for the machine of --facts or --as.'),
  variants: z
    .int()
    .min(0)
    .describe('How many rules of hosts: were checked, each for itself; 0 where one machine is meant.'),
  logins: z
    .array(login)
    .describe('Who can log in to each domain, where and how; of each variant where several were checked.'),
  findings: z
    .array(finding)
    .describe('In the order of the text, the first hundred of each code. Without an error the profile is sound.'),
  more: z
    .array(
      z.strictObject({
        code: z.string().describe('Of the findings that are not listed.'),
        severity: z.enum(['error', 'warning']),
        count: z.int().min(1).describe('How many of this code there are beside the hundred in `findings`.'),
      }),
    )
    .describe('Findings that are not listed, since there are more than a hundred of their code.'),
});

export type CheckResult = z.infer<typeof checkResult>;

/** JSON Schema (draft 2020-12). */
export function checkJsonSchema(): unknown {
  return {
    $id: 'xenwright-check-1',
    title: 'Findings of xenwright check',
    ...z.toJSONSchema(checkResult, { io: 'output', target: 'draft-2020-12' }),
  };
}
