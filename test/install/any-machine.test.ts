import { expect, test } from 'vitest';
import { buildsFor } from '../../src/install/any-machine.ts';

const RACK = `
version: 1
host: { hostname: xen1, storage: { disks: [{ largest: true }] } }
domus: [{ name: web1 }]
hosts:
  - { match: { serial: rack-1 }, set: { host: { packages: [htop] } } }
  - { match: { serial: rack-2 }, set: { domus: [{ name: web1, packages: [nginx] }] } }
  - { match: { serial: rack-3 }, set: { domus: [{ name: web1, packages: [nginx] }] } }
`;
async function builds(text: string): Promise<{ packages: readonly (readonly string[])[] | null; err: string }> {
  let err = '';
  const found = await buildsFor(['p.yaml'], { mirrors: [] }, false, [], {
    readText: async () => text,
    out: () => undefined,
    err: (line) => {
      err += line;
    },
    interactive: false,
  });
  return { packages: found?.builds.map(({ params }) => params.base.packages) ?? null, err };
}

test('a medium carries the bases of every rule, though none fits the machine that builds it, and each once', async () => {
  const { packages, err } = await builds(RACK);
  expect(err).toBe('');
  const having = (name: string): number => (packages ?? []).filter((list) => list.includes(name)).length;
  // One common stage; Dom0 with and without htop; the DomU with and without nginx.
  expect([packages?.length, having('htop'), having('nginx')]).toEqual([5, 1, 1]);
});

test('with unmatched: continue it carries what a machine without a rule needs, too', async () => {
  expect((await builds(`${RACK}unmatched: continue\n`)).packages).toHaveLength(5);
  expect(
    (
      await builds(
        RACK.replace(/ {2}- \{ match: \{ serial: rack-[13].*\n/g, '').replace(
          'set: { domus',
          'set: { host: { packages: [htop] }, domus',
        ),
      )
    ).packages,
  ).toHaveLength(3);
  expect(
    (
      await builds(
        `${RACK.replace(/ {2}- \{ match: \{ serial: rack-[13].*\n/g, '').replace('set: { domus', 'set: { host: { packages: [htop] }, domus')}unmatched: continue\n`,
      )
    ).packages,
  ).toHaveLength(5);
});

test('an error in what one rule sets is told, and nothing is built', async () => {
  const { packages, err } = await builds(RACK.replace('packages: [htop]', 'pakages: [htop]'));
  expect(packages).toBeNull();
  expect(err).toContain('pakages');
});

test('a host that will serve the medium finds what it serves it by on the medium', async () => {
  const { packages } = await builds(
    'version: 1\nhost: { hostname: xen1, storage: { disks: [{ largest: true }] }, source: { medium: cdrom, serveMedium: true } }\n',
  );
  expect(packages?.some((list) => list.includes('busybox'))).toBe(true);
});
