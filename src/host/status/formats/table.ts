/** The forms in which the state of the host is printed, a row each. */
import { jsonText } from '../../../clean-text.ts';
import { EXIT } from '../../../errors.ts';
import type { StatusReport } from '../report.ts';
import { jsonStatus } from './json.ts';
import { nagiosExit, nagiosStatus } from './nagios.ts';
import { prometheusStatus } from './prometheus.ts';
import { textStatus } from './text.ts';

interface Format {
  readonly print: (report: StatusReport) => string;
  /** Only Nagios is told by it: for all others the state is the result. */
  readonly exit: (report: StatusReport) => number;
  /** Programs read it: it goes as it is. */
  readonly isData: boolean;
}

const done = (_report: StatusReport): number => EXIT.done;

export const FORMATS = {
  text: { print: textStatus, exit: done, isData: false },
  json: { print: (report) => `${jsonText(jsonStatus(report), 2)}\n`, exit: done, isData: true },
  nagios: { print: nagiosStatus, exit: nagiosExit, isData: false },
  prometheus: { print: prometheusStatus, exit: done, isData: true },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;
