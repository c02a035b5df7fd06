/** What goes into a support bundle, made harmless. Pure. */
import { createHash } from 'node:crypto';
import { isMap, isScalar, visit } from 'yaml';
import { secretsInAddress } from '../profile/address-login.ts';
import { readYaml } from '../profile/yaml-text.ts';
import { isHiddenFile, redactProfile } from '../profile/redact.ts';
import { isSecretField, secretSpans } from '../secret-looks.ts';
import { SECRET_REFERENCE } from '../profile/schema-parts.ts';

/** Secrets that stand in a profile themselves; references to secrets are none. */
export function secretsIn(profileText: string): string[] {
  const found: string[] = [];
  visit(readYaml(profileText, '').document, {
    Map(_key, map) {
      const said: unknown = isHiddenFile(map) ? map.get('content') : null;
      if (typeof said === 'string') found.push(said.trim());
    },
    Scalar(_key, { value }) {
      if (typeof value !== 'string') return;
      const looks = secretSpans(value).map(({ start, end }) => value.slice(start, end));
      found.push(...[...secretsInAddress(value), ...looks].filter((one) => one !== 'REDACTED'));
    },
    Pair(_key, { key, value }) {
      if (
        isScalar(key) &&
        isSecretField(String(key.value)) &&
        isScalar(value) &&
        ['string', 'number'].includes(typeof value.value) &&
        !SECRET_REFERENCE.test(String(value.value))
      )
        found.push(String(value.value));
    },
  });
  return [...new Set(found)];
}

/** The profile without secrets; what its files say is theirs, and may be a key. */
export function bundledProfile(text: string): string {
  const { document, findings } = readYaml(text, '');
  if (findings.length > 0) return '# The profile cannot be read as YAML and was left out.\n';
  visit(document, {
    Map(_key, map) {
      if (isMap(map) && map.has('path') && map.has('content')) map.set('content', told(String(map.get('content'))));
    },
  });
  return redactProfile(document);
}

/** The plan with its shape whole and without the text of any file. */
export function bundledPlan(text: string): string {
  try {
    return `${JSON.stringify(
      JSON.parse(text),
      (key, value: unknown) => {
        if (key !== 'content') return value;
        const text = typeof value === 'string' ? value : (value as { readonly text?: unknown } | null)?.text;
        return typeof text === 'string' ? told(text) : value;
      },
      1,
    )}\n`;
  } catch {
    return 'The plan is no JSON and was left out.\n';
  }
}

function told(content: string): string {
  return `(left out: ${content.length} characters, sha256 ${createHash('sha256').update(content).digest('hex').slice(0, 16)})`;
}

/** `xenwright-HOST-TIME.tar.gz` */
export function bundleName(hostname: string, time: Date): string {
  return `xenwright-${hostname.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(0, 60) || 'host'}-${time.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.tar.gz`;
}
