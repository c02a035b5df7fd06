/** The fields of a JSON Schema, for tests that go over all of them. */

export interface SchemaNode {
  readonly [key: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly description?: string;
}
export interface SchemaField {
  /** From the schema's root or from its definition: `Storage.boot`, `install.onError`, `Domu.disks.data.name`. */
  readonly at: string;
  readonly name: string;
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

/** Every field once, those of definitions too. */
export function fieldsOf(schema: object): SchemaField[] {
  const root: SchemaNode = schema as SchemaNode;
  return [
    ...fieldsIn(root, ''),
    ...Object.entries(root.$defs ?? {}).flatMap(([name, node]) => fieldsIn(node, `${name}.`)),
  ];
}

function fieldsIn({ properties = {}, required = [], anyOf = [], items }: SchemaNode, at: string): SchemaField[] {
  return [
    ...Object.entries(properties).flatMap(([name, node]) => [
      { at: `${at}${name}`, name, node, isRequired: required.includes(name) },
      ...fieldsIn(node, `${at}${name}.`),
    ]),
    ...anyOf.flatMap((one) => fieldsIn(one, at)),
    ...(items === undefined ? [] : fieldsIn(items, at)),
  ];
}

/** The map at a node that these keys fit: through references and each kind that may stand there. */
export function mapFor(node: SchemaNode, keys: readonly string[], root: SchemaNode): SchemaNode | undefined {
  const { $ref, anyOf = [], properties, required = [] } = node;
  if ($ref !== undefined) return mapFor(root.$defs?.[$ref.split('/').at(-1) ?? ''] ?? {}, keys, root);
  if (properties !== undefined)
    return keys.every((key) => key in properties) && required.every((key) => keys.includes(key)) ? node : undefined;
  return anyOf.map((one) => mapFor(one, keys, root)).find((one) => one !== undefined);
}
/** What the items of a list are. */
export function itemsOf({ anyOf = [], items }: SchemaNode): SchemaNode | undefined {
  return items ?? anyOf.map(itemsOf).find((one) => one !== undefined);
}
