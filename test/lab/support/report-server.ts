/** `medium serve` as a host of the lab reports to it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineView } from '../../../src/rack/machine.ts';
import { start } from './cli.ts';

export interface ReportServer {
  /** Sections of a profile, each at its place. */
  readonly report: string;
  /** A late command of the host: the server as an emulated machine sees it. */
  readonly late: string;
  /** What is known of the one machine. */
  machine(): Promise<MachineView | undefined>;
  close(): void;
}

/** Serves a folder, with a secret. */
export async function reportServer(folder: string): Promise<ReportServer> {
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'a secret of the lab\n');
  const server = start(folder, ['medium', 'serve', folder, '--listen', '127.0.0.1:0', '--secret-file', secret]);
  const base = await new Promise<string>((resolve, reject) => {
    server.onOut((out) => {
      const url = /at (http:\S+)\/ /.exec(out)?.[1];
      if (url !== undefined) resolve(url);
    });
    void server.done.then(({ err }) => reject(new Error(`medium serve ended: ${err}`)));
  });
  return {
    report: `report: { webhook: { url: "${base}/report", secret: "file:${secret}" } }`,
    late: 'sed -i s/127[.]0[.]0[.]1/10.0.2.2/ /etc/xenwright/report.json',
    machine: async () =>
      ((await (await fetch(`${base}/status.json`)).json()) as { machines: MachineView[] }).machines[0],
    close: () => {
      server.kill();
    },
  };
}
