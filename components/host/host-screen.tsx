/**
 * A host as one picture: its DomUs, Dom0, the network, and what can be done. Keys go out as events; nothing here
 * changes anything.
 */
import { useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import { textPieces } from '../inputs/text-pieces.ts';
import { Frame } from '../layout/frame.tsx';
import { plainLine, type Line } from '../layout/line.tsx';
import { Lines } from '../layout/lines.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { isTooSmall, TooSmall } from '../layout/too-small.tsx';
import { useLook, type Look } from '../look.tsx';
import { hostSpeech } from '../speech/host-speech.ts';
import { Spoken } from '../speech/spoken.tsx';
import { cellsOf, pad, wrap } from '../../src/ui/terminal/cells.ts';
import { keyPresses } from '../../src/ui/terminal/keymap.ts';
import { freeActions } from '../../src/ui/host/keys.ts';
import { hostLayout } from '../../src/ui/host/layout.ts';
import { listedDomus } from '../../src/ui/host/rows.ts';
import type { HostSnapshot } from '../../src/ui/host/session.ts';
import type { HostDialog, HostEvent } from '../../src/ui/host/state.ts';
import { domuLines } from './domu-rows.ts';
import { commandOf, countsOf, emptyText, helpOf, keysOf, notesOf, titleOf, whoseOf } from './host-frame.ts';
import { networkLines } from './network-lines.ts';
import { textLines } from './text-lines.ts';

const LEAST = { columns: 40, rows: 10 };

export function HostScreen({ send, ...snapshot }: HostSnapshot & { send(event: HostEvent): void }): ReactNode {
  const look = useLook();
  const { state, view } = snapshot;
  const { columns, rows } = view.size;
  const width = columns - 1;
  const text = view.dialog?.kind === 'text' ? textLines(view.dialog.text, snapshot, width, look) : [];
  useInput((input, key) => {
    for (const press of keyPresses(input, key)) send({ type: 'key', press, textRows: text.length });
  });
  usePaste((pasted) => send({ type: 'paste', text: pasted }));
  if (look.spoken) return <Spoken speech={hostSpeech(snapshot, look)} />;
  if (isTooSmall(view.size, LEAST)) return <TooSmall size={view.size} least={LEAST} />;
  const { helpRows, noteRows } = hostLayout(view.size, state.overview?.bridges.length ?? 0);
  return (
    <Frame
      columns={columns}
      rows={rows}
      whose={whoseOf(snapshot, look)}
      step={countsOf(snapshot, look)}
      title={titleOf(snapshot, look)}
      help={helpOf(snapshot, look)}
      helpRows={helpRows}
      noteRows={noteRows}
      notes={notesOf(snapshot, look)}
      keys={keysOf(snapshot, width, look)}
      body={(height) =>
        view.dialog?.kind === 'text' ? (
          <Scroll lines={text} at={view.dialog.offset} isOffset height={height} width={width} />
        ) : view.dialog !== null ? (
          <Scroll {...dialogLines(view.dialog, snapshot, width, look)} height={height} width={width} />
        ) : (
          <Lines lines={listLines(snapshot, height, width, look)} width={width} />
        )
      }
    />
  );
}

function listLines(snapshot: HostSnapshot, height: number, width: number, look: Look): Line[] {
  const { state, view } = snapshot;
  const { overview } = state;
  if (overview === null) return [];
  const { networkRows } = hostLayout(view.size, overview.bridges.length);
  const above = [
    ...(networkRows > 0 ? networkLines(overview, look).slice(0, networkRows) : []),
    ...(view.search === null && view.filter === '' ? [] : [searchLine(snapshot, width, look)]),
  ];
  const below =
    listedDomus(state, view).length === 0
      ? whyEmpty(snapshot, width, look)
      : domuLines(snapshot, Math.max(1, height - above.length - 1), width, look);
  return [...above, ...below].slice(0, height);
}

function searchLine({ view }: HostSnapshot, width: number, { t }: Look): Line {
  const label = ` ${t('run.search')} `;
  return view.search === null
    ? plainLine(`${label}${view.filter}`, 'quiet')
    : [{ text: label, style: 'focus' }, ...textPieces(view.search, width - cellsOf(label) - 1)];
}

function whyEmpty(snapshot: HostSnapshot, width: number, look: Look): Line[] {
  return [[], ...wrap(look.show(emptyText(snapshot, look)), width - 4).map((line) => plainLine(`   ${line}`))];
}

const MENU_WORDS = 22;

interface Shown {
  readonly lines: readonly Line[];
  /** The row that must be in view. */
  readonly at: number;
}

function dialogLines(
  dialog: Exclude<HostDialog, { kind: 'text' }>,
  snapshot: HostSnapshot,
  width: number,
  look: Look,
): Shown {
  switch (dialog.kind) {
    case 'menu':
      return { lines: menuLines(dialog, snapshot, look), at: dialog.row };
    case 'confirm': {
      const lines = confirmLines(dialog, width, look);
      return { lines, at: lines.length - 2 + dialog.row };
    }
    case 'ask': {
      const lines = askLines(dialog, width, look);
      return { lines, at: lines.length - 1 };
    }
  }
}

function pointed(isFocused: boolean, text: string, { glyphs }: Look): Line {
  return [
    { text: isFocused ? ` ${glyphs.pointer} ` : '   ', style: 'focus' },
    { text, style: isFocused ? 'focus' : 'plain' },
  ];
}

type Dialog<Kind> = Extract<HostDialog, { kind: Kind }>;

/** What can be done now, each with the command that does the same. */
function menuLines({ name, row }: Dialog<'menu'>, snapshot: HostSnapshot, look: Look): Line[] {
  return freeActions(snapshot).map((action, index) => [
    ...pointed(index === row, pad(`${action.key}  ${look.t(action.words)}`, MENU_WORDS), look),
    { text: ` ${commandOf(action, name, '...')}`, style: 'quiet' },
  ]);
}

function confirmLines({ name, action, typed, row }: Dialog<'confirm'>, width: number, look: Look): Line[] {
  const { t } = look;
  const dies = action.dies === undefined ? [] : wrap(look.show(t(action.dies, { name })), width - 2);
  return [
    ...dies.map((line) => plainLine(` ${line}`, 'warning')),
    plainLine(` ${t('run.command', { command: commandOf(action, name, typed) })}`, 'quiet'),
    [],
    pointed(row === 0, t('hostScreen.no'), look),
    pointed(row === 1, t('hostScreen.yes', { action: t(action.words) }), look),
  ];
}

function askLines({ name, action, field }: Dialog<'ask'>, width: number, { t }: Look): Line[] {
  const label = ` ${t(action.asks ?? 'run.file')} `;
  const command = commandOf(action, name, field.text.trim() || '...');
  return [
    ...wrap(t(action.about), width - 2).map((line) => plainLine(` ${line}`)),
    plainLine(` ${t('run.command', { command })}`, 'quiet'),
    [],
    [{ text: label, style: 'focus' }, ...textPieces(field, width - cellsOf(label) - 1)],
  ];
}
