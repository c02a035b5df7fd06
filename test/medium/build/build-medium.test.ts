/** A medium that cannot be finished leaves nothing of it. What the tools do is played: the real thing is in the lab. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { XenwrightError } from '../../../src/errors.ts';
import { buildMedium } from '../../../src/medium/build/build-medium.ts';
import { workbench } from '../../actions/workbench.ts';

it('a half image is gone when its last step fails', async () => {
  const ran: string[] = [];
  const bench = workbench({
    ownPackage: async () => ({ path: '/store/tools.deb', sha256: '0'.repeat(64) }),
    exec: async (argv) => {
      ran.push(argv.join(' '));
      if (argv[0] === 'xorriso') writeFileSync(argv[argv.indexOf('-o') + 1] as string, 'half a medium');
      if (argv[0] === 'implantisomd5')
        throw new XenwrightError({ code: 'command-not-found', exit: 5, message: 'implantisomd5 is not installed' });
      return { exitCode: 0, stdout: '1700000000', stderr: '' };
    },
  });
  const context = { ...bench.context, files: { ...bench.context.files, list: async () => [] } };
  const parts = {
    output: join(bench.tree, 'medium.iso'),
    netboot: null,
    boot: { serial: null, kernelWords: [] },
    keyboard: null,
    aptSources: '',
    node: '/node',
    bundle: '/program',
    pieces: { folder: '/dist/xenwright.pieces/0123', name: 'xenwright.pieces/0123' },
    files: {},
    release: 'trixie',
    hasTools: true,
    bases: [],
    pool: [],
  };
  await expect(buildMedium(parts, { tar: '/live.tar', packages: [] }, context)).rejects.toMatchObject({
    code: 'command-not-found',
  });
  expect(readdirSync(bench.tree)).toEqual([]);
  // Among the files that get their sums: what an install from it puts onto the host.
  const carried = ran.findIndex((one) =>
    /^install .* \/store\/tools\.deb \S+\/content\/xenwright\/tools\/xenwright\.deb$/.test(one),
  );
  expect(carried).toBeGreaterThan(-1);
  expect(ran.findIndex((one) => one.includes('sha256sum {} +'))).toBeGreaterThan(carried);
  // The program's pieces lie beside it in the tree, as they do where it was built.
  expect(ran.find((line) => line.startsWith('cp '))).toMatch(
    /^cp -r \/dist\/xenwright\.pieces\/0123 \/.*\/usr\/lib\/xenwright\/xenwright\.pieces\/0123$/,
  );
});
