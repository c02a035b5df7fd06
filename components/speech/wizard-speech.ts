/** A screen of the wizard in words. Pure. */
import { highlighted } from '../inputs/select-state.ts';
import type { TextState } from '../inputs/text-state.ts';
import type { Look } from '../look.tsx';
import { dialogLines } from './dialog-speech.ts';
import { domuLine, totalLines, totals } from '../screens/domu-list.tsx';
import { shownValue } from '../screens/form-lines.ts';
import { frameOf, notesOf } from '../screens/notes.ts';
import { gateLine } from '../screens/review.tsx';
import { reviewLines } from '../screens/review-lines.ts';
import { summaryLines } from '../screens/summary.tsx';
import { wordsOf } from '../screens/words.ts';
import { contextOf, currentScreen, focusedField } from '../../src/ui/wizard/context.ts';
import { listedDomus } from '../../src/ui/wizard/domu-list.ts';
import { domusOf } from '../../src/ui/wizard/draft.ts';
import { fittingItems, itemsOf, linesOf } from '../../src/ui/wizard/inputs.ts';
import { chosenPackages, packageItems } from '../../src/ui/wizard/packages.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { spokenLines, type Part, type Speech } from './parts.ts';

/** Wide enough that nothing is cut: who listens has no columns. */
const WIDTH = 500;

export function wizardSpeech(state: WizardState, look: Look): Speech {
  const { t } = look;
  const { whose, step, title, help } = frameOf(state, look);
  // Drawing anew is saying anew.
  const place: Part = { id: 'place', text: `${look.mark === undefined ? '' : `${t(look.mark)} `}${title}. ${whose}, ${step}.${' '.repeat(state.redraws % 2)}` };
  const notes = notesOf(state, look).map(({ severity, text }): Part => ({ id: `note ${text}`, text: severity === 'good' ? text : `${t(severity === 'error' ? 'frame.error' : 'frame.warning')} ${text}` }));
  const dialog = state.dialog === null ? null : dialogLines(state, state.dialog, look);
  if (dialog !== null) return { parts: [place, ...dialog.said, ...notes], prompt: dialog.prompt };
  const { said, prompt } = bodySpeech(state, look);
  return { parts: [place, ...said, { id: 'help', text: help }, ...notes], prompt };
}

interface Body { readonly said: readonly Part[]; readonly prompt: string }

function bodySpeech(state: WizardState, look: Look): Body {
  const { t } = look;
  switch (currentScreen(state).kind) {
    case 'form': return state.picker === null ? fieldSpeech(state, look) : pickerSpeech(state, look);
    case 'summary': return { said: [{ id: 'text', text: spokenLines(summaryLines(state, look)).join('\n') }], prompt: '' };
    case 'domus': {
      const listed = listedDomus(state);
      const { row, filter } = state.list;
      const domu = listed[row];
      const where = domu === undefined ? t(row === listed.length ? 'domus.add' : 'form.continue') : `${spokenLines([domuLine(state, domusOf(state.draft)[domu] ?? null, domu, false, look)]).join('')}. ${t('speech.ofList', { n: row + 1, m: listed.length })}`;
      return { said: [{ id: 'totals', text: spokenLines(totalLines(totals(state), look)).join('\n') }, { id: 'focus', text: where }], prompt: filter === null ? '' : `${t('form.search')} ${filter}` };
    }
    case 'review': {
      const text = spokenLines(reviewLines(state, look, WIDTH)).join('\n');
      return { said: [{ id: 'text', text }, { id: 'gate', text: spokenLines([gateLine({ ...state, review: { ...state.review, typed: { text: '', cursor: 0 } } }, look)]).join('') }], prompt: state.review.typed.text === '' ? '' : `> ${state.review.typed.text}` };
    }
  }
}

/** The field with the focus. What is typed is in the prompt; everything else is said when it changes. */
function fieldSpeech(state: WizardState, look: Look): Body {
  const { t } = look;
  const field = focusedField(state);
  if (field === null) return { said: [{ id: 'focus', text: t('form.continue') }], prompt: '' };
  const context = contextOf(state);
  const label = t(`fields.${field.id}.label`);
  const { input } = state;
  switch (input.kind) {
    case 'text': return { said: [{ id: `field ${field.id}`, text: `${label}: ${field.read(context) === undefined && input.text.text !== '' ? t('form.default') : ''}` }], prompt: `${label}: ${marked(input.text)}` };
    case 'password': {
      const asks = input.isHashing ? t('form.hashing') : input.first === null ? t((field.read(context) ?? null) === null ? 'form.unset' : 'form.set') : t('form.repeat');
      return { said: [{ id: 'field', text: `${label}: ${asks}` }], prompt: `${label}: ${'*'.repeat([...input.text.text].length)}` };
    }
    case 'lines': return { said: [{ id: 'field', text: `${label}: ${t('speech.ofList', { n: input.row + 1, m: linesOf(field, context).length })}` }], prompt: `${label}: ${marked(input.text)}` };
    case 'rows': {
      const items = itemsOf(field, context);
      const at = highlighted(items, input.select);
      const option = field.options?.(context)[at];
      const words = option === undefined ? t('form.nothing') : `${wordsOf(option.label, look)}${option.refusal === undefined ? '' : `, ${t('form.refused', { reason: wordsOf(option.refusal, look) })}`}`;
      return { said: [{ id: 'field', text: `${label}: ${words}. ${t('speech.ofList', { n: at + 1, m: items.length })}` }], prompt: '' };
    }
    case 'none': return { said: [{ id: 'field', text: `${label}: ${shownValue(field, context, look) || t('form.nothing')}${field.read(context) === undefined && field.kind !== 'item' ? ` ${t('form.default')}` : ''}` }], prompt: '' };
  }
}

function pickerSpeech(state: WizardState, look: Look): Body {
  const { t } = look;
  const field = focusedField(state);
  const { picker } = state;
  if (field === null || picker === null) return { said: [], prompt: '' };
  const context = contextOf(state);
  const options = field.options?.(context) ?? [];
  const chosen = chosenPackages(field, context);
  const items = field.kind === 'packages'
    ? packageItems(chosen, state.packages.names, picker.filter).map((item) => ({ ...item, text: `${item.label}${item.isChosen ? `, ${t('speech.chosen')}` : ''}${item.isUnknown ? `, ${t('form.asItIs')}` : ''}` }))
    : fittingItems(field, context, picker.filter).map((item) => {
      const option = options.find(({ value }) => JSON.stringify(value) === item.value);
      return { ...item, text: `${option === undefined ? item.label : wordsOf(option.label, look)}${field.kind === 'multi' && chosen.some((one) => JSON.stringify(one) === item.value) ? `, ${t('speech.chosen')}` : ''}${option?.refusal === undefined ? '' : `, ${t('form.refused', { reason: wordsOf(option.refusal, look) })}`}` };
    });
  const at = highlighted(items, picker);
  const item = items[at];
  return { said: [{ id: 'focus', text: item === undefined ? t('form.noMatch') : `${item.text}. ${t('speech.ofList', { n: at + 1, m: items.length })}` }], prompt: `${t('form.search')} ${picker.filter}` };
}

/** Where the cursor is, unless it is at the end. */
function marked({ text, cursor }: TextState): string {
  return cursor >= text.length ? text : `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}
