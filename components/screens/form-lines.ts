/** A screen of fields as rows: label and value each, and which row has the focus. Pure. */
import { highlighted } from '../../src/ui/inputs/select-state.ts';
import { textPieces } from '../inputs/text-pieces.ts';
import type { Line, Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { pad, wrap } from '../../src/ui/terminal/cells.ts';
import { valueOf } from '../../src/ui/questions/fields.ts';
import type { Context, Field } from '../../src/ui/questions/screen.ts';
import { contextOf, currentScreen, shownFields, textOf } from '../../src/ui/answers/context.ts';
import { findingsOf } from '../../src/ui/answers/findings.ts';
import { itemsOf, linesOf } from '../../src/ui/wizard/inputs.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { wordsOf } from './words.ts';

const LABEL = 18;
/** Pointer, mark of a finding, label. */
const BEFORE_VALUE = 4 + LABEL;

interface Drawn {
  readonly lines: Line[];
  /** Which of them the eye is on. */
  readonly at: number;
}

export function formLines(
  state: WizardState,
  look: Look,
  width: number,
): { readonly lines: readonly Line[]; readonly at: number } {
  const context = contextOf(state);
  const fields = shownFields(currentScreen(state), context);
  const lines: Line[] = [];
  let at = 0;
  fields.forEach((field, index) => {
    const isFocused = index === state.focus;
    const drawn = drawField(field, { state, context, look, width, isFocused });
    if (isFocused) at = lines.length + drawn.at;
    lines.push(...drawn.lines);
  });
  const isOnContinue = state.focus >= fields.length;
  lines.push(
    [],
    [
      { text: isOnContinue ? ` ${look.glyphs.pointer} ` : '   ', style: 'focus' },
      { text: `[ ${look.t('form.continue')} ]`, style: isOnContinue ? 'bar' : 'plain' },
    ],
  );
  if (isOnContinue) at = lines.length - 1;
  return { lines, at };
}

interface Drawing {
  readonly state: WizardState;
  readonly context: Context;
  readonly look: Look;
  readonly width: number;
  readonly isFocused: boolean;
}

function drawField(field: Field, drawing: Drawing): Drawn {
  if (field.kind === 'rows') return drawRows(field, drawing);
  if (field.kind === 'lines') return drawLines(field, drawing);
  return { lines: [[...head(field, drawing), ...drawValue(field, drawing)]], at: 0 };
}

/** Pointer, mark and label. */
function head(field: Field, { state, context, look, isFocused }: Drawing): Piece[] {
  const found = findingsOf(field, context, state.findings);
  const mark = found.some(({ severity }) => severity === 'error') ? '!' : ' ';
  const label = look.t(`fields.${field.id}.label`);
  return [
    { text: isFocused ? ` ${look.glyphs.pointer}` : '  ', style: 'focus' },
    { text: mark, style: 'error' },
    { text: `${pad(label, LABEL)} `, style: isFocused ? 'focus' : 'plain' },
  ];
}

function drawValue(field: Field, drawing: Drawing): Piece[] {
  const { state, context, look, width, isFocused } = drawing;
  const room = Math.max(8, width - BEFORE_VALUE - 1);
  if (field.kind === 'password') return passwordPieces(field, drawing, room);
  if (isFocused && state.input.kind === 'text') return textPieces(state.input.text, room);
  const isDefault = field.read(context) === undefined && field.kind !== 'item';
  const text =
    field.kind === 'item' && field.read(context) === undefined
      ? look.t('form.noItem')
      : shownValue(field, context, look);
  const value: Piece[] = [
    {
      text: isFocused && (field.kind === 'choice' || field.kind === 'item') && text !== '' ? `< ${text} >` : text,
      style: isFocused ? 'focus' : isDefault ? 'quiet' : 'value',
    },
  ];
  return isDefault && text !== '' ? [...value, { text: ` ${look.t('form.default')}`, style: 'quiet' }] : value;
}

/** A value in words: options by their labels. */
export function shownValue(field: Field, context: Context, look: Look): string {
  const value = valueOf(field, context);
  if (field.kind === 'toggle') return look.t(value === true ? 'form.yes' : 'form.no');
  if (field.kind === 'multi') return textOf(field, context);
  const option = field.options?.(context).find((one) => JSON.stringify(one.value) === JSON.stringify(value));
  return option === undefined ? textOf(field, context) : wordsOf(option.label, look);
}

function passwordPieces(field: Field, { state, context, look, isFocused }: Drawing, room: number): Piece[] {
  const isSet = (field.read(context) ?? null) !== null;
  if (!isFocused || state.input.kind !== 'password')
    return [{ text: isSet ? look.glyphs.mask.repeat(8) : look.t('form.unset'), style: 'value' }];
  if (state.input.isHashing) return [{ text: look.t('form.hashing'), style: 'quiet' }];
  const note =
    state.input.first === null
      ? isSet && state.input.text.text === ''
        ? look.t('form.set')
        : ''
      : look.t('form.repeat');
  const pieces = textPieces(state.input.text, Math.min(room, 24), look.glyphs.mask);
  return state.input.first === null
    ? [...pieces, { text: ` ${note}`, style: 'quiet' }]
    : [{ text: `${note} `, style: 'warning' }, ...pieces];
}

function drawLines(field: Field, drawing: Drawing): Drawn {
  const { state, context, look, width, isFocused } = drawing;
  const entries = linesOf(field, context);
  const { input } = state;
  const room = Math.max(8, width - BEFORE_VALUE - 1);
  const isEditing = isFocused && input.kind === 'lines';
  const rows: Piece[][] = entries.map((entry, index): Piece[] =>
    isEditing && index === input.row ? textPieces(input.text, room) : [{ text: entry, style: 'value' }],
  );
  if (isEditing && input.row >= entries.length)
    rows.push([...textPieces(input.text, room - 12), { text: ` ${look.t('form.add')}`, style: 'quiet' }]);
  if (rows.length === 0) rows.push([{ text: look.t('form.nothing'), style: 'quiet' }]);
  const lines = rows.map((pieces, index): Line => [
    ...(index === 0 ? head(field, drawing) : [{ text: ' '.repeat(BEFORE_VALUE) }]),
    ...pieces,
  ]);
  return { lines, at: isEditing ? Math.min(input.row, lines.length - 1) : 0 };
}

function drawRows(field: Field, drawing: Drawing): Drawn {
  const { state, context, look, width, isFocused } = drawing;
  const chosen = JSON.stringify(valueOf(field, context) ?? null);
  const items = itemsOf(field, context);
  const options = field.options?.(context) ?? [];
  const at = isFocused && state.input.kind === 'rows' ? highlighted(items, state.input.select) : -1;
  const lines: Line[] = [head(field, { ...drawing, isFocused: isFocused && items.length === 0 })];
  let atLine = 0;
  options.forEach((option, index) => {
    const mark =
      option.refusal === undefined ? (items[index]?.value === chosen ? look.glyphs.on : look.glyphs.off) : '-';
    if (index === at) atLine = lines.length;
    lines.push([
      { text: index === at ? ` ${look.glyphs.pointer} ` : '   ', style: 'focus' },
      { text: `(${mark}) ` },
      {
        text: wordsOf(option.label, look),
        style: index === at ? 'focus' : option.refusal === undefined ? 'plain' : 'quiet',
      },
    ]);
    if (option.refusal !== undefined)
      lines.push(
        ...wrap(look.t('form.refused', { reason: wordsOf(option.refusal, look) }), width - 9)
          .slice(0, 2)
          .map((text): Line => [{ text: `       ${text}`, style: 'quiet' }]),
      );
  });
  if (options.length === 0) lines.push([{ text: `   ${look.t('form.nothing')}`, style: 'quiet' }]);
  return { lines: [...lines, []], at: atLine };
}
