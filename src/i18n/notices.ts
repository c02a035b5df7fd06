/** Notices: what people should see who watch something that takes long, as a text of locales/ and its values. */
import { english } from './english.ts';
import type { TextKey } from './keys.ts';
import { say } from './phrase.ts';
import type { Values } from './said.ts';

export type NoticeKey = Extract<TextKey, `notices.${string}`>;
/** Tells a notice, by the key of its text and what is put into it. */
export type TellNotice = (key: NoticeKey, values?: Values) => void;

/** What a notice says in English, for logs and plain text. */
export function noticeText(key: NoticeKey, values: Values = {}): string {
  return say({ key, values }, english);
}
