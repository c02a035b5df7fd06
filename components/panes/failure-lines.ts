/** What failed: why, what to do, its last lines and its command. Pure. */
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { errorIn, titleIn } from '../../src/i18n/translate-events.ts';
import { wrap } from '../../src/ui/terminal/cells.ts';
import type { RunState } from '../../src/ui/run/state.ts';

export function failureLines({ failures, undone }: RunState, width: number, { t, show }: Look): Line[] {
  if (failures.length === 0) return [plainLine(`   ${t('run.noFailure')}`)];
  const said = (indent: string, text: string): string[] =>
    show(text.replaceAll('\n', ' ')) === ''
      ? []
      : wrap(show(text.replaceAll('\n', ' ')), width - indent.length - 1).map((line) => indent + line);
  const lines = failures.flatMap((failure): Line[] => {
    const { code, command } = failure.error;
    const { message, hint, lastLines } = errorIn(t, failure.error);
    return [
      plainLine(` ${failure.domain}: ${titleIn(t, failure)}`, 'error'),
      ...said('   ', `${message} [${code}]`).map((line) => plainLine(line)),
      ...(hint === null ? [] : said('   ', t('run.hint', { hint })).map((line) => plainLine(line, 'good'))),
      ...lastLines.map((line) => plainLine(`   | ${line}`)),
      // Last: it may be longer than all the rest.
      ...(command === undefined
        ? []
        : said('   ', t('run.command', { command })).map((line) => plainLine(line, 'quiet'))),
      [],
    ];
  });
  return undone === 0 ? lines : [...lines, plainLine(` ${t('run.undone', { count: undone })}`, 'quiet')];
}
