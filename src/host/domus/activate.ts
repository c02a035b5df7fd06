/**
 * What makes new DomUs part of their host once they are installed: the kept profile has them, the packet filter knows
 * them, they are started by the host's own starter and asked by its own check. All of it can be done again.
 */
import { english } from '../../i18n/english.ts';
import type { Facts } from '../../facts/facts.ts';
import { KEPT_PROFILE } from '../../facts/host-places.ts';
import { probeHostRecords, probeRemoved } from '../../facts/installed-host.ts';
import { buildModel } from '../../plan/build-model.ts';
import { hostFirewall } from '../../plan/network/firewall.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import { keptSecrets } from '../../profile/kept.ts';
import { withDomus } from '../../profile/kept-text.ts';
import { loadProfile } from '../../profile/load.ts';
import { cleanLine } from '../../clean-text.ts';
import type { DomuVerdict } from '../../report/domu-verdict.ts';
import { exec } from '../../system/process/exec.ts';
import { localFiles } from '../../system/files/files.ts';
import { systemProbe } from '../../system/process/probe-port.ts';
import type { Secrets } from '../../system/trust/secrets.ts';
import { removedPlaces } from './change/remove-plan.ts';
import { started, type Addition } from './addition.ts';
import { askCheck, runStarter, SCRIPTS } from './own-starter.ts';
import { unitsHere } from '../../system/process/systemd.ts';

/** `added`: those that are whole. Are all that start with the host up? */
export async function activate(
  { kept, keptText, added, facts }: Addition,
  secrets: Secrets,
  tell: (text: string) => void,
): Promise<boolean> {
  if (added.length === 0) return true;
  const profile: EffectiveProfile = { ...kept, domus: [...kept.domus, ...added] };
  for (const { path, secret } of keptSecrets(profile)) {
    await localFiles.makeDirectory(path.slice(0, path.lastIndexOf('/')), '0700');
    await localFiles.writeText(path, await secrets.resolve({ secret }), { mode: '0600' });
  }
  const text = withDomus(keptText, kept, added);
  await localFiles.writeText(KEPT_PROFILE, text, { mode: '0600' });
  await forgetKept(profile, facts);
  if (added.some(({ network }) => network.some(({ antispoof }) => antispoof))) await guard(profile, facts);
  const names = started(added);
  if (names.length === 0) return true;
  tell(`${english('cli.domuAdd.starting', { domus: names.join(', ') })}\n`);
  for (const line of await runStarter({ scripts: SCRIPTS, units: unitsHere() }, 'start', names))
    tell(`${cleanLine(line)}\n`);
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

/** Disks that were kept for a DomU are its again; one that does not have all of them leaves the others to be found. */
async function forgetKept(profile: EffectiveProfile, facts: Facts): Promise<void> {
  const owned = new Set(
    buildModel(profile, facts).model.domus.flatMap(({ volumes }) => volumes.map(({ device }) => device)),
  );
  for (const { name, volumes } of await probeRemoved(systemProbe()))
    if (profile.domus.some((domu) => domu.name === name) && volumes.every(({ device }) => owned.has(device)))
      for (const path of Object.values(removedPlaces(name))) await localFiles.remove(path);
}

/** Of the profile that the host keeps now. */
export async function guardKept(): Promise<void> {
  const { profile, facts } = await probeHostRecords(systemProbe());
  const kept = profile === null ? null : loadProfile(profile, KEPT_PROFILE).profile;
  if (kept !== null && facts !== null) await guard(kept, facts);
}

/** Before they are started: a guest that may not borrow addresses is never without its rules. */
export async function guard(profile: EffectiveProfile, facts: Facts): Promise<void> {
  const { files, enableUnits } = hostFirewall(buildModel(profile, facts).model);
  if (enableUnits.length === 0) return;
  for (const { path, content, mode } of files)
    if (typeof content === 'string') await localFiles.writeText(path, content, { mode });
  await exec(['systemctl', 'daemon-reload'], { quiet: true });
  await exec(['systemctl', 'enable', ...enableUnits], { quiet: true });
  await exec(['systemctl', 'restart', ...enableUnits], { quiet: true });
}
