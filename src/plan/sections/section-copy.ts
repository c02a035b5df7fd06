/**
 * A domain's root, made beside the target: a copy of its base is configured and made itself at native speed, while the
 * appliance starts and makes the devices. What lies on other volumes, and the profile's own commands, wait for those.
 * Pure.
 */
import type { Action, TreeSpec } from '../action.ts';
import type { BaseUse } from '../bases.ts';
import { hashOf } from '../canonical.ts';
import type { HostModel, ResolvedVolume, TreeContent } from '../model.ts';
import { filesAction, homeOf, type Configured } from './section-configuration.ts';
import { action } from './sections.ts';

/** Bases have little room to spare, and grow only where they are written to. */
const MOST_CONTENT_BYTES = 4 * 1024 * 1024;
/** What differs for actions that are done in a copy. */
export const inCopy = { place: 'builder' as const, weight: 0.7 };

/** Where a domain's root is made. */
export interface Copied {
  /** Of the copy, in the store of bases. */
  readonly name: string;
  readonly tree: TreeSpec;
  /** What is in the copy, and what belongs on volumes that are mounted in it later. */
  readonly inRoot: TreeContent;
  readonly onVolumes: TreeContent;
}

/**
 * Null where everything is done on the target: it is this very machine, nothing can be mounted beside it, or the
 * administrator's home is on a volume of its own, which a copy of the root has not.
 */
export function copied(
  model: HostModel,
  base: BaseUse,
  root: Pick<ResolvedVolume, 'uuid'>,
  tree: TreeSpec,
  { content, admin }: Pick<Configured, 'content' | 'admin'>,
): Copied | null {
  if (model.facts.mountsImages !== true || bytesOf(content) > MOST_CONTENT_BYTES) return null;
  const home = homeOf(admin.user);
  if (tree.mounts.some(({ at }) => at !== '/' && (at === home || home.startsWith(`${at}/`)))) return null;
  const name = hashOf({ base: base.hash, uuid: root.uuid, domain: tree.domain });
  return {
    name,
    tree: { domain: tree.domain, mounts: [{ device: name, at: '/', type: 'ext4', isCopy: true, options: 'loop' }] },
    ...parted(content, tree),
  };
}

/** Secrets are passwords and keys. */
function bytesOf({ files }: TreeContent): number {
  return files.reduce((sum, { content }) => sum + (typeof content === 'string' ? content.length : 0), 0);
}

/**
 * /boot is moved to its partition after the root is written. Mount points are made in the root: a new filesystem has
 * the mode that they have by themselves.
 */
function parted(content: TreeContent, { mounts }: TreeSpec): Pick<Copied, 'inRoot' | 'onVolumes'> {
  const volumes = mounts.map(({ at }) => at).filter((at) => at !== '/' && at !== '/boot');
  const isOn = (path: string): boolean => volumes.some((at) => path === at || path.startsWith(`${at}/`));
  const isPlain = ({ path, mode, owner }: TreeContent['directories'][number]): boolean =>
    volumes.includes(path) && mode === '0755' && owner === 'root:root';
  const part = (wanted: boolean): TreeContent => ({
    ...content,
    files: content.files.filter(({ path }) => isOn(path) === wanted),
    links: content.links.filter(({ path }) => isOn(path) === wanted),
    directories: content.directories.filter((one) => (isOn(one.path) && !isPlain(one)) === wanted),
    remove: content.remove.filter((path) => isOn(path) === wanted),
  });
  return { inRoot: part(false), onVolumes: part(true) };
}

export function isEmpty({ files, links, directories, remove }: TreeContent): boolean {
  return files.length + links.length + directories.length + remove.length === 0;
}

/** The copy, before it is configured. */
export function copyAction(
  domain: string,
  base: BaseUse,
  { name }: Copied,
  shown: string,
  growMiB: number | null = null,
): Action {
  return action(
    'root.copy',
    `${domain}/root/copy`,
    domain,
    { id: 'copyBase', values: { domain: shown } },
    [base.actionId],
    { from: base.hash, copy: name, ...(growMiB === null ? {} : { growMiB }) },
    { place: 'builder' },
  );
}

/** `after`: the last that is done in it. */
export function closeAction(domain: string, after: string, { name, tree }: Copied, shown: string): Action {
  return action(
    'root.close',
    `${domain}/root/close`,
    domain,
    { id: 'closeCopy', values: { domain: shown } },
    [after],
    { tree, copy: name },
    { place: 'builder' },
  );
}

/** What is on volumes of its own goes there once they are mounted. */
export function volumesAction(domain: string, needs: readonly string[], tree: TreeSpec, content: TreeContent): Action {
  return filesAction(`${domain}/files/volumes`, domain, { tree, content, needs });
}

/** `done`: the marker of a finished install. Null where there are no copies. */
export function dropAction(actions: readonly Action[], done: string): Action | null {
  const copies = actions.flatMap((one) => (one.kind === 'root.copy' ? [one.params.copy] : []));
  if (copies.length === 0) return null;
  return action(
    'root.drop',
    'host/copies/drop',
    'host',
    { id: 'dropCopies' },
    [done],
    { copies },
    { place: 'builder' },
  );
}
