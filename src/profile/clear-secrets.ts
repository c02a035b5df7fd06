/** Secrets that a profile from plain HTTP would carry over the network for everybody to read. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { EXIT, failure } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import { aptAddresses, hasLogin, type NamedAddress } from './address-login.ts';
import type { AdminSettings, EffectiveProfile, FileEntry } from './effective.ts';
import { formatPath } from './findings.ts';
import { isHidden } from './hidden-file.ts';
import { SECRET_REFERENCE } from './schema-parts.ts';
import { besideSource, isPlainHttp, shownSource } from './source-ref.ts';

interface ClearSecret {
  readonly path: string;
  readonly what: Message;
}

/** Every one, by the path of its field. `source` is where the profile came from. */
function clearSecrets(profile: EffectiveProfile, source: string): ClearSecret[] {
  const found: ClearSecret[] = [];
  const isClear = isPlainHttp(source);
  const comesClear = (name: string): boolean => isPlainHttp(besideSource(name, source));
  const readFrom = (name: string): Message => wouldBeRead(name, source);
  const reference = (path: string, value: string | null): void => {
    if (value === null) return;
    if (!SECRET_REFERENCE.test(value)) {
      if (isClear) found.push({ path, what: { key: 'errors.secret-in-clear.what.profile' } });
      return;
    }
    const name = /^file:(.+)$/.exec(value)?.[1];
    if (name !== undefined && comesClear(name)) found.push({ path, what: readFrom(name) });
  };
  const admin = (path: string, settings: AdminSettings): void =>
    reference(`${path}.password`, settings.passwordHash === null ? settings.password : null);
  const files = (path: string, entries: readonly FileEntry[]): void =>
    entries.forEach((file, index) => {
      if (!isHidden(file)) return;
      if (file.source !== undefined && comesClear(file.source))
        found.push({
          path: `${path}[${index}].source`,
          what: { key: 'errors.secret-in-clear.what.mode', values: { mode: file.mode, what: readFrom(file.source) } },
        });
      if (file.content !== undefined && isClear)
        found.push({
          path: `${path}[${index}].content`,
          what: {
            key: 'errors.secret-in-clear.what.mode',
            values: { mode: file.mode, what: { key: 'errors.secret-in-clear.what.profile' } },
          },
        });
    });
  const addresses = (named: readonly NamedAddress[]): void =>
    named.forEach(({ path, address }) => {
      if (isClear && hasLogin(address))
        found.push({ path: formatPath(path), what: { key: 'errors.secret-in-clear.what.login' } });
    });
  const { host, report, domus } = profile;
  reference('report.webhook.secret', report.webhook?.secret ?? null);
  reference('host.storage.encryption.passphrase', host.storage.encryption?.passphrase ?? null);
  addresses(aptAddresses(host.source, ['host', 'source'], host.proxy));
  admin('host.admin', host.admin);
  files('host.files', host.files);
  domus.forEach((domu, index) => {
    // One that is the host's is told there.
    if (!isDeepStrictEqual(domu.admin, host.admin)) admin(`domus[${index}].admin`, domu.admin);
    if (!isDeepStrictEqual(domu.source, host.source))
      addresses(aptAddresses(domu.source, ['domus', index, 'source'], null));
    files(`domus[${index}].files`, domu.files);
  });
  return found;
}

function wouldBeRead(name: string, source: string): Message {
  return { key: 'errors.secret-in-clear.what.source', values: { source: shownSource(besideSource(name, source)) } };
}

/** Throws `secret-in-clear` (exit 6) that names all which are not allowed. `domus.web1.…` and `domus[0].…` are the same. */
export function refuseClearSecrets(profile: EffectiveProfile, source: string, allowed: readonly string[]): void {
  const plain = (path: string): string =>
    path
      .replaceAll(/\[(\d+)\]/g, '.$1')
      .replace(/^domus\.([^.]+)/, (_, name: string) => `domus.${indexOf(name, profile)}`);
  const permitted = new Set(allowed.map(plain));
  const refused = clearSecrets(profile, source).filter(({ path }) => !permitted.has(plain(path)));
  if (refused.length === 0) return;
  throw failure('secret-in-clear', EXIT.source, {
    secrets: {
      list: refused.map(({ path, what }) => ({ key: 'errors.secret-in-clear.what.of', values: { path, what } })),
      by: 'semicolon',
    },
    options: refused.map(({ path }) => `--allow-clear '${path}'`).join(' '),
    first: refused[0]?.path ?? '',
  });
}

function indexOf(name: string, { domus }: EffectiveProfile): string {
  const index = domus.findIndex((domu) => domu.name === name);
  return index < 0 ? name : String(index);
}
