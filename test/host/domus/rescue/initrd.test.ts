import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import make from '../../../../assets/host/rescue/initrd-make.sh' with { type: 'text' };
import { sessionScript } from '../../../../src/host/domus/rescue/layers.ts';
import { run } from './stand-in-host.ts';

const isRoot = process.getuid?.() === 0;
const canPack = isRoot && run('sh', '-c', 'command -v cpio || true') !== '';

describe.skipIf(!canPack)('the initrd of a rescue DomU (needs root and cpio)', () => {
  let home = '';
  let folder = '';
  const tree = (): string => join(home, 'tree');
  const made = (): void => {
    run(
      'env',
      `PATH=${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
      'sh',
      '-e',
      '-c',
      make,
      'sh',
      folder,
      '6.12-test',
    );
  };
  const inTree = (script: string): string => run('chroot', tree(), '/bin/bash', '-c', script);
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'xw-initrd-'));
    folder = join(home, 'domu');
    for (const path of [folder, join(home, 'bin'), tree()]) mkdirSync(path);
    // A machine without modules has neither program.
    writeFileSync(join(home, 'ext4.ko'), 'module');
    writeFileSync(join(home, 'bin', 'modprobe'), `#!/bin/sh\necho "insmod ${join(home, 'ext4.ko')} "\n`, {
      mode: 0o755,
    });
    writeFileSync(join(home, 'bin', 'insmod'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(folder, 'init'), '#!/bin/bash\n');
    writeFileSync(join(folder, 'poweroff'), '#!/bin/bash\n');
    writeFileSync(join(folder, 'session'), sessionScript);
    made();
    run(
      'sh',
      '-c',
      'cd "$1" && cpio --quiet --extract --make-directories <"$2"',
      'sh',
      tree(),
      join(folder, 'initrd-6.12-test'),
    );
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has programs that run, with all that they need of libraries', () => {
    const programs = 'blkid partx unshare setpriv losetup e2fsck awk mount stat';
    expect(inTree(`for one in ${programs}; do $one -V >/dev/null 2>&1; [ $? -lt 126 ] || echo "$one"; done`)).toBe('');
    expect(inTree('sh -n /session && echo reads')).toBe('reads\n');
  });
  it('has each module once, in the order in which they are loaded', () => {
    expect(inTree('cat /modules/*; ls /modules')).toBe('module101-ext4.ko\n');
  });
  it('has nothing of this host: no accounts but root, no keys, no settings', () => {
    expect(inTree('ls /etc; cat /etc/passwd; ls /root')).toBe('group\nmtab\npasswd\nroot:x:0:0:root:/root:/bin/sh\n');
  });
  it('is made anew only when what it is made of has changed', () => {
    const image = join(folder, 'initrd-6.12-test');
    const before = statSync(image).ino;
    made();
    expect(statSync(image).ino).toBe(before);
    writeFileSync(join(folder, 'init'), '#!/bin/bash\n# another\n');
    made();
    expect(statSync(image).ino).not.toBe(before);
    expect(readFileSync(image).includes('# another')).toBe(true);
  });
  it('is refused where a program is missing that it cannot do without', () => {
    expect(() =>
      run(
        'env',
        'PATH=/nonexistent',
        '/bin/sh',
        '-e',
        '-c',
        make.replaceAll('partx', 'no-such-tool'),
        'sh',
        folder,
        '6.12-test',
      ),
    ).toThrow(/no-such-tool is missing/);
  });
});
