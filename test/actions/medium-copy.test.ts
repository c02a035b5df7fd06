import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mediumCopy } from '../../src/actions/medium-copy.ts';
import type { MediaPort, NeededPackage } from '../../src/actions/kind.ts';
import type { ActionOf } from '../../src/plan/action.ts';
import { actionOf } from './action-of.ts';
import { workbench } from './workbench.ts';

const ZSH = 'pool/main/z/zsh/zsh_5.9-1_amd64.deb';
const DEB = Buffer.from('a package');
const NEEDED: NeededPackage = {
  name: 'zsh_5.9-1_amd64.deb',
  path: ZSH,
  sizeBytes: DEB.length,
  sha256: createHash('sha256').update(DEB).digest('hex'),
};
const source = { uri: 'copy:/run/xenwright/media/0', suite: 'trixie', components: ['main'], keyring: null };
const step = (mirrors: readonly string[]): ActionOf<'medium.copy'> =>
  actionOf('medium.copy', {
    source: '/dev/sr0',
    device: '/dev/vg/medium',
    sizeBytes: 4096,
    id: '0',
    label: 'DISC',
    wanted: [{ sources: [source, ...mirrors.map((uri) => ({ ...source, uri }))], packages: ['zsh'] }],
  }) as ActionOf<'medium.copy'>;
/** A copy with two unreadable sectors under one package. */
const media = (needed: readonly NeededPackage[], path = ZSH): MediaPort => ({
  copy: async () => ({
    sizeBytes: 4096,
    sha256: 'ab',
    implanted: null,
    badSectors: 2,
    affected: [{ path, isFolder: false, package: 'zsh' }],
  }),
  verify: async () => ({ checked: 3, wrong: [{ path, why: 'differs from its sum in md5sum.txt' }] }),
  identify: async () => '0',
  needed: async () => needed,
});

describe('packages on unreadable sectors', () => {
  it('that nothing here needs are a warning', async () => {
    const bench = workbench({ media: media([]) });
    await mediumCopy.apply(step([]), bench.context);
    expect(bench.log.join('\n')).toMatch(
      /2 sectors of the medium cannot be read[^]*zsh[^]*none of what is lost is needed/,
    );
  });
  it('that are needed and nowhere else stop the run with the list', async () => {
    const bench = workbench({ media: media([NEEDED]) });
    await expect(mediumCopy.apply(step([]), bench.context)).rejects.toMatchObject({
      code: 'medium-unreadable',
      lastLines: [expect.stringContaining(ZSH)],
    });
  });
  it('that are needed come from a mirror where one is known, and with the right sum only', async () => {
    let sent = DEB;
    const server = createServer((asked, answer) => {
      answer.writeHead(asked.url === `/debian/${ZSH}` ? 200 : 404).end(sent);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
    try {
      const bench = workbench({ media: media([NEEDED]) });
      await mediumCopy.apply(step([mirror]), bench.context);
      expect(readFileSync(join(bench.store, 'packages', NEEDED.name)).equals(DEB)).toBe(true);
      sent = Buffer.from('b package');
      await expect(
        mediumCopy.apply(step([mirror]), workbench({ media: media([NEEDED]) }).context),
      ).rejects.toMatchObject({ code: 'medium-unreadable' });
    } finally {
      server.close();
    }
  });
  it('are of no use where the lists themselves are lost', async () => {
    await expect(
      mediumCopy.apply(step([]), workbench({ media: media([], 'dists/trixie/Release') }).context),
    ).rejects.toMatchObject({ code: 'medium-unreadable' });
  });
  it('are not looked for when the medium is another one', async () => {
    const named = { ...step([]), params: { ...step([]).params, sha256: 'cd' } };
    await expect(mediumCopy.apply(named, workbench({ media: media([]) }).context)).rejects.toMatchObject({
      code: 'medium-changed',
      lastLines: [expect.stringContaining('unreadable sectors: 2')],
    });
    // The server showed the one that the plan was made for, and then sent another of the same size.
    const swapped = {
      ...media([]),
      copy: async () => ({ sizeBytes: 4096, sha256: 'ab', implanted: null, badSectors: 0, affected: [] }),
      identify: async () => '1',
    };
    await expect(mediumCopy.apply(step([]), workbench({ media: swapped }).context)).rejects.toMatchObject({
      code: 'medium-changed',
      exit: 6,
    });
    const scratched = { ...media([]), identify: async () => '1' };
    await expect(mediumCopy.apply(step([]), workbench({ media: scratched }).context)).rejects.toMatchObject({
      code: 'medium-changed',
      exit: 6,
    });
    const other = {
      ...media([]),
      copy: async () => ({ sizeBytes: 2048, sha256: 'ab', implanted: null, badSectors: 0, affected: [] }),
    };
    await expect(mediumCopy.apply(step([]), workbench({ media: other }).context)).rejects.toMatchObject({
      code: 'medium-changed',
      exit: 6,
    });
  });
});
