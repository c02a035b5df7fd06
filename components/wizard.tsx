/** The whole wizard as one picture of its state. Keys go out as events; nothing here changes anything. */
import { useInput, usePaste } from 'ink';
import type { ReactNode } from 'react';
import { Frame } from './layout/frame.tsx';
import { isTooSmall, TooSmall } from './layout/too-small.tsx';
import { useLook } from './look.tsx';
import { DialogBody } from './screens/dialogs.tsx';
import { DomuList } from './screens/domu-list.tsx';
import { Form } from './screens/form.tsx';
import { frameOf, keysOf, notesOf } from './screens/notes.ts';
import { Review } from './screens/review.tsx';
import { Spoken } from './speech/spoken.tsx';
import { wizardSpeech } from './speech/wizard-speech.ts';
import { Summary } from './screens/summary.tsx';
import { keyPresses } from '../src/ui/terminal/keymap.ts';
import { currentScreen } from '../src/ui/answers/context.ts';
import type { WizardEvent, WizardState } from '../src/ui/wizard/state.ts';

/** Smaller, and what matters would be cut off. */
const LEAST = { columns: 72, rows: 20 };

export function Wizard({ state, send }: { readonly state: WizardState; send(event: WizardEvent): void }): ReactNode {
  const look = useLook();
  useInput((input, key) => {
    for (const press of keyPresses(input, key)) send({ type: 'key', press });
  });
  usePaste((text) => send({ type: 'paste', text }));
  const { columns, rows } = state.size;
  if (look.spoken) return <Spoken speech={wizardSpeech(state, look)} />;
  if (isTooSmall(state.size, LEAST)) return <TooSmall size={state.size} least={LEAST} />;
  const width = columns - 1;
  const { dialog } = state;
  const body = (height: number): ReactNode => {
    if (dialog !== null) return <DialogBody state={state} dialog={dialog} height={height} width={width} />;
    switch (currentScreen(state).kind) {
      case 'form':
        return <Form state={state} height={height} width={width} />;
      case 'summary':
        return <Summary state={state} height={height} width={width} />;
      case 'domus':
        return <DomuList state={state} height={height} width={width} />;
      case 'review':
        return <Review state={state} height={height} width={width} />;
    }
  };
  return (
    <Frame
      columns={columns}
      rows={rows}
      {...frameOf(state, look)}
      notes={notesOf(state, look)}
      keys={keysOf(state, look)}
      body={body}
    />
  );
}
