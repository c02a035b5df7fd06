/** A base becomes a domain: its files, and what only it has. The same for Dom0 and for every DomU. Pure. */
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { Action, SecretRef, TreeSpec } from '../action.ts';
import type { TreeContent } from '../model.ts';
import { content as contentOf } from '../trees/content.ts';
import { action } from './sections.ts';

export interface Configured {
  /** `dom0` or a DomU's name, and what people know it by. */
  readonly domain: string;
  readonly shown: string;
  readonly tree: TreeSpec;
  readonly content: TreeContent;
  /** What is done first. */
  readonly needs: readonly string[];
  readonly admin: EffectiveProfile['host']['admin'];
  /** Where the administrator's secrets stand in the profile. */
  readonly secrets: string;
  /** What is done in a copy is done elsewhere, and quickly. */
  readonly differs?: Partial<Pick<Action, 'place' | 'weight'>>;
}

/** In their order: the last one is done when the domain is configured. */
export function configurationActions(
  { language, timezone }: EffectiveProfile,
  { domain, shown, tree, content: whole, needs, admin, secrets, differs = {} }: Configured,
): [Action, ...Action[]] {
  const [content, ofUser] = partsByUser(whole, admin.user);
  return [
    filesAction(`${domain}/files`, domain, { tree, content, needs, differs }),
    action(
      'tree.identity',
      `${domain}/identity`,
      domain,
      { id: 'identity', values: { domain: shown } },
      [`${domain}/files`],
      {
        tree,
        user: admin.user,
        password: passwordRef(secrets, admin),
        sshKeys: admin.sshKeys,
        locale: language,
        timezone,
        enableUnits: content.enableUnits,
        disableUnits: content.disableUnits,
        maskUnits: content.maskUnits,
      },
      differs,
    ),
    ...(ofUser.files.length + ofUser.directories.length === 0
      ? []
      : [
          filesAction(`${domain}/files/user`, domain, {
            tree,
            content: ofUser,
            needs: [`${domain}/identity`],
            differs,
          }),
        ]),
  ];
}

/** The last of several. */
export function lastOf(actions: readonly [Action, ...Action[]]): Action {
  return actions.at(-1) ?? actions[0];
}

/** Where the administrator's keys are. */
export function homeOf(user: string | null): string {
  return user === null ? '/root' : `/home/${user}`;
}

/** What has to wait for a user whom the base does not have: what belongs to them, or lies in their home. */
function partsByUser(whole: TreeContent, user: string | null): [rest: TreeContent, ofUser: TreeContent] {
  if (user === null) return [whole, contentOf({})];
  const home = homeOf(user);
  const isTheirs = ({ path, owner }: TreeContent['files'][number]): boolean =>
    owner.split(':').includes(user) || path.startsWith(`${home}/`);
  const files = whole.files.filter(isTheirs);
  // Disks that are mounted in there have made the home, too, before there was anybody.
  const mounts = whole.directories.map(({ path }) => path).filter((path) => path.startsWith(`${home}/`));
  const folders = new Set([
    ...(mounts.length === 0 ? [] : [home]),
    ...[...mounts, ...files.map(({ path }) => path)].flatMap((path) => foldersBelow(home, path)),
  ]);
  return [
    { ...whole, files: whole.files.filter((file) => !isTheirs(file)) },
    contentOf({
      files,
      // Made on the way they would be root's.
      directories: [...folders].map((path) => ({
        path,
        mode: [home, `${home}/.ssh`].includes(path) ? '0700' : '0755',
        owner: `${user}:${user}`,
      })),
    }),
  ];
}

/** Of `/home/joe`, `/home/joe/a/b/c`: `/home/joe/a`, `/home/joe/a/b`. */
function foldersBelow(home: string, path: string): string[] {
  if (!path.startsWith(`${home}/`)) return [];
  const parts = path.slice(home.length + 1).split('/');
  return parts.slice(1).map((_, index) => [home, ...parts.slice(0, index + 1)].join('/'));
}

/** Files, links and folders into a tree. */
export function filesAction(
  id: string,
  domain: string,
  { tree, content, needs, differs = {} }: Pick<Configured, 'tree' | 'content' | 'needs' | 'differs'>,
): Action {
  const { files, links, directories, remove } = content;
  return action(
    'tree.files',
    id,
    domain,
    { id: 'configuration' },
    needs,
    { tree, files, links, directories, remove },
    differs,
  );
}

/** Names the password of an administrator when the profile has one. */
function passwordRef(prefix: string, admin: Configured['admin']): SecretRef | null {
  if (admin.passwordHash !== null) return { secret: `${prefix}.passwordHash` };
  return admin.password === null ? null : { secret: `${prefix}.password` };
}
