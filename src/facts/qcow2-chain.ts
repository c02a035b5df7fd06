/** What an image in qcow2 leans on: its backing files. Its header may name any file of this machine. Looks only. */
import { dirname, resolve } from 'node:path';
import { isRecord, parseJson } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

const MOST_FILES = 8;

/**
 * Why an image must not be opened: `elsewhere` (a backing file outside its folder, or none that is a file), `format`
 * (of a backing file it says none, so it would be guessed), `data` (its data lie in another file), `unread`; null: it
 * may.
 */
export type ChainFault = 'elsewhere' | 'format' | 'data' | 'unread';

export async function faultOfChain(port: ProbePort, image: string): Promise<ChainFault | null> {
  let path = image;
  for (let count = 0; count < MOST_FILES; count += 1) {
    const info = parseJson(
      await port.run(['qemu-img', 'info', '--force-share', '-f', 'qcow2', '--output', 'json', '--', path]),
    );
    if (!isRecord(info)) return 'unread';
    const specific = isRecord(info['format-specific']) ? info['format-specific']['data'] : null;
    if (isRecord(specific) && 'data-file' in specific) return 'data';
    const backing = info['backing-filename'];
    if (backing === undefined) return null;
    // `nbd:`, `json:` and the like are no files.
    if (typeof backing !== 'string' || !/^[^\p{Cc}:]{1,1000}$/u.test(backing)) return 'elsewhere';
    const next = resolve(dirname(path), backing);
    if (dirname(next) !== dirname(image) || (await port.link(next)) !== null) return 'elsewhere';
    const format = info['backing-filename-format'];
    if (format === 'raw') return null;
    if (format !== 'qcow2') return 'format';
    path = next;
  }
  return 'elsewhere';
}
