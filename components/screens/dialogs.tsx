/** Questions and the list of keys, in the place of a screen's body. */
import type { ReactNode } from 'react';
import { ExportBody } from './export.tsx';
import { Menu } from '../inputs/menu.tsx';
import { plainLine, Row, type Line } from '../layout/line.tsx';
import { MessageAndHint } from '../layout/said.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { useLook } from '../look.tsx';
import type { TextKey, Translate } from '../../src/i18n/t.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { currentScreen } from '../../src/ui/answers/context.ts';
import { ANSWERS } from '../../src/ui/wizard/dialogs.ts';
import type { Dialog, SavedDraft, WizardState } from '../../src/ui/wizard/state.ts';

interface DialogProps {
  readonly state: WizardState;
  readonly dialog: Dialog;
  readonly height: number;
  readonly width: number;
}

export const LABELS = {
  stay: 'dialogs.stay',
  leave: 'dialogs.go',
  resume: 'dialogs.resume',
  anew: 'dialogs.anew',
} as const;

export function DialogBody({ state, dialog, height, width }: DialogProps): ReactNode {
  const { t } = useLook();
  const blank = <Row line={[]} width={width} />;
  switch (dialog.kind) {
    case 'keys':
      return <Scroll lines={keyLines(state, t)} at={dialog.offset} isOffset height={height} width={width} />;
    case 'leave':
      return (
        <>
          <MessageAndHint text={t(leaveKey(state))} width={width} />
          {blank}
          <Menu labels={ANSWERS.leave.map((answer) => t(LABELS[answer]))} row={dialog.row} />
        </>
      );
    case 'draft':
      return (
        <>
          {draftTexts(dialog.saved, t).map((text) => (
            <MessageAndHint key={text} text={text} width={width} />
          ))}
          {blank}
          <Menu labels={ANSWERS.draft.map((answer) => t(LABELS[answer]))} row={dialog.row} />
        </>
      );
    case 'export':
      return <ExportBody state={dialog.export} width={width} />;
  }
}

/** The question whether to leave, and what becomes of the answers. */
export function leaveKey({ added }: Pick<WizardState, 'added'>): TextKey {
  return added === null ? 'dialogs.leave' : 'hostScreen.adding.leave';
}

/** What the answers of an earlier session are offered with. */
export function draftTexts({ time, place }: SavedDraft, t: Translate): string[] {
  return [
    t('dialogs.draft', { time: figuresOf(t).time(time) }),
    t('dialogs.draftPlace', { screen: t(`screens.${place.screen}`) }),
  ];
}

const FORM: readonly TextKey[] = [
  'keys.long.fields',
  'keys.long.enter',
  'keys.long.continue',
  'keys.long.back',
  'keys.long.change',
  'keys.long.list',
  'keys.long.edit',
  'keys.long.lines',
  'keys.long.items',
  'keys.long.rescan',
];
const KEYS: Readonly<Record<ReturnType<typeof currentScreen>['kind'], readonly TextKey[]>> = {
  form: FORM,
  summary: ['keys.long.continue', 'keys.long.back'],
  domus: [
    'keys.long.domus',
    'keys.long.order',
    'keys.long.search',
    'keys.long.continue',
    'keys.long.back',
    'keys.long.rescan',
  ],
  review: ['keys.long.scroll', 'keys.long.export', 'keys.long.back', 'keys.long.rescan'],
};

/** The keys of this screen. */
export function keyLines(state: WizardState, t: ReturnType<typeof useLook>['t']): Line[] {
  return [...KEYS[currentScreen(state).kind], 'keys.long.redraw' as const, 'keys.long.leave' as const].map((key) =>
    plainLine(`   ${t(key)}`),
  );
}
