import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SourceMedium } from '../../src/facts/facts.ts';
import { install } from '../../src/commands/install/run.ts';
import { refuseImageLoss } from '../../src/install/image-loss.ts';
import { minimalText } from '../profile/fixtures.ts';

it('an image is not its own medium or profile, and two images are two, whatever links lead to them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-image-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const [iso, profile, hard, soft, image] = ['x.iso', 'host.yaml', 'hard.img', 'soft.img', 'host.img'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string, string];
  writeFileSync(iso, 'medium');
  writeFileSync(profile, minimalText);
  linkSync(iso, hard);
  symlinkSync(profile, soft);
  const medium = { source: iso, path: iso } as SourceMedium;
  const refused = { code: 'same-storage', exit: 2 };
  await expect(refuseImageLoss([hard], profile, { medium })).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('the medium'),
  });
  await expect(refuseImageLoss([image, hard], '-', { medium })).rejects.toMatchObject(refused);
  await expect(refuseImageLoss([soft], `file:${profile}`, {})).rejects.toMatchObject(refused);
  writeFileSync(image, '');
  symlinkSync('host.img', join(folder, 'again.img'));
  await expect(refuseImageLoss([image, join(folder, 'again.img')], 'http://x/p.yaml', {})).rejects.toMatchObject(
    refused,
  );
  await refuseImageLoss([image, join(folder, 'second.img')], profile, { medium });
  // As a command it is told before anything else is done.
  await expect(
    install([profile], { image: [soft], set: [], dryRun: true, ui: 'plain' } as never, {
      readText: async () => minimalText,
      out: () => undefined,
      err: () => undefined,
      interactive: false,
    }),
  ).rejects.toMatchObject(refused);
});
