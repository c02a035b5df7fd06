/**
 * A host model for tests of the tree renderers, made the way a run makes it: from a profile and the image machine's
 * facts.
 */
import { buildModel } from '../../../src/plan/build-model.ts';
import type { HostModel, TreeContent } from '../../../src/plan/model.ts';
import { imageFacts, profileOf } from '../host.ts';

/** `changes` are `--set` words, e.g. `host.hypervisor=none`. */
export function modelOf(changes: readonly string[] = [], text?: string): HostModel {
  return buildModel(profileOf(changes, text), imageFacts()).model;
}

/** The text of one file of a tree; fails when it is not there. */
export function fileIn(tree: TreeContent, path: string): string {
  const file = tree.files.find((one) => one.path === path);
  if (file === undefined || typeof file.content !== 'string')
    throw new Error(`no ${path} among ${tree.files.map((one) => one.path).join(' ')}`);
  return file.content;
}

/** Is there such a file? */
export function has(tree: TreeContent, path: string): boolean {
  return tree.files.some((one) => one.path === path);
}
