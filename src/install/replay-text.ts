/** `--replay FILE` without panes: a recorded run told again, all at once. */
import { EXIT } from '../errors.ts';
import { ndjsonConsumer } from '../report/ndjson.ts';
import { plainConsumer } from '../report/plain.ts';
import { parseEvents } from '../report/replay.ts';
import { Summary } from '../report/summary.ts';
import type { CommandIo } from '../system/process/process-io.ts';

export async function replayText(file: string, isJson: boolean, io: CommandIo): Promise<number> {
  const summary = new Summary();
  const consume = isJson ? ndjsonConsumer(io.out) : plainConsumer(io.out);
  for (const event of parseEvents(await io.readText(file))) {
    consume(event);
    summary.follow(event);
  }
  if (!isJson) io.out(summary.text());
  return EXIT.done;
}
