/** `xenwright medium build`: a boot medium. */
import type { CommandData } from '../../../command-line/command.ts';
import { allowClear, changes } from '../../../command-line/shared-options.ts';
import type { MediumBuildOptions } from './run.ts';

export const command: CommandData<[], MediumBuildOptions> = {
  name: 'build',
  words: 'commandLine.medium.build.about',
  options: [
    { flags: '--output <file>', words: 'commandLine.medium.build.output', kind: 'place', default: 'xenwright.iso' },
    { flags: '--netboot <dir>', words: 'commandLine.medium.build.netboot', kind: 'place' },
    { flags: '--no-firmware', words: 'commandLine.medium.build.firmware' },
    { flags: '--keyboard <layout>', words: 'commandLine.medium.build.keyboard', kind: 'keyboard' },
    { flags: '--lang <language>', words: 'commandLine.medium.build.lang', kind: 'language' },
    { flags: '--serial <port[,baud]>', words: 'commandLine.medium.build.serial', kind: 'serial' },
    { flags: '--bases <profile>', words: 'commandLine.medium.build.bases', kind: 'source', isRepeatable: true },
    { flags: '--pool <profile>', words: 'commandLine.medium.build.pool', kind: 'source', isRepeatable: true },
    { flags: '--profile <source>', words: 'commandLine.medium.build.profile', kind: 'source' },
    { flags: '--pubkey <file>', words: 'commandLine.medium.build.pubkey', kind: 'source' },
    { flags: '--tls-fingerprint <hex>', words: 'commandLine.medium.build.tlsFingerprint', kind: 'fingerprint' },
    changes('commandLine.medium.build.set'),
    allowClear('commandLine.medium.build.allowClear'),
    {
      flags: '--on-error <what>',
      words: 'commandLine.medium.build.onError',
      choices: ['shell', 'reboot', 'poweroff', 'hold'],
    },
  ],
  run: async (io, options) => await (await import('./run.ts')).mediumBuild(options, io),
};
