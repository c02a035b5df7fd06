/** What stands around a screen: whose it is, its step, help, notes and keys. Pure. */
import type { FrameNote, FrameProps } from '../layout/frame.tsx';
import type { Look } from '../look.tsx';
import { exportKeys } from './export.tsx';
import { contextOf, currentScreen, focusedField } from '../../src/ui/answers/context.ts';
import { domuName } from '../../src/ui/wizard/domu-list.ts';
import { domusOf, getAt } from '../../src/ui/answers/draft.ts';
import { isPvByDefault } from '../../src/ui/answers/effective.ts';
import { findingsOf, isLeftEmpty, screenFindings } from '../../src/ui/answers/findings.ts';
import { messageIn } from '../../src/i18n/phrase.ts';
import { stepOf } from '../../src/ui/wizard/flow.ts';
import { isTyping } from '../../src/ui/wizard/inputs.ts';
import type { LocatedFindingLike, WizardState } from '../../src/ui/wizard/state.ts';

export function frameOf(state: WizardState, { t }: Look): Pick<FrameProps, 'whose' | 'step' | 'title' | 'help'> {
  const screen = currentScreen(state);
  const { domu } = state.place;
  const name = String(getAt(contextOf(state).effective, ['host', 'hostname']) ?? '');
  const whose =
    domu !== null
      ? t('frame.domu', { name: domuName(domusOf(state.draft)[domu]) })
      : screen.kind === 'domus'
        ? t('frame.domus', { name })
        : screen.kind === 'review'
          ? t('frame.review', { name })
          : t('frame.host', { name });
  const field = focusedField(state);
  return {
    whose,
    step: t('frame.step', { ...stepOf(state) }),
    title: t(
      state.dialog?.kind === 'keys'
        ? 'keys.title'
        : state.dialog?.kind === 'export'
          ? 'export.title'
          : `screens.${screen.id}`,
    ),
    help: state.dialog !== null || field === null ? '' : t(`fields.${field.id}.help`),
  };
}

export function notesOf(state: WizardState, look: Look): FrameNote[] {
  const { t } = look;
  const screen = currentScreen(state);
  const notes: FrameNote[] = [];
  if (state.message !== null)
    notes.push({
      severity: state.message.isTrouble === true ? 'error' : 'good',
      text: t(state.message.key, state.message.values),
    });
  if (state.dialog !== null || screen.kind === 'review') return notes;
  if (state.environment === null) return [...notes, { severity: 'good', text: t('frame.probing') }];
  const context = contextOf(state);
  const field = focusedField(state);
  if (field !== null && isLeftEmpty(field, context)) notes.push({ severity: 'error', text: t('form.required') });
  const own = field === null ? [] : findingsOf(field, context, state.findings);
  // The field one is in comes first; what is said of others follows.
  const rest = screenFindings(state).filter((finding) => !own.includes(finding));
  const found = [...own, ...rest].map((finding) => noteOf(finding, look));
  return [
    ...notes,
    ...found,
    ...(found.length === 0 && hasPvByDefault(state) ? [{ severity: 'good' as const, text: t('form.emulated') }] : []),
  ];
}

/** Is a DomU that this screen is about, or lists, what it is only because its machine will be emulated? */
function hasPvByDefault({ draft, environment, place }: WizardState): boolean {
  if (environment === null || (place.screen !== 'basics' && place.screen !== 'domus')) return false;
  return domusOf(draft).some(
    (domu, index) => (place.domu === null || place.domu === index) && isPvByDefault(domu, draft, environment),
  );
}

function noteOf({ severity, said }: LocatedFindingLike, { t }: Look): FrameNote {
  return { severity, text: messageIn(t, said) };
}

export function keysOf(state: WizardState, look: Look): string[] {
  const { t } = look;
  if (state.dialog !== null) {
    switch (state.dialog.kind) {
      case 'keys':
        return [t('keys.long.any')];
      case 'export':
        return exportKeys(state.dialog.export, look);
      case 'draft':
        return [t('keys.choose'), t('keys.move')];
      case 'leave':
        return [t('keys.choose'), t('keys.move'), t('keys.close')];
    }
  }
  if (state.picker !== null && focusedField(state)?.kind === 'packages')
    return [t('keys.type'), t('keys.addRemove'), t('keys.done'), t('keys.move')];
  if (state.picker !== null)
    return [
      t('keys.move'),
      ...(focusedField(state)?.kind === 'multi' ? [t('keys.toggle')] : []),
      t('keys.choose'),
      t('keys.close'),
    ];
  const help = t(isTyping(state) ? 'keys.helpHere' : 'keys.help');
  switch (currentScreen(state).kind) {
    case 'domus':
      return [t('keys.domus'), t('keys.back'), help];
    case 'review':
      return [t('keys.start'), t('keys.scroll'), t('keys.export'), t('keys.back'), help];
    case 'summary':
      return [t('keys.next'), t('keys.back'), help];
    case 'form':
      return [t('keys.next'), ...fieldKeys(state, t), t('keys.continue'), t('keys.back'), help];
  }
}

function fieldKeys(state: WizardState, t: Look['t']): string[] {
  switch (focusedField(state)?.kind) {
    case 'choice':
      return [t('keys.change'), t('keys.list')];
    case 'search':
    case 'multi':
      return [t('keys.list')];
    case 'packages':
      return [t('keys.type')];
    case 'item':
      return [t('keys.items')];
    case 'toggle':
      return [t('keys.toggle')];
    case 'rows':
      return [t('keys.move'), t('keys.rescan')];
    default:
      return [];
  }
}
