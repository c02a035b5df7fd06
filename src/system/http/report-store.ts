/**
 * What `medium serve` has received, on disk: events of each run in reports/RUN.ndjson, support bundles in bundles/. For
 * its owner alone.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportStore } from '../../rack/ports.ts';

const RUN_LIMIT_BYTES = 512 * 1024 * 1024;
const BUNDLE_LIMIT_BYTES = 64 * 1024 * 1024;
const SUFFIX = '.ndjson';

export async function openReportStore(
  folder: string,
  names: { readonly reports: string; readonly bundles: string },
): Promise<ReportStore> {
  const [reports, bundles] = [join(folder, names.reports), join(folder, names.bundles)];
  for (const path of [reports, bundles]) await mkdir(path, { recursive: true, mode: 0o700 });
  return {
    async replay(onLine) {
      for (const name of (await readdir(reports)).filter((one) => one.endsWith(SUFFIX)).sort()) {
        // A folder or what cannot be read, put there by somebody: the other runs are there all the same.
        await eachLine(join(reports, name), (line) => onLine(name.slice(0, -SUFFIX.length), line)).catch(
          () => undefined,
        );
      }
    },
    async append(run, lines) {
      const path = join(reports, `${run}${SUFFIX}`);
      const sizeBytes = await stat(path).then(
        ({ size }) => size,
        () => 0,
      );
      if (sizeBytes > RUN_LIMIT_BYTES) return false;
      try {
        await appendFile(path, `${lines.join('\n')}\n`, { mode: 0o600 });
        return true;
      } catch (error) {
        // Half a line of a full disk would spoil the one that comes after it.
        await truncate(path, sizeBytes).catch(() => undefined);
        throw error;
      }
    },
    async saveBundle(name, bytes, signature, secret) {
      const beside = join(bundles, `.${randomUUID()}`);
      const file = await open(beside, 'wx', 0o600);
      const hmac = createHmac('sha256', secret ?? '');
      try {
        let size = 0;
        for await (const chunk of bytes as AsyncIterable<Buffer>) {
          size += chunk.length;
          if (size > BUNDLE_LIMIT_BYTES) return 'too-large';
          hmac.update(chunk);
          await file.appendFile(chunk);
        }
        const [wanted, given] = [Buffer.from(`sha256=${hmac.digest('hex')}`), Buffer.from(signature ?? '')];
        if (secret !== null && (wanted.length !== given.length || !timingSafeEqual(wanted, given))) return 'unsigned';
        await file.sync();
        await rename(beside, join(bundles, name));
        return 'saved';
      } finally {
        await file.close();
        await rm(beside, { force: true });
      }
    },
  };
}

/** By newlines alone: JSON may have other separators of lines within its texts. */
async function eachLine(path: string, onLine: (line: string) => void): Promise<void> {
  let pieces: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>) {
    const lines = chunk.split('\n');
    pieces.push(lines.shift() ?? '');
    for (const next of lines) {
      onLine(pieces.join(''));
      pieces = [next];
    }
  }
  onLine(pieces.join(''));
}
