/**
 * A run as one picture: panes and log, the log alone, what failed, or the end. Keys go out as events; nothing here
 * changes anything.
 */
import { useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import { ExportBody } from '../screens/export.tsx';
import { textPieces } from '../inputs/text-pieces.ts';
import { Frame } from '../layout/frame.tsx';
import { plainLine, type Line } from '../layout/line.tsx';
import { Lines } from '../layout/lines.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { isTooSmall, TooSmall } from '../layout/too-small.tsx';
import { useLook, type Look } from '../look.tsx';
import { runSpeech } from '../speech/run-speech.ts';
import { Spoken } from '../speech/spoken.tsx';
import { keyPresses } from '../../src/ui/terminal/keymap.ts';
import { cellsOf } from '../../src/ui/terminal/cells.ts';
import { layoutOf } from '../../src/ui/run/layout.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import { answersOf, type RunView, type RunViewEvent } from '../../src/ui/run/view.ts';
import { doneLines } from './done-lines.ts';
import { failureLines } from './failure-lines.ts';
import { logLines, logRule } from './log-lines.ts';
import { paneLines } from './pane-lines.ts';
import { keysOf, keyTexts, LEAVE_TEXTS, notesOf, stepOf, titleOf, whoseOf } from './run-frame.ts';

const LEAST = { columns: 40, rows: 14 };

export function RunScreen({ send, ...snapshot }: RunSnapshot & { send(event: RunViewEvent): void }): ReactNode {
  const look = useLook();
  const { view } = snapshot;
  const { columns, rows } = view.size;
  const text = textOf(snapshot, columns - 1, look);
  useInput((input, key) => {
    for (const press of keyPresses(input, key)) send({ type: 'key', press, textRows: text.length });
  });
  usePaste((pasted) => send({ type: 'paste', text: pasted }));
  if (look.spoken) return <Spoken speech={runSpeech(snapshot, look)} />;
  if (isTooSmall({ columns, rows }, LEAST)) return <TooSmall size={{ columns, rows }} least={LEAST} />;
  const width = columns - 1;
  return (
    <Frame
      columns={columns}
      rows={rows}
      whose={whoseOf(snapshot, look)}
      step={stepOf(snapshot, look)}
      title={titleOf(snapshot, look)}
      help=""
      helpRows={0}
      noteRows={1}
      notes={notesOf(snapshot, look)}
      keys={keysOf(snapshot, look)}
      body={(height) => <Body snapshot={snapshot} text={text} look={look} height={height} width={width} />}
    />
  );
}

interface BodyProps {
  readonly snapshot: RunSnapshot;
  readonly text: readonly Line[];
  readonly look: Look;
  readonly height: number;
  readonly width: number;
}

function Body({ snapshot, text, look, height, width }: BodyProps): ReactNode {
  const { state, view } = snapshot;
  if (view.exporting !== null) return <ExportBody state={view.exporting} width={width} />;
  if (view.dialog !== null) return <Lines lines={questionLines(snapshot.can, view.dialog.row, look)} width={width} />;
  const typing = view.typing === null ? [] : [typingLine(view.typing, width, look)];
  const rows = height - typing.length;
  if (view.mode === 'panes' || view.mode === 'log') {
    const layout = layoutOf(view.size, state.panes.length);
    const above = view.mode === 'log' ? [] : paneLines(snapshot, layout, look);
    return (
      <Lines
        lines={[
          ...above,
          logRule(snapshot, layout, width, look),
          ...logLines(snapshot, rows - above.length - 1, look),
          ...typing,
        ]}
        width={width}
      />
    );
  }
  return (
    <>
      <Scroll lines={text} at={view.offset} isOffset height={rows} width={width} />
      <Lines lines={typing} width={width} />
    </>
  );
}

/** What is shown in place of panes and log. */
function textOf(snapshot: RunSnapshot, width: number, look: Look): Line[] {
  switch (snapshot.view.mode) {
    case 'panes':
    case 'log':
      return [];
    case 'failures':
      return failureLines(snapshot.state, width, look);
    case 'done':
      return doneLines(snapshot, width, look);
    case 'keys':
      return [
        ...keyTexts(snapshot).map((key) => plainLine(`   ${look.t(key)}`)),
        [],
        plainLine(`   ${look.t('keys.long.any')}`, 'quiet'),
      ];
  }
}

function questionLines(can: RunSnapshot['can'], row: number, { t, glyphs }: Look): Line[] {
  return [
    plainLine(` ${t('run.leave.question')}`),
    [],
    ...answersOf(can).map((answer, index) =>
      plainLine(
        `${index === row ? ` ${glyphs.pointer} ` : '   '}${t(LEAVE_TEXTS[answer])}`,
        index === row ? 'focus' : 'plain',
      ),
    ),
  ];
}

function typingLine({ what, field }: NonNullable<RunView['typing']>, width: number, { t }: Look): Line {
  const label = ` ${t(what === 'search' ? 'run.search' : 'run.file')} `;
  return [{ text: label, style: 'focus' }, ...textPieces(field, width - cellsOf(label) - 1)];
}
