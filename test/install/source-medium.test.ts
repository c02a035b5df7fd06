/** A medium at an address that an image is made from: what is fetched is what was looked at, and vouched for. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fetchForImage } from '../../src/install/source-medium.ts';
import { probeMedium } from '../../src/system/medium/probe.ts';
import { canMakeDiscs, smallDisc } from '../medium/copy/small-disc.ts';
import { imageFacts } from '../plan/host.ts';

const io = { readText: async () => '', out: () => undefined, err: () => undefined, interactive: false };
const disc = (text: string) => {
  const made = smallDisc({
    'dists/trixie/Release': `Components: main\n# ${text}\n`,
    'dists/trixie/main/binary-amd64/Packages': '',
  });
  onTestFinished(() => {
    made.clear();
  });
  return made;
};

it.skipIf(!canMakeDiscs)(
  'a server that sends another medium than it showed is refused, and nothing of it stays (needs xorriso)',
  async () => {
    const [shown, other] = [disc('shown'), disc('other')];
    let sent = shown.iso;
    const server = createServer((request, response) => {
      const bytes = readFileSync(sent);
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(request.headers.range === undefined ? 200 : 206, {
        'accept-ranges': 'bytes',
        'content-length': bytes.length - from,
        ...(request.headers.range === undefined
          ? {}
          : { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
      });
      response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.iso`;
    const path = join(shown.folder, 'fetched.iso');
    const facts = { ...imageFacts(), medium: { ...(await probeMedium(address, true)), path } };
    sent = other.iso;
    await expect(fetchForImage(facts, io)).rejects.toMatchObject({ code: 'medium-changed', exit: 6 });
    expect(existsSync(path)).toBe(false);
    sent = shown.iso;
    const wrongSum = { ...facts, medium: { ...facts.medium, sha256: '0'.repeat(64) } };
    await expect(fetchForImage(wrongSum, io)).rejects.toMatchObject({ code: 'medium-changed' });
    await fetchForImage(
      {
        ...facts,
        medium: { ...facts.medium, sha256: createHash('sha256').update(readFileSync(shown.iso)).digest('hex') },
      },
      io,
    );
    expect(readFileSync(path).equals(readFileSync(shown.iso))).toBe(true);
  },
  60_000,
);
