import { describe, expect, it } from 'vitest';
import { withFileSources } from '../../src/install/file-sources.ts';
import { XenwrightError } from '../../src/errors.ts';
import { besideSource } from '../../src/profile/source-ref.ts';
import { loadProfile } from '../../src/profile/load.ts';
import type { CommandIo } from '../../src/system/process/process-io.ts';

const TEXT = `version: 1
host:
  hostname: xen1
  storage: { disks: [{ largest: true }] }
  files: [{ path: /etc/motd, source: files/motd, mode: "0600" }, { path: /etc/issue, content: here }]
domus: [{ name: web1, files: [{ path: /etc/motd, source: /srv/motd }] }]
`;

function io(texts: Readonly<Record<string, string>>): CommandIo {
  return {
    interactive: false,
    out: () => undefined,
    err: () => undefined,
    readText: async (place) => {
      const text = texts[place];
      if (text === undefined)
        throw new XenwrightError({ code: 'source-unreachable', exit: 6, message: `${place} cannot be read` });
      return text;
    },
  };
}

function profile(): NonNullable<ReturnType<typeof loadProfile>['profile']> {
  const loaded = loadProfile(TEXT, 'host.yaml', []);
  if (loaded.profile === null) throw new Error(JSON.stringify(loaded.findings));
  return loaded.profile;
}

describe('files by source', () => {
  it('become texts before anything is planned, so that plans and exports are whole', async () => {
    const filled = await withFileSources(
      profile(),
      '/profiles/host.yaml',
      io({ '/profiles/files/motd': 'hello', '/srv/motd': 'there' }),
    );
    expect(filled.host.files).toEqual([
      { path: '/etc/motd', content: 'hello', mode: '0600', owner: 'root:root' },
      { path: '/etc/issue', content: 'here', mode: '0644', owner: 'root:root' },
    ]);
    expect(filled.domus[0]?.files).toMatchObject([{ content: 'there' }]);
  });

  it('are looked for beside the profile, be that a folder or an address', () => {
    expect(besideSource('a/b', '/x/host.yaml')).toBe('/x/a/b');
    expect(besideSource('a/b', 'host.yaml')).toBe('a/b');
    expect(besideSource('a/b', 'http://server/profiles/host.yaml')).toBe('http://server/profiles/a/b');
    expect(besideSource('/a', 'http://server/host.yaml')).toBe('/a');
    expect(besideSource('https://other/a', '/x/host.yaml')).toBe('https://other/a');
    expect(besideSource('a', '-')).toBe('a');
  });

  it('stop the run with all that cannot be had, and refuse what is no text', async () => {
    await expect(withFileSources(profile(), '/p/host.yaml', io({ '/srv/motd': '\uFFFD' }))).rejects.toMatchObject({
      code: 'source-unreachable',
      exit: 6,
      message: expect.stringMatching(
        /host\.files\[0\]\.source: \/p\/files\/motd cannot be read.*domus\[0\]\.files\[0\]\.source: \/srv\/motd is not UTF-8 text/,
      ),
    });
  });
});
