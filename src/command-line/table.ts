/** Every command, a row each, in the order of the help. What each is stands in its file under src/commands. */
import { command as agent } from '../commands/agent/command.ts';
import { command as attach } from '../commands/attach/command.ts';
import { command as boot } from '../commands/boot/command.ts';
import { command as check } from '../commands/check/command.ts';
import { command as domuAdd } from '../commands/domu/add/command.ts';
import { command as domuAdopt } from '../commands/domu/adopt/command.ts';
import { command as domuBackup } from '../commands/domu/backup/command.ts';
import { command as domuConsole } from '../commands/domu/console/command.ts';
import { command as domuCopy } from '../commands/domu/copy/command.ts';
import { command as domuDisown } from '../commands/domu/disown/command.ts';
import { command as domuList } from '../commands/domu/list/command.ts';
import { command as domuLog } from '../commands/domu/log/command.ts';
import { command as domuRemove } from '../commands/domu/remove/command.ts';
import { command as domuRescue } from '../commands/domu/rescue/command.ts';
import { command as domuRestart } from '../commands/domu/restart/command.ts';
import { command as domuRestore } from '../commands/domu/restore/command.ts';
import { command as domuSet } from '../commands/domu/set/command.ts';
import { command as domuSnapshot } from '../commands/domu/snapshot/command.ts';
import { command as domuStart } from '../commands/domu/start/command.ts';
import { command as domuStop } from '../commands/domu/stop/command.ts';
import { command as facts } from '../commands/facts.ts';
import { command as here } from '../commands/here/command.ts';
import { command as hostRestart } from '../commands/host/restart/command.ts';
import { command as hostScreen } from '../commands/host/screen/command.ts';
import { command as hostStatus } from '../commands/host/status/command.ts';
import { command as hostUpgrade } from '../commands/host/upgrade/command.ts';
import { command as hostWatch } from '../commands/host/watch/command.ts';
import { command as installBehind } from '../commands/install-behind.ts';
import { command as install } from '../commands/install/command.ts';
import { command as mediumSession } from '../commands/medium-session/command.ts';
import { command as mediumBuild } from '../commands/medium/build/command.ts';
import { command as mediumCopy } from '../commands/medium/copy/command.ts';
import { command as mediumServe } from '../commands/medium/serve/command.ts';
import { command as mediumVerify } from '../commands/medium/verify/command.ts';
import { command as plan } from '../commands/plan/command.ts';
import { command as profile } from '../commands/profile/command.ts';
import { command as quickstart } from '../commands/quickstart/command.ts';
import { command as rehearse } from '../commands/rehearse/command.ts';
import { command as schema } from '../commands/schema.ts';
import { command as wizard } from '../commands/wizard/command.ts';
import type { CommandData, CommandRow } from './command.ts';

/** What `xenwright` does where no command is named. */
export const WITHOUT_COMMAND: CommandData = here;

export const COMMANDS: readonly CommandRow[] = [
  wizard,
  install,
  check,
  plan,
  facts,
  schema,
  profile,
  boot,
  rehearse,
  quickstart,
  attach,
  installBehind,
  mediumSession,
  agent,
  { name: 'medium', words: 'commandLine.medium.about', commands: [mediumBuild, mediumCopy, mediumVerify, mediumServe] },
  {
    name: 'domu',
    words: 'commandLine.domu.about',
    commands: [
      domuAdd,
      domuList,
      domuSet,
      domuStart,
      domuStop,
      domuRestart,
      domuConsole,
      domuLog,
      domuRemove,
      domuAdopt,
      domuDisown,
      domuRescue,
      domuSnapshot,
      domuBackup,
      domuRestore,
      domuCopy,
      { name: 'move', words: 'commandLine.domu.move.about', isToCome: true },
      { name: 'upgrade', words: 'commandLine.domu.upgrade.about', isToCome: true },
      { name: 'rollback', words: 'commandLine.domu.rollback.about', isToCome: true },
      { name: 'reinstall', words: 'commandLine.domu.reinstall.about', isToCome: true },
      { name: 'dump', words: 'commandLine.domu.dump.about', isToCome: true },
      { name: 'share', words: 'commandLine.domu.share.about', isToCome: true },
      { name: 'move-volume', words: 'commandLine.domu.move-volume.about', isToCome: true },
    ],
  },
  {
    name: 'host',
    words: 'commandLine.host.about',
    alone: hostScreen,
    commands: [hostStatus, hostWatch, hostUpgrade, hostRestart],
  },
  { name: 'apply', words: 'commandLine.apply.about', isToCome: true },
  { name: 'disk', words: 'commandLine.disk.about', isToCome: true },
  { name: 'network', words: 'commandLine.network.about', isToCome: true },
  { name: 'capture', words: 'commandLine.capture.about', isToCome: true },
];
