/**
 * What makes new DomUs part of their host once they are installed: the kept profile has them, the packet filter knows
 * them, they are started by the host's own starter and asked by its own check. All of it can be done again.
 */
import { english } from '../../i18n/english.ts';
import { KEPT_PROFILE } from '../../facts/host-places.ts';
import { buildModel } from '../../plan/build-model.ts';
import { hostFirewall } from '../../plan/network/firewall.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { keptProfile, keptSecrets } from '../../profile/kept.ts';
import { cleanLine } from '../../clean-text.ts';
import type { DomuVerdict } from '../../report/domu-verdict.ts';
import { exec } from '../../system/process/exec.ts';
import { localFiles } from '../../system/files/files.ts';
import type { Secrets } from '../../system/trust/secrets.ts';
import { started, type Addition } from './addition.ts';
import { askCheck, runStarter, SCRIPTS } from './own-starter.ts';

/** `added`: those that are whole. Are all that start with the host up? */
export async function activate(
  { kept, added, facts }: Addition,
  secrets: Secrets,
  tell: (text: string) => void,
): Promise<boolean> {
  if (added.length === 0) return true;
  const profile: EffectiveProfile = { ...kept, domus: [...kept.domus, ...added] };
  for (const { path, secret } of keptSecrets(profile)) {
    await localFiles.makeDirectory(path.slice(0, path.lastIndexOf('/')), '0700');
    await localFiles.writeText(path, await secrets.resolve({ secret }), { mode: '0600' });
  }
  await localFiles.writeText(KEPT_PROFILE, keptProfile(profile), { mode: '0600' });
  if (added.some(({ network }) => network.some(({ antispoof }) => antispoof))) await guard(profile, facts);
  const names = started(added);
  if (names.length === 0) return true;
  tell(`${english('cli.domuAdd.starting', { domus: names.join(', ') })}\n`);
  for (const line of await runStarter(SCRIPTS, 'start', names)) tell(`${cleanLine(line)}\n`);
  const verdicts = await askCheck(SCRIPTS, names);
  if (verdicts === null) {
    tell(`${english('cli.domuAdd.unreadable', { command: [SCRIPTS.check, ...names].join(' ') })}\n`);
    return false;
  }
  for (const verdict of verdicts) tell(`${verdictText(verdict)}\n`);
  return verdicts.length === names.length && verdicts.every(({ up }) => up);
}

function verdictText({ name: domu, up, why, address }: DomuVerdict): string {
  if (!up) return english('cli.domuAdd.notUp', { domu, why: why ?? english('cli.domuAdd.noReason') });
  return address == null ? english('cli.domuAdd.up', { domu }) : english('cli.domuAdd.upAt', { domu, address });
}

/** Before they are started: a guest that may not borrow addresses is never without its rules. */
export async function guard(profile: EffectiveProfile, facts: Addition['facts']): Promise<void> {
  const { files, enableUnits } = hostFirewall(buildModel(profile, facts).model);
  for (const { path, content, mode } of files)
    if (typeof content === 'string') await localFiles.writeText(path, content, { mode });
  await exec(['systemctl', 'daemon-reload'], { quiet: true });
  await exec(['systemctl', 'enable', ...enableUnits], { quiet: true });
  await exec(['systemctl', 'restart', ...enableUnits], { quiet: true });
}
