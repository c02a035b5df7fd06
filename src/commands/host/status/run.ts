/** `xenwright host status`: looks, and prints. The state is the result: exit 0, but for Nagios. */
import { FORMATS, type FormatName } from '../../../host/status/formats/table.ts';
import type { StatusPort } from '../../../host/status/port.ts';
import { readStatus } from '../../../host/status/report.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { statusPort } from '../../../system/process/status-port.ts';

export interface StatusOptions {
  readonly format?: FormatName;
}

export async function hostStatus(
  { format = 'text' }: StatusOptions,
  io: CommandIo,
  port: StatusPort = statusPort(),
): Promise<number> {
  const report = await readStatus(port);
  const { print, exit, isData } = FORMATS[format];
  io.out(print(report), ...(isData ? (['data'] as const) : []));
  return exit(report);
}
