/**
 * `xenwright` without a command: the wizard. It ends in a profile and a target, and hands them to the code that
 * `install` uses.
 */
import { EXIT, wordsOf, XenwrightError } from '../../errors.ts';
import { loadTranslator, type Translate } from '../../i18n/t.ts';
import { errorIn } from '../../i18n/translate-events.ts';
import { setsUp, type CommandIo } from '../../system/process/process-io.ts';
import { draftStore } from '../../system/files/settings.ts';
import { withColour } from '../../ui/terminal/colour.ts';
import type { Terminal } from '../../ui/terminal/terminal.ts';
import { localeOf } from '../../ui/answers/context.ts';
import { isMap, type Draft, type Plain } from '../../ui/answers/draft.ts';
import { startSession } from '../../ui/wizard/session.ts';
import type { Beginning } from '../../ui/wizard/reduce.ts';
import { savedDraftIn } from '../../ui/wizard/saved-draft.ts';
import type { SavedDraft } from '../../ui/wizard/state.ts';
import { chooseLocale, screenTexts } from '../../install/screen-texts.ts';
import { holdLittleMemoryLater, terminalSize, thisTerminal } from '../../install/this-terminal.ts';
import { wizardPorts } from '../../install/wizard-ports-later.ts';

export interface WizardOptions {
  readonly profile?: string;
  readonly image?: readonly string[];
}

export async function wizard(options: WizardOptions, io: CommandIo): Promise<number> {
  const terminal = thisTerminal();
  let t = await screenTexts(terminal);
  refuseTerminal(terminal, t);
  const loaded = await loadDraft(options, io);
  if (loaded === null) return EXIT.profile;
  // npm sets up whatever is missing; elsewhere that is left until it is known what is to be installed, and where.
  if (setsUp() && options.image?.[0] !== undefined)
    await (await import('../../install/tools.ts')).toolsForImage(options.image[0], io);
  const store = draftStore<SavedDraft>();
  const saved = options.profile === undefined ? savedDraftIn(store.read()) : null;
  // From here on keys are kept for the wizard: echoed, they would lie across its first screen.
  process.stdin.setRawMode(true);
  holdLittleMemoryLater();
  const { showSession } = await withColour(terminal.colour, async () => await import('../../ui/app/wizard.tsx'));
  // A language that was chosen once is the first to be shown, also while those answers are only offered.
  const locales = {
    ...terminal.locales,
    initial: terminal.locales.offered.find((locale) => locale === saved?.draft.locale) ?? terminal.locales.initial,
  };
  let start: Beginning = {
    size: terminalSize(),
    locales,
    loaded: options.profile === undefined ? undefined : loaded,
    saved,
    target: loaded.target,
  };
  for (;;) {
    const session = startSession(start, wizardPorts(store));
    const follow = (): void => chooseLocale(localeOf(session.getState()));
    follow();
    session.subscribe(follow);
    const outcome = await showSession(session, terminal, loadTranslator, process).catch((error: unknown) => {
      try {
        session.save();
      } catch {
        // What failed may have been the saving itself: it is told below.
      }
      throw new Error(
        `${t('outcome.crashed')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    });
    t = await screenTexts(terminal);
    if (outcome === 'left') {
      io.err(`${t('outcome.left')}\n`);
      return EXIT.interrupted;
    }
    const { exit, wantsEdit, isInstalled } = await (
      await import('../../install/wizard-install.ts')
    ).installFromWizard(session.getState(), options.profile, t, io);
    if (isInstalled) store.clear();
    if (!wantsEdit) return exit;
    start = { size: terminalSize(), edited: session.getState() };
  }
}

/** Throws where the wizard cannot draw (exit 2), in the language that it would have. */
export function refuseTerminal({ refusal }: Terminal, t: Translate): void {
  if (refusal === null) return;
  const words =
    refusal === 'dumb' ? wordsOf('dumb.wizard', { name: process.env['TERM'] ?? '?' }) : wordsOf('no-terminal.wizard');
  const { message, hint } = errorIn(t, words);
  throw new XenwrightError({ ...words, exit: EXIT.usage, message, ...(hint === null ? {} : { hint }) });
}

/**
 * A profile as a starting point: it may be incomplete or have errors, but it must be YAML. Null after findings were
 * printed.
 */
export async function loadDraft({ profile: source, image }: WizardOptions, io: CommandIo): Promise<Draft | null> {
  const [file, size] = splitImage(image?.[0]);
  const target = file === undefined ? {} : { kind: 'image' as const, file, ...(size === undefined ? {} : { size }) };
  if (source === undefined) return { target, profile: { version: 1 } };
  const [{ openSource, SHORT_PATIENCE_MS }, { loadForMachine, printFindings }] = await Promise.all([
    import('../../install/trusted-source.ts'),
    import('../../install/prepare.ts'),
  ]);
  // Of a rack's profile this machine's part is begun with.
  const { document, findings } = await loadForMachine(
    await openSource([source], { patienceMs: SHORT_PATIENCE_MS }, io),
    [],
  );
  const plain = document.errors.length > 0 ? null : (document.toJS({ maxAliasCount: 10_000 }) as Plain);
  if (isMap(plain) && !findings.some(({ code }) => code === 'yaml-syntax')) return { target, profile: plain };
  printFindings(findings, io);
  return null;
}

function splitImage(text: string | undefined): [string | undefined, string | undefined] {
  const match = /^(.+):([^:/]+)$/.exec(text ?? '');
  return match === null ? [text, undefined] : [match[1], match[2]];
}
