/**
 * What sections of the profile are made of. A field is written down once: what it is, its default, and the codec
 * between what people write and what the program has; types, the effective profile and the written form follow from it.
 * Pure.
 */
// As a namespace, so that only what is used is bundled: `{ z }` would bring the messages of fifty languages.
import * as z from 'zod';

/** A value that is written with its unit and is a number in the program, where the field's name tells the unit. */
export interface InUnit<Unit extends string> {
  readonly unit: Unit;
}
/** A field that is null in the program when nobody wrote it: it depends on the machine, or on how a run was started. */
interface OrNull {
  readonly orNull: true;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : never;
type UnitOf<Schema> =
  Schema extends InUnit<infer Unit>
    ? Unit
    : Schema extends { readonly _zod: { readonly def: { readonly innerType: infer Inner } } }
      ? UnitOf<Inner>
      : '';
type NameOf<Key, Schema> = Key extends string ? `${Key}${UnitOf<Schema>}` : never;
type MayBeAbsent<Schema> = Schema extends OrNull ? false : undefined extends Output<Schema> ? true : false;

/** A map as the program has it. A field without a default is there when it was written. */
type Parsed<Shape> = {
  [
    Key in keyof Shape as MayBeAbsent<Shape[Key]> extends true ? never : NameOf<Key, Shape[Key]>
  ]: Shape[Key] extends OrNull ? Exclude<Output<Shape[Key]>, undefined> | null : Output<Shape[Key]>;
} & {
  [Key in keyof Shape as MayBeAbsent<Shape[Key]> extends true ? NameOf<Key, Shape[Key]> : never]?: Exclude<
    Output<Shape[Key]>,
    undefined
  >;
};
type Flat<Type> = { [Key in keyof Type]: Type[Key] };

/** Nobody changes a profile. */
type Fixed<Type> = Type extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : Type extends object
    ? { readonly [Key in keyof Type]: Fixed<Type[Key]> }
    : Type;
/** What `complete` of a section makes: every field present. */
export type Completed<Complete extends (...args: never[]) => unknown> = Fixed<ReturnType<Complete>>;

/** What zod would compile first is compiled for the one profile of a run: that costs a `check` more than it saves. */
export const AT_ONCE = { jitless: true };

const units = new WeakMap<z.core.$ZodType, string>();
const nulls = new WeakSet<z.core.$ZodType>();

/** Whatever the program has: codecs end in it, since they say themselves what comes out. */
const anything = z.unknown();

/** A value that is written in one form, and is another in the program. */
export function coded<Written extends z.ZodType, Value>(
  form: Written,
  codec: {
    decode(given: z.output<Written>, context: z.core.ParsePayload): Value;
    encode(value: Value): z.output<Written>;
  },
): z.ZodType<Value> {
  return z.codec(form, anything as z.ZodType<Value, Value>, codec as never);
}

/** The same, with the unit that the names of its fields end in. */
export function inUnit<Unit extends string, Schema extends z.ZodType>(
  unit: Unit,
  schema: Schema,
): Schema & InUnit<Unit> {
  units.set(schema, unit);
  return schema as Schema & InUnit<Unit>;
}

/** A field with a constant default, as people would write it. */
export function field<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  byDefault: z.input<Schema>,
): z.ZodPrefault<Schema> {
  return described(z.prefault(schema, byDefault as never), { description, default: byDefault });
}

/**
 * A part that may be left out as a whole: its own fields tell their defaults, or its description does where the default
 * is more than an empty map.
 */
export function part<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  byDefault: unknown = {},
): z.ZodPrefault<Schema> {
  return described(z.prefault(schema, byDefault as never), { description });
}

/** A field without a default of its own: nothing, or what `complete` of its section makes of other fields. */
export function optional<Schema extends z.ZodType>(schema: Schema, description: string): z.ZodOptional<Schema> {
  return described(z.optional(schema), { description });
}

/** A field that is null as long as nobody writes it. */
export function orNull<Schema extends z.ZodType>(schema: Schema, description: string): z.ZodOptional<Schema> & OrNull {
  const made = optional(schema, description);
  nulls.add(made);
  return made as typeof made & OrNull;
}

/** What is described is the schema itself; `.meta()` makes a copy, and those of all fields took 5 ms of each `check`. */
function described<Schema extends z.ZodType>(
  schema: Schema,
  meta: { readonly id?: string; readonly description: string; readonly default?: unknown },
): Schema {
  z.globalRegistry.add(schema, meta);
  return schema;
}

/** A map of fields. Unknown keys are refused. `meta`: of one that the schema has by a name of its own. */
export function fields<Shape extends z.ZodRawShape>(
  shape: Shape,
  meta?: { readonly id: string; readonly description: string },
): z.ZodType<Flat<Parsed<Shape>>> {
  const map = z.strictObject(shape);
  if (meta !== undefined) described(map, meta);
  const known = Object.entries(shape).map(([key, schema]): Known => ({
    key,
    name: `${key}${unitOf(schema)}`,
    isOrNull: nulls.has(schema),
    isOptional: schema._zod.optout === 'optional',
  }));
  const isSame = known.every(({ key, name, isOrNull }) => key === name && !isOrNull);
  return (isSame ? map : coded(map, renaming(known) as never)) as z.ZodType<Flat<Parsed<Shape>>>;
}

interface Known {
  /** As people write it. */
  readonly key: string;
  /** In the program. */
  readonly name: string;
  readonly isOrNull: boolean;
  readonly isOptional: boolean;
}
type AnyMap = Record<string, unknown>;

function renaming(known: readonly Known[]): { decode(given: AnyMap): AnyMap; encode(parsed: AnyMap): AnyMap } {
  // Objects that are filled name by name are slow ones once they have many; copies of a parsed one are not.
  let empty: AnyMap | undefined;
  const makeEmpty = (): AnyMap =>
    JSON.parse(
      JSON.stringify(
        Object.fromEntries(
          known.filter(({ isOrNull, isOptional }) => isOrNull || !isOptional).map(({ name }) => [name, null]),
        ),
      ),
    ) as AnyMap;
  return {
    decode(given) {
      const parsed = { ...(empty ??= makeEmpty()) };
      for (const { key, name } of known) if (key in given) parsed[name] = given[key];
      return parsed;
    },
    encode(parsed) {
      const form: AnyMap = {};
      for (const { key, name, isOrNull } of known)
        if (name in parsed && !(isOrNull && parsed[name] === null)) form[key] = parsed[name];
      return form;
    },
  };
}

function unitOf(schema: z.core.$ZodType): string {
  const { innerType = schema._zod.parent } = schema._zod.def as { innerType?: z.core.$ZodType };
  return units.get(schema) ?? (innerType === undefined ? '' : unitOf(innerType));
}

/** As people would write it, every default spelled out. */
export function written(schema: z.ZodType, value: unknown): unknown {
  return z.encode(schema, value, AT_ONCE);
}
