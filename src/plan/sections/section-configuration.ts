/** A base becomes a domain: its files, and what only it has. The same for Dom0 and for every DomU. Pure. */
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { Action, SecretRef, TreeSpec } from '../action.ts';
import type { TreeContent } from '../model.ts';
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

export function configurationActions(
  { language, timezone }: EffectiveProfile,
  { domain, shown, tree, content, needs, admin, secrets, differs = {} }: Configured,
): Action[] {
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
  ];
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
