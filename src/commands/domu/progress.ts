/** How far a backup or a copy is, where a person looks on: a line that is drawn again. */
import { LINE_BACK, type CommandIo } from '../../system/process/process-io.ts';

export function percentOn(io: CommandIo): (doneBytes: number, totalBytes: number) => void {
  let told = -1;
  return (done, total) => {
    const percent = Math.floor((done * 100) / total);
    if (!io.interactive || percent === told) return;
    told = percent;
    io.err(`${LINE_BACK}${percent} %${percent === 100 ? LINE_BACK : ''}`);
  };
}
