/** The form of the tables in this folder: what people type into a field, and what becomes of it. */

/** What is typed, as YAML, and the code of the finding that says so; `warning CODE` where it is only one. */
type Wrong = readonly [typed: string, code: string];
/**
 * What looks wrong and is right: as it is typed, the end of the path of the file that is written (`plan`: what other
 * steps of the plan are told), and what stands in there.
 */
type Right = readonly [typed: string, file: string, holds: string];

export interface FieldRow {
  /** `--set` words that put a value there; `@` stands for it. */
  readonly put: string | readonly string[];
  readonly wrong: readonly Wrong[];
  readonly right: readonly Right[];
  /** Why there are fewer than three of a kind. */
  readonly few?: string;
}
/** By the names that the schema has for its fields: `Bridge.mtu`. */
export type FieldRows = Readonly<Record<string, FieldRow>>;

/** YAML 1.2 has two: other words are texts, and so are these in quotes. */
export const yesOrNo = (put: FieldRow['put'], right: FieldRow['right']): FieldRow => ({
  put,
  wrong: [
    ['yes', 'invalid-type'],
    ['"true"', 'invalid-type'],
    ['1', 'invalid-type'],
  ],
  right,
  few: 'true and false are all that there is',
});

/** One of these words: another, one of them with a capital, and what YAML 1.1 made of `no`. */
export const oneOf = (put: FieldRow['put'], near: string, right: FieldRow['right']): FieldRow => ({
  put,
  wrong: [
    [near, 'invalid-value'],
    [capital(right[0]?.[0] ?? 'none'), 'invalid-value'],
    ['false', 'invalid-value'],
  ],
  right,
  few: 'its words are all that there is, and those of features that are to come are refused',
});

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
