/**
 * A boot medium is built and boots: its session speaks on the serial console. Other ways to boot it are in the full
 * lab.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bootToSession, buildMediumIn } from './support/medium.ts';

const folder = mkdtempSync(join(process.env['XENWRIGHT_LAB'] ?? tmpdir(), 'xw-medium-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it(
  'a medium without firmware is under 350 MB, says what is on it, and boots as a disc by BIOS',
  { timeout: 20 * 60_000 },
  async () => {
    const { iso, netboot } = await buildMediumIn(folder);
    expect(statSync(iso).size).toBeLessThan(350_000_000);
    for (const name of ['vmlinuz', 'initrd.img', 'xenwright.squashfs', 'boot.ipxe', 'grub.cfg'])
      expect(existsSync(join(netboot, name))).toBe(true);
    const manifest = JSON.parse(readFileSync(`${iso}.manifest.json`, 'utf8')) as {
      packages: { name: string; sha256: string }[];
      image: { sha256: string };
    };
    expect(manifest.packages.length).toBeGreaterThan(150);
    expect(manifest.image.sha256).toMatch(/^[0-9a-f]{64}$/);
    // Else setupcon makes them again at every start, in seconds of the first screen's time.
    execFileSync('unsquashfs', [
      '-quiet',
      '-no-progress',
      '-dest',
      join(folder, 'some'),
      join(netboot, 'xenwright.squashfs'),
      'etc/default/keyboard',
      'etc/default/console-setup',
      'etc/console-setup/cached_setup_keyboard.sh',
      'etc/console-setup/cached_setup_font.sh',
    ]);
    const time = (name: string): number => statSync(join(folder, 'some/etc', name)).mtimeMs;
    for (const made of ['keyboard', 'font'])
      for (const from of ['keyboard', 'console-setup'])
        expect(time(`console-setup/cached_setup_${made}.sh`)).toBeGreaterThan(time(`default/${from}`));
    const seconds = await bootToSession(folder, 'bios-disc', ['-cdrom', iso, '-boot', 'd']);
    process.stdout.write(`The session spoke after ${seconds.toFixed(0)} s.\n`);
  },
);
