/**
 * Media with something else in a few places of what they say of themselves: whoever looks at them, checks or copies
 * them comes to an end, with an answer or with an error of the source in words.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EXIT, XenwrightError } from '../../src/errors.ts';
import { copyMedium } from '../../src/system/medium/copy.ts';
import { probeMedium } from '../../src/system/medium/probe.ts';
import { verifyMedium } from '../../src/system/medium/verify.ts';
import { smallDisc } from '../medium/copy/small-disc.ts';
import { oneOf, type HostileRun } from './seed.ts';

export interface MediaOutcome {
  readonly looks: number;
  /** What ended with another error than one of the source, or took too long. */
  readonly wrong: readonly string[];
}

const SECTOR = 2048;
/** Descriptors and folders of a small disc. */
const STRUCTURE_SECTORS = 60;
/** Far more than any of these takes. */
const PATIENCE_MS = 60_000;
const SIZES = [0, 1, 33, 34, 255, 2047, 2048, 65_535, 0x7f_ff_ff_ff, 0xff_ff_ff_00, 0xff_ff_ff_ff];
const MISTAKES = new Set<number>([EXIT.source, EXIT.refused]);

export async function hostileMedia(run: HostileRun): Promise<MediaOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'xw-media-'));
  const wrong: string[] = [];
  let looks = 0;
  try {
    const packages = 'Package: a\nFilename: pool/a_1_all.deb\nSHA256: ' + '0'.repeat(64) + '\n\n';
    const disc = smallDisc({
      'dists/trixie/Release': `Components: main\nSHA256:\n ${'0'.repeat(64)} 5 main/binary-amd64/Packages.gz\n`,
      'dists/trixie/main/binary-amd64/Packages.gz': gzipSync(packages.repeat(50)),
      'pool/a_1_all.deb': 'a package',
      'xenwright/manifest.json': JSON.stringify({ files: { 'pool/a_1_all.deb': '0'.repeat(64) } }),
      [`pool/${'long'.repeat(50)}.deb`]: 'another',
    });
    const image = readFileSync(disc.iso);
    disc.clear();
    do {
      const path = join(folder, 'hostile.iso');
      const what = damage(run, image, path);
      for (const [name, look] of Object.entries(LOOKS)) {
        looks += 1;
        const fault = await faultOf(async (signal) => await look(path, folder, signal));
        if (fault !== null) wrong.push(`${name} of ${what}: ${fault}`);
      }
    } while (Date.now() < run.until);
    return { looks, wrong };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LOOKS: Readonly<Record<string, (path: string, folder: string, signal: AbortSignal) => Promise<unknown>>> = {
  probe: async (path) => await probeMedium(path, true),
  verify: async (path, _, signal) =>
    await verifyMedium(path, { signal, withImplanted: true, progress: () => undefined }),
  copy: async (path, folder, signal) =>
    await copyMedium({
      source: path,
      target: join(folder, 'copy.iso'),
      map: join(folder, 'copy.iso.map'),
      signal,
      output: () => undefined,
      progress: () => undefined,
    }),
};

/** Null when it ended as it should. */
async function faultOf(look: (signal: AbortSignal) => Promise<unknown>): Promise<string | null> {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('it did not end'), PATIENCE_MS);
  });
  const ended = look(stop.signal).then(
    () => null,
    (error: unknown) =>
      error instanceof XenwrightError && MISTAKES.has(error.exit)
        ? null
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error),
  );
  const fault = await Promise.race([ended, tooLong]);
  clearTimeout(timer);
  stop.abort();
  return fault;
}

/** Writes the image with a few places changed; says which. */
function damage({ random }: HostileRun, image: Buffer, path: string): string {
  const bytes = Buffer.from(image);
  const changes: string[] = [];
  const structure = (): number => Math.floor((16 + random() * STRUCTURE_SECTORS) * SECTOR);
  for (let count = 1 + Math.floor(random() * 4); count > 0; count--) {
    const at = Math.min(bytes.length - 8, structure());
    const how = oneOf(random, ['byte', 'size', 'sector', 'swap', 'text'] as const);
    changes.push(`${how} at ${at}`);
    if (how === 'byte') bytes[at] = Math.floor(random() * 256);
    else if (how === 'size') bytes.writeUInt32LE(oneOf(random, SIZES), at);
    else if (how === 'sector') bytes.fill(Math.floor(random() * 256), at, at + SECTOR);
    else if (how === 'swap') bytes.copy(bytes, at - (at % SECTOR), structure(), structure() + SECTOR);
    else bytes.write(oneOf(random, ['../../x', '\0', 'CE\x1c\x01', 'NM\xff\x01', '\x1b[2J']), at, 'latin1');
  }
  const isCut = random() < 0.2;
  const size = isCut ? Math.floor(random() * bytes.length) : bytes.length;
  if (isCut) changes.push(`cut at ${size}`);
  writeFileSync(path, bytes.subarray(0, size));
  return changes.join(', ');
}
