/** A screen of the wizard in words. Pure. */
import type { TextKey } from '../../src/i18n/keys.ts';
import { highlighted, type SelectState } from '../../src/ui/inputs/select-state.ts';
import type { TextState } from '../../src/ui/inputs/text-state.ts';
import type { Look } from '../look.tsx';
import { dialogLines } from './dialog-speech.ts';
import { domuLine, totalLines, totals } from '../screens/domu-list.tsx';
import { shownValue } from '../screens/form-lines.ts';
import { frameOf, notesOf } from '../screens/notes.ts';
import { gateLine } from '../screens/review.tsx';
import { reviewLines } from '../screens/review-lines.ts';
import { summaryLines } from '../screens/summary.tsx';
import { pickerItems } from '../screens/picker-items.ts';
import { wordsOf } from '../screens/words.ts';
import { contextOf, currentScreen, focusedField } from '../../src/ui/answers/context.ts';
import { listedDomus } from '../../src/ui/wizard/domu-list.ts';
import { domusOf } from '../../src/ui/answers/draft.ts';
import { itemsOf, linesOf } from '../../src/ui/wizard/inputs.ts';
import { chosenPackages, packageItems } from '../../src/ui/wizard/packages.ts';
import type { Context, Field } from '../../src/ui/questions/screen.ts';
import type { Input, WizardState } from '../../src/ui/wizard/state.ts';
import { noteParts, placePart, spokenLines, type Part, type Speech } from './parts.ts';

/** Wide enough that nothing is cut: who listens has no columns. */
const WIDTH = 500;

export function wizardSpeech(state: WizardState, look: Look): Speech {
  const { whose, step, title, help } = frameOf(state, look);
  const place = placePart(`${title}. ${whose}, ${step}`, state.redraws, look);
  const notes = noteParts(notesOf(state, look), look);
  const dialog = state.dialog === null ? null : dialogLines(state, state.dialog, look);
  if (dialog !== null) return { parts: [place, ...dialog.said, ...notes], prompt: dialog.prompt };
  const { said, prompt } = bodySpeech(state, look);
  return { parts: [place, ...said, { id: 'help', text: help }, ...notes], prompt };
}

interface Body {
  readonly said: readonly Part[];
  readonly prompt: string;
}

function bodySpeech(state: WizardState, look: Look): Body {
  const { t } = look;
  switch (currentScreen(state).kind) {
    case 'form':
      return state.picker === null ? fieldSpeech(state, look) : pickerSpeech(state, look);
    case 'summary':
      return { said: [{ id: 'text', text: spokenLines(summaryLines(state, look)).join('\n') }], prompt: '' };
    case 'domus': {
      const listed = listedDomus(state);
      const { row, filter } = state.list;
      const domu = listed[row];
      const where =
        domu === undefined
          ? t(row === listed.length ? 'domus.add' : 'form.continue')
          : `${spokenLines([domuLine(state, domusOf(state.draft)[domu] ?? null, domu, false, look)]).join('')}. ${t('speech.ofList', { n: row + 1, m: listed.length })}`;
      return {
        said: [
          { id: 'totals', text: spokenLines(totalLines(totals(state), look)).join('\n') },
          { id: 'focus', text: where },
        ],
        prompt: filter === null ? '' : `${t('form.search')} ${filter}`,
      };
    }
    case 'review': {
      const text = spokenLines(reviewLines(state.review.view, look, WIDTH)).join('\n');
      return {
        said: [
          { id: 'text', text },
          {
            id: 'gate',
            text: spokenLines([
              gateLine({ ...state, review: { ...state.review, typed: { text: '', cursor: 0 } } }, look),
            ]).join(''),
          },
        ],
        prompt: state.review.typed.text === '' ? '' : `> ${state.review.typed.text}`,
      };
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
  const isDefault = field.read(context) === undefined;
  switch (input.kind) {
    case 'text':
      return {
        said: [
          {
            id: `field ${field.id}`,
            text: `${label}: ${isDefault && input.text.text !== '' ? t('form.default') : ''}`,
          },
        ],
        prompt: `${label}: ${marked(input.text)}`,
      };
    case 'password':
      return {
        said: saidOf(label, t(passwordKey(input, (field.read(context) ?? null) !== null))),
        prompt: `${label}: ${'*'.repeat([...input.text.text].length)}`,
      };
    case 'lines':
      return {
        said: saidOf(label, t('speech.ofList', { n: input.row + 1, m: linesOf(field, context).length })),
        prompt: `${label}: ${marked(input.text)}`,
      };
    case 'rows':
      return { said: saidOf(label, rowText(field, context, input.select, look)), prompt: '' };
    case 'none': {
      const value = shownValue(field, context, look) || t('form.nothing');
      return {
        said: saidOf(label, `${value}${isDefault && field.kind !== 'item' ? ` ${t('form.default')}` : ''}`),
        prompt: '',
      };
    }
  }
}

function saidOf(label: string, text: string): Part[] {
  return [{ id: 'field', text: `${label}: ${text}` }];
}

/** What a password is asked for, or what there is of one. */
function passwordKey({ isHashing, first }: Input & { kind: 'password' }, isSet: boolean): TextKey {
  if (isHashing) return 'form.hashing';
  if (first !== null) return 'form.repeat';
  return isSet ? 'form.set' : 'form.unset';
}

/** The row that is highlighted: what it says, why it cannot be chosen, which of how many it is. */
function rowText(field: Field, context: Context, select: SelectState, look: Look): string {
  const { t } = look;
  const items = itemsOf(field, context);
  const at = highlighted(items, select);
  const option = field.options?.(context)[at];
  const refusal =
    option?.refusal === undefined ? '' : `, ${t('form.refused', { reason: wordsOf(option.refusal, look) })}`;
  const words = option === undefined ? t('form.nothing') : `${wordsOf(option.label, look)}${refusal}`;
  return `${words}. ${t('speech.ofList', { n: at + 1, m: items.length })}`;
}

function pickerSpeech(state: WizardState, look: Look): Body {
  const { t } = look;
  const field = focusedField(state);
  const { picker } = state;
  if (field === null || picker === null) return { said: [], prompt: '' };
  const chosen = (is: boolean): string => (is ? `, ${t('speech.chosen')}` : '');
  const items =
    field.kind === 'packages'
      ? packageItems(chosenPackages(field, contextOf(state)), state.packages.names, picker.filter).map((item) => ({
          ...item,
          text: `${item.label}${chosen(item.isChosen)}${item.isUnknown ? `, ${t('form.asItIs')}` : ''}`,
        }))
      : pickerItems(field, contextOf(state), picker.filter, look).map((item) => ({
          ...item,
          text: `${item.text}${chosen(field.kind === 'multi' && item.isChosen)}${item.refusal === undefined ? '' : `, ${t('form.refused', { reason: item.refusal })}`}`,
        }));
  const at = highlighted(items, picker);
  const item = items[at];
  return {
    said: [
      {
        id: 'focus',
        text:
          item === undefined
            ? t('form.noMatch')
            : `${item.text}. ${t('speech.ofList', { n: at + 1, m: items.length })}`,
      },
    ],
    prompt: `${t('form.search')} ${picker.filter}`,
  };
}

/** Where the cursor is, unless it is at the end. */
function marked({ text, cursor }: TextState): string {
  return cursor >= text.length ? text : `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}
