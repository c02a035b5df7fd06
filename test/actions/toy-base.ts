/** A base and what a build of it may fail with, for tests of its building, its store and its mirrors. */
import { XenwrightError } from '../../src/errors.ts';
import type { BaseSpec } from '../../src/plan/action.ts';

export const HASH = 'ab'.repeat(32);
export const common: BaseSpec = {
  role: 'common',
  distribution: 'debian',
  release: 'trixie',
  architecture: 'amd64',
  packages: [],
  sources: [{ uri: 'http://mirror.example/debian', suite: 'trixie', components: ['main'], keyring: null }],
  proxy: null,
  parent: null,
  features: [],
  initrd: null,
};

export const failed = (...lastLines: string[]): XenwrightError =>
  new XenwrightError({
    code: 'command-failed',
    exit: 5,
    message: 'apt-get failed',
    lastLines,
    command: 'apt-get install',
  });
