/** `xenwright domu backup`: writes one, or looks whether one is whole. */
import { EXIT, failure } from '../../../errors.ts';
import { backupDomu } from '../../../host/domus/backup/backup.ts';
import { parseDestination } from '../../../host/domus/backup/destination.ts';
import { verifyBackup } from '../../../host/domus/backup/verify.ts';
import { planSnapshot } from '../../../host/domus/snapshot/make.ts';
import { dropCommandsOf } from '../../../host/domus/snapshot/drop.ts';
import { thisHost, type SnapshotWorld } from '../../../host/domus/snapshot/world.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { parseMiB } from '../../../profile/sizes.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { benchHere, refuseWithoutRoot } from '../power.ts';
import { percentOn } from '../progress.ts';
import type { BackupOptions } from './command.ts';

export async function domuBackup(
  name: string,
  file: string | undefined,
  { to, size, dryRun }: BackupOptions,
  io: CommandIo,
  given: { readonly world: SnapshotWorld; words(message: Message): string } | null = null,
): Promise<number> {
  const { world, words } = given ?? { world: thisHost(), words: (await benchHere(io)).words };
  if (name === 'verify' && file !== undefined) {
    const { name: domu, at, disks } = await verifyBackup(file);
    const values = { file, name: domu, at, count: disks.length };
    io.out(`${words({ key: 'commandLine.domu.backup.whole', values })}\n`);
    return EXIT.done;
  }
  if (to === undefined || file !== undefined) throw failure('usage.backupTo', EXIT.usage);
  const destination = parseDestination(to);
  refuseWithoutRoot();
  const sizeBytes = size === undefined ? null : (parseMiB(size) ?? 0) * 2 ** 20;
  if (dryRun === true) {
    const plan = await planSnapshot(name, { label: '', sizeBytes, isPassing: true }, world);
    for (const argv of [...plan.commands, ...dropCommandsOf(plan.copies)]) io.out(`${commandLine(argv)}\n`);
    return EXIT.done;
  }
  const { state } = await backupDomu(name, { to: destination, sizeBytes }, world, percentOn(io));
  io.out(`${words({ key: 'commandLine.domu.backup.done', values: { name, to, state: STATES[state] } })}\n`);
  return EXIT.done;
}

const STATES: Readonly<Record<'clean' | 'frozen' | 'crash-consistent', Message>> = {
  clean: { key: 'commandLine.domu.snapshot.states.clean' },
  frozen: { key: 'commandLine.domu.snapshot.states.frozen' },
  'crash-consistent': { key: 'commandLine.domu.snapshot.states.crash' },
};
