/**
 * No secret of a profile is seen anywhere: a canary is put into every field of the schema, in every form in which it is
 * secret, and looked for in all that is shown or kept.
 */
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { describe as describeAction } from '../src/actions/table.ts';
import { describeError } from '../src/command-line/describe-error.ts';
import { buildPlan } from '../src/plan/build-plan.ts';
import { formats } from '../src/plan/formats/formats.ts';
import { formatFinding, formatPath } from '../src/profile/findings.ts';
import { keptProfile } from '../src/profile/kept.ts';
import { loadProfile } from '../src/profile/load.ts';
import { redactProfile } from '../src/profile/redact.ts';
import { profileJsonSchema } from '../src/profile/schema.ts';
import type { LocatedFinding } from '../src/check/finding.ts';
import { checkProfile } from '../src/check/check.ts';
import { bundledProfile } from '../src/report/bundle.ts';
import { isSecretField } from '../src/secret-looks.ts';
import { imageFacts } from './plan/host.ts';
import { fieldsOf } from './profile/schema-fields.ts';
import { wholeText } from './profile/whole.ts';

const CANARY = 'c4n4ryS1ngs';
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example';
type Plain = Record<string, unknown>;
type Path = readonly (string | number)[];

/** What looks secret in whatever field it stands. */
const FORMS: Readonly<Record<string, string>> = {
  'a login in an address': `http://bob:${CANARY}@srv.example/x`,
  'a token in a query': `http://srv.example/x?a=1&token=${CANARY}`,
  'an address in a command': `curl -f https://${CANARY}@srv.example/x | sh`,
  'a webhook': `https://hooks.example.com/services/${CANARY}`,
  'a password of a screen': `type=vnc,vncpasswd=${CANARY}`,
  'a private key': `-----BEGIN ${'PRIVATE'} KEY-----\nMIIB${CANARY}\n-----END ${'PRIVATE'} KEY-----\n`,
};

/** One that can be planned: what is not supported yet is left out. */
function plannable(): Plain {
  const plain = parse(wholeText, { merge: true }) as Plain & { host: Plain; domus: Plain[] };
  Object.assign(plain.host, { distribution: 'debian', release: 'trixie', hypervisor: 'xen' });
  const storage = plain.host['storage'] as Plain;
  Object.assign(storage, {
    disks: [{ largest: true }],
    layout: 'lvm',
    raid: null,
    encryption: null,
    filesystem: 'ext4',
    keep: 'none',
  });
  Object.assign(plain.host['network'] as Plain, { bridges: [{ name: 'xenbr0', dns: ['192.0.2.53'] }] });
  Object.assign(plain.host['source'] as Plain, {
    medium: null,
    serveMedium: false,
    keyring: null,
    extra: [{ uri: 'http://apt.example', suite: 'trixie', components: ['main'], key: '/etc/apt/keyrings/own.asc' }],
    securityMirror: 'http://security.example/debian',
  });
  (plain.host['files'] as Plain[]).push({ path: '/etc/issue', content: 'Hello', mode: '0644' });
  const admin = { user: 'admin', password: 'env:PW', sshKeys: [SSH_KEY] };
  Object.assign(plain.host, { admin });
  for (const domu of plain.domus)
    Object.assign(domu, {
      ...{ distribution: 'debian', release: 'trixie', image: null, cdrom: null, shares: [] },
      admin: { ...admin, user: 'other' },
      source: { ...(plain.host['source'] as Plain), mirror: 'http://other.example/debian' },
      disks: { root: { size: '2G' }, data: [{ name: 'srv', size: '1G', mount: '/srv' }] },
      network: [{ bridge: 'xenbr0', dns: ['192.0.2.53'] }],
      files: [{ path: '/etc/issue', content: 'Hello', mode: '0644' }],
      options: { cpu_weight: 512, vncpasswd: 'x', spicepasswd: 'y', device_model_args_hvm: 'z' },
    });
  return plain;
}

/** Every place of a scalar, and of an empty one. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return Object.entries(value).flatMap(([key, one]) =>
    placesOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function withValue(plain: Plain, path: Path, value: unknown): Plain {
  const copy = structuredClone(plain);
  let here: Plain = copy;
  for (const part of path.slice(0, -1)) here = here[part] as Plain;
  here[path.at(-1) as string] = value;
  return copy;
}

/** All that is shown or kept of a profile, by what it is. */
function shownOf(text: string): Record<string, string> {
  const shown: Record<string, string> = {};
  const loaded = loadProfile(text, 'p.yaml');
  const findings = [...loaded.findings];
  shown['redacted'] = redactProfile(loaded.document);
  shown['bundle'] = bundledProfile(text);
  try {
    if (loaded.profile !== null) {
      const facts = imageFacts();
      findings.push(
        ...checkProfile(loaded.profile, facts).map((one) => ({ ...one, file: 'p.yaml', line: 1, column: 1 })),
      );
      // With an error nothing of it is planned or kept.
      if (findings.some(({ severity }) => severity === 'error')) return withFindings(shown, findings);
      shown['kept'] = keptProfile(loaded.profile);
      const plan = buildPlan(loaded.profile, facts);
      for (const format of ['json', 'sh', 'text', 'dot'] as const)
        shown[`plan ${format}`] = formats[format](plan, describeAction);
    }
  } catch (error) {
    shown['error'] = describeError(error);
  }
  return withFindings(shown, findings);
}

function withFindings(shown: Record<string, string>, findings: readonly LocatedFinding[]): Record<string, string> {
  return {
    ...shown,
    findings: findings.map(formatFinding).join('\n'),
    said: JSON.stringify(findings.map(({ said }) => said)),
  };
}

/**
 * Where a plan has it all the same: what apt appends its paths to has no use for a query or a hook, and Xen none for a
 * password. Logins in these addresses are seen nowhere.
 */
const NO_SECRET =
  /^(?:host\.proxy|host\.xen\.options|.*\.source\.(?:mirror|securityMirror|extra\[0\]\.uri)): plan (?:json|sh)$/;

/** Where the canary is seen. */
const seenIn = (text: string): string[] =>
  Object.entries(shownOf(text)).flatMap(([what, one]) => (one.includes(CANARY) ? what : []));

const BASES = { 'the whole schema': parse(wholeText, { merge: true }) as Plain, 'what can be planned': plannable() };

describe.each(Object.entries(BASES))('of %s', { timeout: 300_000 }, (_, base) => {
  const places = placesOf(base);

  it.each(Object.entries(FORMS))('%s is seen nowhere, in whatever field', (form, value) => {
    const seen = places.flatMap((path) =>
      seenIn(stringify(withValue(base, path, value))).map((what) => `${formatPath(path)}: ${what}`),
    );
    const isLogin = /login|command/.test(form);
    expect(seen.filter((one) => !NO_SECRET.test(one) || (isLogin && !one.startsWith('host.xen')))).toEqual([]);
  });

  it('a password is seen nowhere in the fields that are for one', () => {
    const secret = places.filter((path) => isSecretField(String(path.at(-1))));
    expect(secret.length).toBeGreaterThan(3);
    expect(
      secret.flatMap((path) =>
        seenIn(stringify(withValue(base, path, CANARY))).map((what) => `${formatPath(path)}: ${what}`),
      ),
    ).toEqual([]);
  });
});

it('what can be planned is planned', () => {
  const { findings } = shownOf(stringify(plannable()));
  expect(findings?.split('\n').filter((line) => line !== '' && !line.includes('warning: '))).toEqual([]);
  expect(Object.keys(shownOf(stringify(plannable())))).toContain('plan sh');
});

it('what breaks YAML does not quote the line that is broken', { timeout: 300_000 }, () => {
  const lines = stringify(plannable()).split('\n');
  const broken = ['"', "'", ' [', ' {', ' }', ' ]', ': x', ' &', ' *', ' |', ' @', '\t', ' %', ' !x', '\\'];
  const seen = lines.flatMap((line, index) =>
    index % 12 === 0 && /^\s*(?:- )?[\w-]+: \S/.test(line)
      ? broken.flatMap((end) =>
          [`${CANARY}${end}`, `${end.trim()}${CANARY}`, `${end}${CANARY}${end}`].flatMap((value) => {
            const text = lines
              .with(
                index,
                line.replace(/: .*/, () => `: ${value}`),
              )
              .join('\n');
            const { findings } = loadProfile(text, 'p.yaml');
            const syntax = findings.filter(({ code }) => code === 'yaml-syntax');
            return syntax.map(formatFinding).join('\n').includes(CANARY) ? [value] : [];
          }),
        )
      : [],
  );
  expect([...new Set(seen)]).toEqual([]);
});

it('every field of the schema has a place', () => {
  const keys = new Set(Object.values(BASES).flatMap((base) => placesOf(base).flat()));
  const missing = fieldsOf(profileJsonSchema()).filter(({ name }) => !keys.has(name));
  expect(
    missing.map(({ at }) => at).filter((at) => !/^(hosts|unmatched|HostRule|DiskSelector|File\.source)/.test(at)),
  ).toEqual([]);
});
