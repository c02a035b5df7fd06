/** Actions whose texts have blanks for secrets: what the run must fill in is named beside them. Pure. */
import { blanksIn, isOfFile } from '../profile/secret-texts.ts';
import type { Action, SecretText, TreeFile } from './action.ts';

/** The same action; the very same one where nothing of it is secret. */
export function withSecretTexts(action: Action): Action {
  if (action.kind === 'tree.files') {
    const files = action.params.files.map(fileOf);
    const isSame = files.every((file, index) => file === action.params.files[index]);
    return isSame ? action : { ...action, params: { ...action.params, files } };
  }
  if (action.kind === 'tree.commands') {
    const commands = action.params.commands.map((command) =>
      typeof command.run === 'string' ? { ...command, run: textOf(command.run) } : command,
    );
    return commands.every(({ run }) => typeof run === 'string')
      ? action
      : { ...action, params: { ...action.params, commands } };
  }
  if (action.kind === 'medium.copy' && typeof action.params.source === 'string') {
    const source = textOf(action.params.source);
    return typeof source === 'string' ? action : { ...action, params: { ...action.params, source } };
  }
  return action;
}

/** What we write is for root alone then; a file of the profile has the mode that it asks for. */
function fileOf(file: TreeFile): TreeFile {
  const content = typeof file.content === 'string' ? textOf(file.content) : file.content;
  if (typeof content === 'string' || !('secrets' in content)) return file;
  const isOurs = !content.secrets.some(({ secret }) => isOfFile(secret));
  return { ...file, content, mode: isOurs ? withoutOthers(file.mode) : file.mode };
}

function textOf(text: string): string | SecretText {
  const names = blanksIn(text);
  return names.length === 0 ? text : { text, secrets: names.map((secret) => ({ secret })) };
}

function withoutOthers(mode: string): string {
  return (Number.parseInt(mode, 8) & ~0o007).toString(8).padStart(4, '0');
}
