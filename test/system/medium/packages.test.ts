/** What apt makes of a medium's lists. */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { readAtOf } from '../../../src/medium/copy/byte-source.ts';
import { openSource } from '../../../src/system/medium/io.ts';
import { resolveOnMedium } from '../../../src/system/medium/packages.ts';
import { canMakeDiscs, smallDisc } from '../../medium/copy/small-disc.ts';

const MIB = 1024 * 1024;

test.skipIf(!canMakeDiscs || !existsSync('/usr/bin/apt-get'))(
  'lists that unpack to more than any list has are a damaged medium, and fill no disk',
  async () => {
    const list = `Package: a\nVersion: 1\nArchitecture: all\nFilename: a.deb\nSize: 1\nSHA256: ${'0'.repeat(64)}\nDescription: `;
    const disc = smallDisc({
      'dists/x/Release': 'Suite: x\nCodename: x\nArchitectures: amd64\nComponents: main\n',
      'dists/x/main/binary-amd64/Packages.gz': gzipSync(`${list}${'x'.repeat(20 * MIB)}\n\n`),
    });
    const source = await openSource(disc.iso, new AbortController().signal);
    onTestFinished(async () => {
      await source.close();
      disc.clear();
    });
    const uri = 'copy:/run/xenwright/media/x';
    await expect(
      resolveOnMedium(
        readAtOf(source),
        [{ uri, suite: 'x', components: ['main'], keyring: null, trusted: true }],
        ['a'],
        new AbortController().signal,
        '',
        MIB,
      ),
    ).rejects.toMatchObject({ code: 'medium-damaged', exit: 6 });
  },
);
