import { describe, expect, it } from 'vitest';
import { askPasswords } from '../../src/install/ask-passwords.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';

const HEAD =
  'version: 1\nhost: { hostname: xen1, storage: { disks: [{ largest: true }] }, admin: { user: ada, password: "prompt:" } }\n';

function profileOf(domus: string): NonNullable<ReturnType<typeof loadProfile>['profile']> {
  const loaded = loadProfile(`${HEAD}domus: ${domus}\n`, 'host.yaml', []);
  if (loaded.profile === null) throw new Error(JSON.stringify(loaded.findings));
  return loaded.profile;
}

function person(...words: string[]): { asking: Parameters<typeof askPasswords>[1]; heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    asking: {
      interactive: true,
      tell: (text) => {
        heard.push(text);
      },
      askSecret: async (question) => {
        heard.push(question);
        return words.shift() ?? '';
      },
    },
  };
}

describe('passwords that are asked', () => {
  it('are asked once for the host and every DomU that inherits, and again for one with a login of its own', async () => {
    const { asking, heard } = person('secret1', 'secret1', 'secret2', 'secret2');
    const answers = await askPasswords(
      profileOf('[{ name: web1 }, { name: db1, admin: { password: "prompt:" } }]'),
      asking,
    );
    expect(Object.fromEntries(answers)).toEqual({
      'host.admin': 'secret1',
      'domus.web1.admin': 'secret1',
      'domus.db1.admin': 'secret2',
    });
    expect(heard).toEqual([
      'Password for ada on xen1: ',
      'The same again: ',
      'Password for root on db1: ',
      'The same again: ',
    ]);
  });

  it('must be the same twice, and not empty', async () => {
    const { asking, heard } = person('', 'one', 'two', 'three', 'three');
    expect((await askPasswords(profileOf('[]'), asking)).get('host.admin')).toBe('three');
    expect(heard.join('')).toMatch(/empty password[^]*These two differ/);
  });

  it('refuse a run without a person, before anything happens', async () => {
    await expect(askPasswords(profileOf('[]'), { ...person().asking, interactive: false })).rejects.toMatchObject({
      code: 'needs-terminal',
      exit: 3,
    });
  });

  it('become hashes, and are redacted everywhere', async () => {
    const secrets = profileSecrets(profileOf('[]'), '', 'host.yaml', new Map([['host.admin', 'canary-password']]));
    expect(await secrets.resolve({ secret: 'host.admin.password' })).toMatch(/^\$[y6]\$/);
    expect(secrets.redact('it is canary-password')).toBe('it is ***');
  });
});
