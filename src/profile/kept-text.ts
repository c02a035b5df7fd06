/**
 * The profile that a host keeps, as its DomUs change: only what changes is written anew. What people have added to it,
 * comments too, stays as they wrote it. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { isMap, isSeq, type Document } from 'yaml';
import type { Finding } from '../check/finding.ts';
import type { DomuSettings, EffectiveProfile } from './effective.ts';
import { keptProfile } from './kept.ts';
import { loadProfile } from './load.ts';
import { setAt } from './sets.ts';
import { readYaml } from './yaml-text.ts';

/** As exports are laid out: no line is broken. */
const LAYOUT = { lineWidth: 0 };

/** One field of a DomU: its path within that, and its value in YAML; null takes it out. */
export interface FieldChange {
  readonly path: readonly (string | number)[];
  readonly value: string | null;
}

/** With these DomUs behind the others. `kept`: what the text says. */
export function withDomus(text: string, kept: EffectiveProfile, added: readonly DomuSettings[]): string {
  const whole: EffectiveProfile = { ...kept, domus: [...kept.domus, ...added] };
  return edited(text, whole, (document) => {
    const fresh = readYaml(keptProfile({ ...kept, domus: added }), '').document.get('domus');
    if (!isSeq(fresh)) return;
    const domus = document.get('domus');
    if (isSeq(domus)) {
      domus.flow = false;
      domus.items.push(...fresh.items);
    } else document.set('domus', fresh);
  });
}

/** Without the DomU of this name. */
export function withoutDomu(text: string, kept: EffectiveProfile, name: string): string {
  const whole: EffectiveProfile = { ...kept, domus: kept.domus.filter((domu) => domu.name !== name) };
  return edited(text, whole, (document) => {
    const domus = document.get('domus');
    if (!isSeq(domus)) return;
    const at = domuAt(document, name);
    if (at < 0) return;
    // What stands above the first of a list belongs to the list for the parser, and to that DomU for people.
    domus.delete(at);
    if (domus.items.length === 0) domus.flow = true;
  });
}

/** The text of one DomU alone, as `domu add` takes it. Null: the text has none of this name. */
export function fragmentOf(kept: EffectiveProfile, name: string): string | null {
  const domu = kept.domus.find((one) => one.name === name);
  if (domu === undefined) return null;
  const { document } = readYaml(keptProfile({ ...kept, domus: [domu] }), '');
  for (const key of isMap(document.contents) ? document.contents.items.map((pair) => String(pair.key)) : [])
    if (key !== 'version' && key !== 'domus') document.delete(key);
  return document.toString(LAYOUT);
}

/** The text with these changes of one DomU, or why they cannot be made. What they come to is not looked at. */
export function withFields(
  text: string,
  name: string,
  changes: readonly FieldChange[],
): { readonly text: string; readonly findings: readonly Finding[] } {
  const { document } = readYaml(text, '');
  const at = domuAt(document, name);
  const findings = changes.flatMap(({ path, value }) => {
    if (value === null) {
      document.deleteIn(['domus', at, ...path]);
      return [];
    }
    return setAt(document, ['domus', at, ...path], value, `${path.join('.')}=${value}`);
  });
  return { text: document.toString(LAYOUT), findings };
}

function domuAt(document: Document, name: string): number {
  const domus = document.get('domus');
  return isSeq(domus) ? domus.items.findIndex((item) => isMap(item) && item.get('name') === name) : -1;
}

/** By hand where that comes to what is meant; else the whole is written anew: anchors may lead elsewhere. */
function edited(text: string, whole: EffectiveProfile, change: (document: Document) => void): string {
  const fresh = keptProfile(whole);
  try {
    const { document, findings } = readYaml(text, '');
    if (findings.length > 0) return fresh;
    change(document);
    const result = document.toString(LAYOUT);
    return isDeepStrictEqual(plain(result), plain(fresh)) ? result : fresh;
  } catch {
    return fresh;
  }
}

function plain(text: string): unknown {
  return JSON.parse(JSON.stringify(loadProfile(text, '').profile)) as unknown;
}
