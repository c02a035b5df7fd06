/**
 * What is large is deleted once a test file has passed: disks and media of a whole run would fill the disk of whoever
 * runs it. Loaded before every lab test.
 */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { labFolders } from './cli.ts';

/** Of the blocks on the disk: transcripts and pictures are smaller. */
const LARGE_BYTES = 8 * 1024 * 1024;

// Registered before any other, so it comes last. Vitest wants a pattern here, and this file no fixture.
// oxlint-disable-next-line no-empty-pattern
afterAll(({}, file) => {
  if (file.tasks.some((task) => hasFailed(task))) return;
  for (const folder of labFolders) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && lstatSync(path).blocks * 512 >= LARGE_BYTES) rmSync(path);
    }
  }
});

interface Outcome {
  readonly result?: { readonly state: string } | undefined;
  readonly tasks?: readonly Outcome[];
}
const hasFailed = ({ result, tasks }: Outcome): boolean =>
  result?.state === 'fail' || (tasks ?? []).some((task) => hasFailed(task));
