/** One DomU of a kept profile, as a text of its own that `domu add` takes: `version:` and `domus:`. Pure. */
import { isMap, isSeq, stringify, type YAMLMap } from 'yaml';
import { readYaml } from './yaml-text.ts';

/** Null: the profile has no such DomU. */
export function fragmentOf(keptText: string, name: string): string | null {
  const { document } = readYaml(keptText, '');
  const found = isMap(document.contents) ? domuIn(document.get('domus'), name) : null;
  return found === null ? null : stringify({ version: document.get('version'), domus: [found.toJS(document)] });
}

/** The profile with that DomU as the fragment has it; as it is where one of the two has none of this name. */
export function withFragment(keptText: string, name: string, fragment: string): string {
  const { document } = readYaml(keptText, '');
  const { document: given } = readYaml(fragment, '');
  if (!isMap(document.contents) || !isMap(given.contents)) return keptText;
  const domus = document.get('domus');
  const [there, back] = [domuIn(domus, name), domuIn(given.get('domus'), name)];
  if (!isSeq(domus) || there === null || back === null) return keptText;
  domus.items = domus.items.map((item) => (item === there ? back : item));
  // No line is broken: those of others stay as they are.
  return document.toString({ lineWidth: 0 });
}

function domuIn(domus: unknown, name: string): YAMLMap | null {
  const found = isSeq(domus) ? domus.items.find((item) => isMap(item) && item.get('name') === name) : undefined;
  return isMap(found) ? found : null;
}
