/**
 * A host that reports, needs virtual machines: `medium serve` hears the whole install, and after the start of the image
 * Dom0 and its DomU in the host's own words.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootImage, describeBoot } from './support/boot.ts';
import { cli, eventsOf, labFolder } from './support/cli.ts';
import { reportServer, type ReportServer } from './support/report-server.ts';

const MINUTE = 60_000;
const folder = labFolder('report');
const image = join(folder, 'host.img');
const profile = join(folder, 'host.yaml');
let server: ReportServer;

beforeAll(async () => {
  server = await reportServer(folder);
  writeFileSync(
    profile,
    `version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], root: 3G, swap: 256M, cache: 512M, reserve: 512M, boot: 512M }
  xen: { memory: 1G, vcpus: 2, options: "spec-ctrl=no xpti=no pcid=0 smap=0 smep=0" }
  admin: { sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }
  commands: { late: ["${server.late}"] }
${server.report}
domus:
  - { name: db1, type: pv, memory: 384M, disks: { root: { size: 1G }, swap: 0 } }
`,
  );
}, MINUTE);
afterAll(() => {
  server.close();
});

describe('a host that reports', () => {
  it(
    'has told the server its whole install',
    async () => {
      const result = await cli(folder, 'install', profile, '--image', image);
      expect(result.code, result.err).toBe(0);
      expect(result.err).not.toContain('webhook');
      expect(eventsOf(image).length).toBeGreaterThan(50);
      expect(await server.machine()).toMatchObject({ hostname: 'xen1.example.org', state: 'installed', percent: 100 });
    },
    25 * MINUTE,
  );

  it(
    'tells it itself that Dom0 and the DomU are up, with the keys that were reported when they were made',
    async () => {
      expect(await server.machine()).toMatchObject({ state: 'installed' });
      const verdict = await bootImage(folder, image, '--firmware', 'bios');
      expect(verdict.up, describeBoot(verdict)).toBe(true);
      const keys = eventsOf(image)
        .flatMap((event) => (event.type === 'domain.finished' ? event.sshHostKeys : []))
        .flatMap((key) => /SHA256:\S+/.exec(key) ?? []);
      const view = await server.machine();
      expect(view).toMatchObject({
        state: 'up',
        domains: [
          { name: 'dom0', state: 'up' },
          { name: 'db1', state: 'up' },
        ],
      });
      for (const domain of view?.domains ?? [])
        for (const key of domain.sshHostKeys) expect(keys).toContain(key.split(' ')[0]);
    },
    40 * MINUTE,
  );
});
