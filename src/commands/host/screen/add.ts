/**
 * More DomUs for this host, by the wizard's own screens of DomUs: what is answered there becomes a file, which `domu
 * add` checks, plans, shows and carries out as any other.
 */
import { stringify } from 'yaml';
import { EXIT, failure } from '../../../errors.ts';
import { KEPT_PROFILE } from '../../../facts/host-places.ts';
import { mediumDevice } from '../../../host/domus/places.ts';
import { readHost, type Host } from '../../../host/domus/host.ts';
import type { Translate } from '../../../i18n/keys.ts';
import { loadTranslator } from '../../../i18n/t.ts';
import { terminalSize, thisTerminal } from '../../../install/this-terminal.ts';
import { wizardPorts } from '../../../install/wizard-ports-later.ts';
import { loadProfile } from '../../../profile/load.ts';
import { writeNamed } from '../../../system/files/own-files.ts';
import { systemProbe } from '../../../system/process/probe-port.ts';
import { addedDomus } from '../../../ui/wizard/add-domus.ts';
import { startSession, type WizardPorts } from '../../../ui/wizard/session.ts';
import type { PlainMap } from '../../../ui/answers/draft.ts';
import { inFront } from './in-front.ts';

/** It stays: whoever resumes names it again. */
const FILE = '/var/lib/xenwright/domus-to-add.yaml';

/** Throws what keeps DomUs from being added to this host at all. */
export async function addDomus(t: Translate): Promise<void> {
  const host = await readHost(systemProbe());
  const { document, profile } = loadProfile(host.profile, KEPT_PROFILE);
  if (profile === null) throw failure('kept-profile', EXIT.refused, { keptName: KEPT_PROFILE });
  const terminal = thisTerminal();
  const { showSession } = await import('../../../ui/app/wizard.tsx');
  const session = startSession(
    {
      size: terminalSize(),
      locales: terminal.locales,
      loaded: { target: { kind: 'disks' }, profile: document.toJS({ maxAliasCount: 10_000 }) as PlainMap },
      addsDomus: true,
    },
    portsOf(host, mediumDevice(profile, host.facts)),
  );
  if ((await showSession(session, terminal, loadTranslator, process)) === 'left') return;
  const domus = addedDomus(session.getState());
  if (domus.length === 0) return;
  await writeNamed(FILE, stringify({ version: 1, domus }));
  await inFront(['domu', 'add', FILE], t);
}

/** The machine is the one that the host was planned for; the wizard's own answers of another day are not touched. */
function portsOf(host: Host, medium: string | null): WizardPorts {
  const facts = host.facts(medium);
  const ports = wizardPorts({ write: () => undefined, clear: () => undefined });
  return {
    ...ports,
    probe: async () => ({ ...(await ports.probe()), facts, isMedium: false, isRoot: true, emulates: false }),
    lookAtMedium: async (source) => {
      if (facts.medium === undefined) throw new Error(source);
      return facts.medium;
    },
  };
}
