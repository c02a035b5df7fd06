/** Fills secrets into texts of a plan, when and where they are written or run. */
import type { SecretRef, SecretText } from '../plan/action.ts';
import { filledIn } from '../profile/secret-texts.ts';
import type { ActionContext } from './kind.ts';

/** The text as it is written: only to standard input or into a file. */
export async function contentOf(
  content: string | SecretRef | SecretText,
  context: Pick<ActionContext, 'secret'>,
): Promise<string> {
  if (typeof content === 'string') return content;
  if ('secret' in content) return await context.secret(content);
  const values = await Promise.all(
    content.secrets.map(async (ref) => [ref.secret, await context.secret(ref)] as const),
  );
  return filledIn(content.text, new Map(values));
}

/** The same for people: secrets by their names. */
export function shownContent(content: string | SecretRef | SecretText): string {
  if (typeof content === 'string') return content;
  return 'secret' in content ? `$SECRET_${content.secret}` : content.text;
}
