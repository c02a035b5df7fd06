/** The review: a text to scroll through, and below it what is needed to start. */
import type { BodyProps } from './body-props.ts';
import { useMemo, type ReactNode } from 'react';
import { textPieces } from '../inputs/text-pieces.ts';
import { Row, type Line } from '../layout/line.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { useLook, type Look } from '../look.tsx';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { reviewLines, waitingFor } from './review-lines.ts';

export function Review({ state, height, width }: BodyProps): ReactNode {
  const look = useLook();
  const { view } = state.review;
  // Two thousand lines with 200 DomUs: neither typing nor scrolling changes one of them.
  const lines = useMemo(() => reviewLines(view, look, width), [view, look, width]);
  return (
    <>
      <Scroll lines={lines} at={state.review.scroll} height={height - 2} width={width} isOffset />
      <Row line={[]} width={width} />
      <Row line={gateLine(state, look)} width={width} />
    </>
  );
}

/** What is needed to start. */
export function gateLine({ review: { view, typed }, findings }: WizardState, { t, glyphs }: Look): Line {
  if (view === null) return [];
  const { gate } = view;
  const pointer = { text: ` ${glyphs.pointer} `, style: 'focus' } as const;
  switch (gate.kind) {
    case 'waiting':
      return [{ text: `   ${waitingFor(view, gate, t)}`, style: 'quiet' }];
    case 'errors':
      return [
        pointer,
        {
          text: t('review.blocked', { count: findings.filter(({ severity }) => severity === 'error').length }),
          style: 'error',
        },
      ];
    case 'not-root':
      return [{ text: `   ${t('review.needsRoot')}`, style: 'warning' }];
    case 'free':
      return [pointer, { text: `[ ${t('review.start')} ]`, style: 'bar' }];
    case 'type':
      return [
        pointer,
        { text: `${t('review.typeName', { name: gate.name })} `, style: 'warning' },
        ...textPieces(typed, 24),
      ];
  }
}
