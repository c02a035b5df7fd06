/**
 * The lists of fields in docs/profile.md, made of the schema's own descriptions. The page is written by hand but for
 * what stands between `<!-- fields: PATH -->` and `<!-- end of fields -->`. Pure.
 */

/** What is read of a JSON Schema. */
interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}
/** A heading of the page, and the fields that are listed below it. */
interface Section {
  readonly path: string;
  readonly heading: string;
  readonly maps: readonly SchemaNode[];
}
interface Reference {
  readonly root: SchemaNode;
  readonly sections: readonly Section[];
}

const WIDTH = 120;
/** The path of the file itself. */
const WHOLE = 'profile';
const LIST = /<!-- fields: (\S+) -->\n[^]*?<!-- end of fields -->/g;
/** Types with a name of their own. */
const NAMED: Readonly<Record<string, string>> = { Size: 'size', Memory: 'fixed size', Duration: 'time' };

/** The page with its lists made anew. Throws where a list names no part of the schema, or a field is in no list. */
export function withFieldLists(page: string, schema: object): string {
  const root: SchemaNode = schema;
  const sections = [...page.matchAll(LIST)].map(({ 1: path = '', index }): Section => {
    const maps = mapsAt(path, root);
    if (maps.length === 0) throw new Error(`the schema has no fields at ${path}`);
    return {
      path,
      heading:
        page
          .slice(0, index)
          .match(/^#+ .*$/gm)
          ?.at(-1)
          ?.replace(/^#+ /, '') ?? '',
      maps,
    };
  });
  if (!sections.some(({ path }) => path === WHOLE)) throw new Error(`the page has no list of ${WHOLE}`);
  const reference = { root, sections };
  return page.replace(LIST, (_, path: string) => {
    const { maps = [] } = sections.find((section) => section.path === path) ?? {};
    return [`<!-- fields: ${path} -->`, '', ...fieldLines(maps, reference, 0), '', '<!-- end of fields -->'].join('\n');
  });
}

/** The maps that a path leads to: through lists, and to each kind of map that may stand there. */
function mapsAt(path: string, root: SchemaNode): readonly SchemaNode[] {
  return (path === WHOLE ? [] : path.split('.')).reduce<readonly SchemaNode[]>(
    (maps, key) =>
      maps.flatMap(({ properties }) => (properties?.[key] === undefined ? [] : mapsIn(properties[key], root))),
    [root],
  );
}

function mapsIn(node: SchemaNode, root: SchemaNode): readonly SchemaNode[] {
  const { properties, anyOf = [], items } = resolved(node, root);
  if (properties !== undefined) return [resolved(node, root)];
  return [...anyOf, ...(items === undefined ? [] : [items])].flatMap((one) => mapsIn(one, root));
}

function resolved(node: SchemaNode, root: SchemaNode): SchemaNode {
  return node.$ref === undefined ? node : (root.$defs?.[nameOf(node.$ref)] ?? node);
}

function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? ref;
}

/** One item a field; the fields of a map that has no list of its own are listed below it. */
function fieldLines(maps: readonly SchemaNode[], reference: Reference, depth: number): string[] {
  return maps.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([name, node]) => {
      const inner = mapsIn(node, reference.root);
      const section = reference.sections.find((one) => inner.length > 0 && one.maps[0] === inner[0]);
      const facts = [
        kindOf(node, reference.root),
        ...(maps.length === 1 && required.includes(name) ? ['required'] : []),
        ...('default' in node ? [defaultOf(node.default)] : []),
      ].filter((fact) => fact !== '');
      const words = [
        `**\`${name}\`**${facts.length === 0 ? '' : ` (${facts.join(', ')})`}: ${node.description ?? ''}`,
        ...(section === undefined ? [] : [`See [${section.heading}](#${anchorOf(section.heading)}).`]),
      ].join(' ');
      return [...filled(words, depth * 2), ...(section === undefined ? fieldLines(inner, reference, depth + 1) : [])];
    }),
  );
}

/** What may stand there, in words; empty for a map whose fields are listed. */
function kindOf(node: SchemaNode, root: SchemaNode): string {
  const named = node.$ref === undefined ? undefined : NAMED[nameOf(node.$ref)];
  if (named !== undefined) return named;
  const { const: only, enum: words, anyOf, items, properties, type, format, minimum, maximum } = resolved(node, root);
  if (only !== undefined) return code(only);
  if (words !== undefined) return either(words.map(code));
  if (anyOf !== undefined) {
    const kinds = anyOf.filter((one) => one.type !== 'null').flatMap((one) => kindsOf(one, root));
    return kinds.every((kind) => kind === 'map') ? '' : either([...new Set(kinds)]);
  }
  switch (typeof type === 'string' ? type : type?.find((one) => one !== 'null')) {
    case 'array':
      return `list of ${items === undefined ? 'anything' : kindOf(items, root).replace(/\bmap$/, 'maps') || 'maps'}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return format === 'uri' ? 'address' : 'text';
    case 'integer':
    case 'number':
      return `number${rangeOf(minimum, maximum)}`;
    case 'object':
      return properties === undefined ? 'map' : '';
    default:
      return '';
  }
}

/** Each by itself, where there are several. */
function kindsOf(node: SchemaNode, root: SchemaNode): readonly string[] {
  const { enum: words, type } = resolved(node, root);
  return (type === 'boolean' ? [true, false] : words)?.map(code) ?? [kindOf(node, root) || 'map'];
}

function rangeOf(least = -Infinity, most = Infinity): string {
  const from = Number.isSafeInteger(least) && least > Number.MIN_SAFE_INTEGER;
  const to = Number.isSafeInteger(most) && most < Number.MAX_SAFE_INTEGER;
  return from && to ? ` from ${least} to ${most}` : from ? ` from ${least}` : to ? ` up to ${most}` : '';
}

function defaultOf(value: unknown): string {
  if (value === '') return 'default empty';
  if (value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return 'default none';
  return `default ${code(value)}`;
}

/** As it is written in YAML. */
function code(value: unknown): string {
  return `\`${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}\``;
}

function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** As GitHub and its like make them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** An item of a list, its lines filled as the formatter fills them: code and links are not broken. */
function filled(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = `${' '.repeat(indent)}-`;
  for (const word of text.match(/(?:\[(?:`[^`]*`|[^\]`])*\]\([^)]*\)|`[^`]*`|[^\s`])+/g) ?? []) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${' '.repeat(indent + 1)}`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
