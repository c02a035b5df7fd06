/** `xenwright domu list`: every DomU of this host, whoever made it. Looks only; needs no network. */
import { jsonText } from '../../../clean-text.ts';
import { EXIT, failure } from '../../../errors.ts';
import { readDomuList } from '../../../host/domus/list.ts';
import { hostPort, type HostPort } from '../../../host/domus/running.ts';
import { english } from '../../../i18n/english.ts';
import { screenTexts } from '../../../install/screen-texts.ts';
import { terminalSize, thisTerminal } from '../../../install/this-terminal.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { showable } from '../../../ui/terminal/glyphs.ts';
import { listText, LIST_CELLS } from './list-text.ts';

export interface ListOptions {
  readonly format?: 'text' | 'json';
}

/** Exit 0; 4 where this is no Xen host and has no DomUs; 5 where xl does not answer, so that states are not known. */
export async function domuList({ format }: ListOptions, io: CommandIo, port: HostPort = hostPort()): Promise<number> {
  const terminal = thisTerminal();
  const t = await screenTexts(terminal);
  // What programs read is the same in every language.
  const result = await readDomuList(port, format === 'json' ? english : t);
  if (!result.xen && result.domus.length === 0) throw failure('no-xen.noHost', EXIT.refused);
  const code = result.domus.some(({ state }) => state === 'unknown') ? EXIT.action : EXIT.done;
  if (format === 'json') {
    io.out(`${jsonText(result, 2)}\n`, 'data');
    return result.xen && result.why !== null && result.domus.length === 0 ? EXIT.action : code;
  }
  // Programs that read the list get names whole.
  const cells = process.stdout.isTTY === true ? Math.max(LIST_CELLS, terminalSize().columns) : Number.POSITIVE_INFINITY;
  const lines = listText(result, cells, t).split('\n');
  io.out(lines.map((line) => showable(line, terminal.glyphs)).join('\n'));
  if (!result.xen) io.err(`${t('commandLine.domu.list.noXen')}\n`);
  else if (result.why !== null) io.err(`${t('commandLine.domu.list.partial', { why: result.why })}\n`);
  return result.xen && result.why !== null && result.domus.length === 0 ? EXIT.action : code;
}
