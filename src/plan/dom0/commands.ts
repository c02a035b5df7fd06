/** Commands of the profile that run once, on the running system: one script each, with a list that a small runner reads. */
import runCommands from '../../../assets/host/run-commands.sh' with { type: 'text' };
import type { CommandEntry } from '../../profile/effective.ts';
import type { TreeContent } from '../model.ts';
import { content, scriptFile, systemdFile, textFile } from '../trees/content.ts';

const FOLDER = '/etc/xenwright/first-boot.d';

/** Nothing for no commands. */
export function firstBootCommands(commands: readonly CommandEntry[]): TreeContent {
  if (commands.length === 0) return content({});
  const names = commands.map((_, index) => String(index + 1).padStart(2, '0'));
  return content({
    files: [
      ...commands.map((command, index) => scriptFile(`${FOLDER}/${names[index]}`, `#!/bin/sh\n${command.run}`)),
      textFile(
        `${FOLDER}/list`,
        commands
          .map((command, index) => `${names[index]} ${Math.ceil(command.timeoutMs / 1000)} ${command.onError}`)
          .join('\n'),
      ),
      scriptFile('/usr/lib/xenwright/run-commands', runCommands),
      textFile(
        '/etc/systemd/system/xenwright-commands.service',
        systemdFile(
          [
            'Unit',
            {
              Description: 'Commands of the profile, once',
              After: 'network-online.target',
              Wants: 'network-online.target',
              ConditionPathExists: '!/var/lib/xenwright-commands/done',
            },
          ],
          [
            'Service',
            {
              Type: 'oneshot',
              ExecStart: '/usr/lib/xenwright/run-commands',
              RemainAfterExit: true,
              TimeoutStartSec: 'infinity',
            },
          ],
          ['Install', { WantedBy: 'multi-user.target' }],
        ),
      ),
    ],
    enableUnits: ['xenwright-commands.service'],
  });
}
