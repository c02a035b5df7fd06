/** The rarer questions about the host. */
import { getAt, setProfile, type Path } from '../../answers/draft.ts';
import { hostField, option } from '../fields.ts';
import { asLines, COMMAND, FILE, REPOSITORY } from '../lines.ts';
import { wantsMore } from '../more.ts';
import type { Context, Screen } from '../screen.ts';

const OVERWRITE = ['install', 'overwrite'] as const;
/** What is asked here, and nowhere else. */
export const HOST_MORE: readonly Path[] = [
  ['install', 'onFinish'],
  ['install', 'onError'],
  OVERWRITE,
  ['host', 'source', 'extra'],
  ['host', 'source', 'keyring'],
  ['host', 'tools'],
  ['host', 'network', 'pinNics'],
  ['host', 'admin', 'password'],
  ['host', 'files'],
  ['host', 'commands'],
];

export const hostMore: Screen = {
  id: 'hostMore',
  section: 'host',
  kind: 'form',
  isShown: (context: Context) => wantsMore('host', context, HOST_MORE),
  fields: [
    hostField('onFinish', 'choice', 'install.onFinish', {
      options: () => [
        option('reboot', 'options.reboot'),
        option('poweroff', 'options.poweroff'),
        option('hold', 'options.hold'),
      ],
    }),
    hostField('onError', 'choice', 'install.onError', {
      options: () => [
        option('hold', 'options.errorHold'),
        option('shell', 'options.errorShell'),
        option('reboot', 'options.reboot'),
        option('poweroff', 'options.poweroff'),
      ],
    }),
    hostField('overwrite', 'choice', 'install.overwrite', {
      options: () => [
        option('auto', 'options.overwriteAuto'),
        option('blank', 'options.overwriteBlank'),
        option('any', 'options.overwriteAny'),
      ],
      fallback: () => 'auto',
      read: ({ draft }) => getAt(draft.profile, OVERWRITE),
      write: (draft, value) => setProfile(draft, OVERWRITE, value === 'auto' ? undefined : value),
    }),
    asLines(hostField('extra', 'lines', 'host.source.extra'), REPOSITORY),
    hostField('keyring', 'text', 'host.source.keyring'),
    hostField('tools', 'toggle', 'host.tools'),
    hostField('pinNics', 'toggle', 'host.network.pinNics'),
    hostField('passwordFrom', 'text', 'host.admin.password'),
    asLines(hostField('files', 'lines', 'host.files'), FILE),
    asLines(hostField('earlyCommands', 'lines', 'host.commands.early'), COMMAND),
    asLines(hostField('lateCommands', 'lines', 'host.commands.late'), COMMAND),
    asLines(hostField('firstBootCommands', 'lines', 'host.commands.firstBoot'), COMMAND),
  ],
};
