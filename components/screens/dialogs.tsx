/** Questions and the list of keys, in the place of a screen's body. */
import type { ReactNode } from 'react';
import { Menu } from '../inputs/menu.tsx';
import { textPieces } from '../inputs/text-pieces.ts';
import { plainLine, Row, type Line } from '../layout/line.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { useLook } from '../look.tsx';
import type { TextKey } from '../../src/i18n/t.ts';
import { wrap } from '../../src/ui/cells.ts';
import { currentScreen } from '../../src/ui/wizard/context.ts';
import type { Dialog, WizardEvent, WizardState } from '../../src/ui/wizard/state.ts';

type Answer = (WizardEvent & { type: 'answered' })['answer'];
interface DialogProps { readonly state: WizardState; readonly dialog: Dialog; readonly height: number; readonly width: number; answer(answer: Answer): void }

export function DialogBody({ state, dialog, height, width, answer }: DialogProps): ReactNode {
  const { t, glyphs } = useLook();
  const said = (text: string): ReactNode => wrap(text, width - 2).map((line, index) => <Row key={`${text}${index}`} line={plainLine(` ${line}`)} width={width} />);
  const blank = <Row line={[]} width={width} />;
  switch (dialog.kind) {
    case 'keys': return <Scroll lines={keyLines(state, t)} at={0} height={height} width={width} />;
    case 'leave': return <>{said(t('dialogs.leave'))}{blank}<Menu<'stay' | 'leave'> items={[{ value: 'stay', label: t('dialogs.stay') }, { value: 'leave', label: t('dialogs.go') }]} onChoose={answer} /></>;
    case 'draft': return (
      <>
        {said(t('dialogs.draft', { time: dialog.saved.time }))}{said(t('dialogs.draftPlace', { screen: t(`screens.${dialog.saved.place.screen}`) }))}{blank}
        <Menu<'resume' | 'anew'> items={[{ value: 'resume', label: t('dialogs.resume') }, { value: 'anew', label: t('dialogs.anew') }]} onChoose={answer} />
      </>
    );
    case 'export': return <>{said(t('dialogs.export'))}{said(t('dialogs.exportNote'))}{blank}<Row line={[{ text: ` ${glyphs.pointer} `, style: 'focus' }, ...textPieces(dialog.file, width - 4)]} width={width} /></>;
  }
}

const FORM: readonly TextKey[] = ['keys.long.fields', 'keys.long.enter', 'keys.long.continue', 'keys.long.back', 'keys.long.change', 'keys.long.list', 'keys.long.edit', 'keys.long.lines', 'keys.long.rescan'];
const KEYS: Readonly<Record<ReturnType<typeof currentScreen>['kind'], readonly TextKey[]>> = {
  form: FORM,
  summary: ['keys.long.continue', 'keys.long.back'],
  domus: ['keys.long.domus', 'keys.long.order', 'keys.long.search', 'keys.long.continue', 'keys.long.back', 'keys.long.rescan'],
  review: ['keys.long.scroll', 'keys.long.export', 'keys.long.back', 'keys.long.rescan'],
};

function keyLines(state: WizardState, t: ReturnType<typeof useLook>['t']): Line[] {
  return [...[...KEYS[currentScreen(state).kind], 'keys.long.redraw' as const, 'keys.long.leave' as const].map((key) => plainLine(`   ${t(key)}`)), [], plainLine(`   ${t('keys.long.any')}`, 'quiet')];
}
