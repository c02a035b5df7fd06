/** The rarer questions about a DomU. */
import { getAt, type Path } from '../../answers/draft.ts';
import { domuField } from '../fields.ts';
import { asLines, COMMAND, FILE, HEALTH, mapAsLines } from '../lines.ts';
import { wantsMore } from '../more.ts';
import type { Context, Screen } from '../screen.ts';

/** What is asked here, and nowhere else. */
export const domuMorePlaces = ({ domu }: Pick<Context, 'domu'>): readonly Path[] =>
  ['memoryMax', 'vcpusMax', 'stopTimeout', 'files', 'commands', 'health', 'options'].map((key) => [
    'domus',
    domu ?? 0,
    key,
  ]);

export const domuMore: Screen = {
  id: 'domuMore',
  section: 'domu',
  kind: 'form',
  isShown: (context: Context) => wantsMore('domus', context, domuMorePlaces(context)),
  fields: [
    asLines(domuField('health', 'lines', 'health'), HEALTH),
    domuField('memoryMax', 'size', 'memoryMax', {
      // Left out, it is as the memory: whoever changes that changes both.
      fallback: ({ draft, domu }) => getAt(draft.profile, ['domus', domu ?? 0, 'memory']) ?? '512M',
    }),
    domuField('vcpusMax', 'number', 'vcpusMax', {
      fallback: ({ draft, domu }) => getAt(draft.profile, ['domus', domu ?? 0, 'vcpus']) ?? 1,
    }),
    domuField('stopTimeout', 'text', 'stopTimeout'),
    asLines(domuField('domuFiles', 'lines', 'files'), FILE),
    asLines(domuField('domuLateCommands', 'lines', 'commands.late'), COMMAND),
    asLines(domuField('domuFirstBootCommands', 'lines', 'commands.firstBoot'), COMMAND),
    mapAsLines(domuField('xlOptions', 'lines', 'options')),
  ],
};
