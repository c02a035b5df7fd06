import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootFindings } from '../../../src/actions/boot-findings.ts';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { domuTree } from '../../../src/plan/domu/domu.ts';
import { rootArguments, xenArguments } from '../../../src/plan/boot/grub-host.ts';
import { fileIn, modelOf } from './model.ts';

let boot = '';
beforeEach(() => {
  boot = mkdtempSync(join(tmpdir(), 'xw-boot-'));
  mkdirSync(join(boot, 'grub'));
});
afterEach(() => {
  rmSync(boot, { recursive: true });
});

function put(...names: string[]): void {
  for (const name of names)
    writeFileSync(
      join(boot, name),
      name.startsWith('config-') && !name.includes('cloud')
        ? 'CONFIG_XEN_DOM0=y\n'
        : name.startsWith('xen-')
          ? gzipSync(`the hypervisor ${name}`)
          : 'x',
    );
}

function kernel(version: string): string[] {
  return [`vmlinuz-${version}`, `initrd.img-${version}`, `config-${version}`];
}

/** What the menu script prints for the files in `boot`, and what it says beside that. */
function made(changes: string[] = []): { menu: string; errors: string } {
  const path = join(boot, '09');
  writeFileSync(path, fileIn(dom0Tree(modelOf(changes)), '/etc/grub.d/09_xenwright'), { mode: 0o755 });
  const { status, stdout, stderr } = spawnSync('sh', [path], {
    env: { ...process.env, XENWRIGHT_BOOT: boot },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Command failed: ${stderr}`);
  return { menu: stdout, errors: stderr };
}
const menu = (changes: string[] = []): string => made(changes).menu;
const sums = (): string => readFileSync(join(boot, 'grub/xenwright.sha256'), 'utf8');

describe('the boot menu', () => {
  it('starts the newest Xen with the newest Dom0 kernel and satisfies the check that follows an install', () => {
    put('xen-4.17-amd64.gz', 'xen-4.20-amd64.gz', ...kernel('6.12.9-amd64'), ...kernel('6.12.48-amd64'));
    const config = menu();
    expect(config).toContain('multiboot2 /xen-4.20-amd64.gz placeholder dom0_mem=1024M,max:1024M');
    expect(config).toContain('module2 /vmlinuz-6.12.48-amd64 placeholder root=/dev/mapper/vg_xen1-root ro');
    const files = ['/xen-4.20-amd64.gz', '/vmlinuz-6.12.48-amd64', '/initrd.img-6.12.48-amd64', '/grub/grubenv'];
    expect(bootFindings({ config, files, hypervisor: 'xen', memoryMiB: 1024, bios: false, uefi: false })).toEqual([]);
  });

  it.each(['dom0=pvh # { }', 'a{b c}d #', '[x] ?* ~ ! (y)'])(
    "says Xen's options %s as they are, to GRUB",
    (options) => {
      put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
      const config = menu([`host.xen.options=${JSON.stringify(options)}`]);
      expect(spawnSync('grub-script-check', { input: config, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
      const line = /multiboot2 .*/.exec(config)?.[0] ?? '';
      // A shell reads quotes as GRUB does.
      const words = execFileSync('sh', ['-fc', `printf '%s\\n' ${line.replace(/ \$\{.*/, '')}`], { encoding: 'utf8' });
      expect(words.trimEnd().split('\n').slice(-options.split(' ').length).join(' ')).toBe(options);
      // The stock entries below come of this.
      const settings = fileIn(
        dom0Tree(modelOf([`host.xen.options=${JSON.stringify(options)}`])),
        '/etc/default/grub.d/10-xenwright.cfg',
      );
      const stock = execFileSync('sh', ['-c', `${settings}\nprintf %s "$GRUB_CMDLINE_XEN"`], { encoding: 'utf8' });
      expect(line).toContain(stock);
    },
  );

  it('passes over kernels that cannot be a Dom0, and those without an initrd', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'), ...kernel('6.12.99-cloud-amd64'), 'vmlinuz-7.0-amd64');
    const config = menu();
    expect(config).toContain('module2 /vmlinuz-6.12.48-amd64 ');
    expect(config).toContain('linux /vmlinuz-6.12.99-cloud-amd64 ');
  });

  it('passes over kernels whose file or initrd is empty, as a full disk leaves them', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'), ...kernel('6.12.50-amd64'), ...kernel('6.12.51-amd64'));
    for (const name of ['initrd.img-6.12.51-amd64', 'vmlinuz-6.12.50-amd64']) writeFileSync(join(boot, name), '');
    const config = menu();
    expect(config).toContain('module2 /vmlinuz-6.12.48-amd64 ');
    expect(config).toContain('linux /vmlinuz-6.12.48-amd64 ');
    expect(config).not.toMatch(/6\.12\.5[01]/);
  });

  it('notes the attempt before it starts Xen, and turns to the plain kernel when the note is still there', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    expect(config.indexOf('save_env xenwright_state', config.indexOf('menuentry'))).toBeLessThan(
      config.indexOf('multiboot2'),
    );
    expect(config).toMatch(
      /"\$\{xenwright_state\}" = "trying" \]; then\n\s+set xenwright_state=failed\n\s+save_env xenwright_state\n\s+set default=xenwright-plain/,
    );
    expect(config).toContain('set fallback=1\n');
  });

  it('compares a checksum first, because GRUB starts a torn Xen without a word', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    expect(config).toMatch(
      /if hashsum --hash sha256 --check \/grub\/xenwright.sha256 --prefix "\(\$root\)"; then[^]+multiboot2[^]+\n\tfi\n\tif \[ "\$\{xen_ready\}" != "true" \]; then\n[^]+set xenwright_state=damaged\n\t\tsave_env xenwright_state\n[^]+linux \/vmlinuz-6.12.48-amd64/,
    );
    const sum = createHash('sha256')
      .update(readFileSync(join(boot, 'xen-4.20-amd64.gz')))
      .digest('hex');
    expect(sums()).toBe(`${sum}  xen-4.20-amd64.gz\n`);
  });

  it.each<[string, (whole: Buffer) => Buffer]>([
    ['torn', (whole) => whole.subarray(0, whole.length / 2)],
    ['empty', () => Buffer.alloc(0)],
    ['changed', (whole) => Buffer.concat([whole.subarray(0, -6), Buffer.from([1, 2]), whole.subarray(-4)])],
    ['no gzip at all', () => Buffer.from('x')],
  ])('takes no checksum of a Xen that is damaged already (%s), says so, and goes on with the menu', (_, spoil) => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const xen = join(boot, 'xen-4.20-amd64.gz');
    const whole = readFileSync(xen);
    writeFileSync(xen, spoil(whole));
    const { menu: text, errors } = made();
    expect(errors).toMatch(/xen-4\.20-amd64\.gz is damaged/);
    expect(text).toContain('--id xenwright-xen');
    expect(sums()).toMatch(/^0{64} {2}xen-4\.20-amd64\.gz\n$/);
    expect(spawnSync('sha256sum', ['--check', 'grub/xenwright.sha256'], { cwd: boot }).status).toBe(1);
    // Once it is whole again, so is its checksum.
    writeFileSync(xen, whole);
    expect(made().errors).toBe('');
    expect(spawnSync('sha256sum', ['--check', 'grub/xenwright.sha256'], { cwd: boot }).status).toBe(0);
  });

  it('turns to the plain kernel when GRUB refuses Xen, or a file that Xen needs, instead of showing its menu for ever', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const entry = /menuentry[^]+?\n}/.exec(menu())?.[0] ?? '';
    const loads = entry
      .split('\n')
      .flatMap((line, index, lines) => (/^\s*(multiboot2|module2) /.test(line) ? [lines[index + 1]?.trim()] : []));
    expect(loads).toEqual(['if [ "$?" = "0" ]; then', 'if [ "$?" = "0" ]; then', 'if [ "$?" = "0" ]; then']);
    expect(entry).toMatch(/module2 --nounzip \S+\n\s+if \[ "\$\?" = "0" \]; then\n\s+set xen_ready=true\n/);
  });

  it('has only the plain kernel without a hypervisor', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu(['host.hypervisor=none']);
    expect(config).not.toContain('multiboot2');
    expect(config).toContain('set default=xenwright-plain');
  });

  it('is a script that grub-mkconfig sees fail when there is no kernel', () => {
    expect(() => menu()).toThrow(/Command failed/);
  });
});

describe('the check after package upgrades', () => {
  function verify(config: string): { code: number | null; errors: string } {
    mkdirSync(join(boot, 'grub'), { recursive: true });
    writeFileSync(join(boot, 'grub/grub.cfg'), config);
    mkdirSync(join(boot, 'lib/xen-4.20/bin'), { recursive: true });
    const done = spawnSync('sh', ['-c', fileIn(dom0Tree(modelOf()), '/usr/lib/xenwright/verify-boot')], {
      env: { ...process.env, XENWRIGHT_BOOT: boot, XENWRIGHT_LIB: join(boot, 'lib'), XENWRIGHT_ROOT: boot },
      encoding: 'utf8',
    });
    return { code: done.status, errors: done.stderr };
  }

  it('is content with the menu as written', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    expect(verify(menu())).toEqual({ code: 0, errors: '' });
  });

  it('says when the newest hypervisor is not the one that starts, or has no tools', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    put('xen-4.21-amd64.gz');
    expect(verify(config).errors).toContain('does not start the newest hypervisor');
    expect(verify(menu()).errors).toContain('no tools for Xen 4.21');
  });

  it('says when a file that an entry loads is empty', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    writeFileSync(join(boot, 'xen-4.20-amd64.gz'), '');
    const { code, errors } = verify(config);
    expect(code).toBe(1);
    expect(errors).toContain('missing or empty');
    expect(errors).toContain('the hypervisor');
    expect(errors).toContain('is damaged: install its package again');
  });

  it('says when the hypervisor is damaged, and when it is another one than GRUB knows', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    writeFileSync(join(boot, 'xen-4.20-amd64.gz'), gzipSync('another hypervisor'));
    expect(verify(config).errors).toContain('not the one whose checksum GRUB compares');
    writeFileSync(join(boot, 'xen-4.20-amd64.gz'), gzipSync('another hypervisor').subarray(0, 20));
    expect(verify(config).errors).toMatch(/xen-4\.20-amd64\.gz is damaged/);
    // The checksum is that of nothing then, also after update-grub: the words stay.
    expect(verify(menu()).errors).toMatch(/xen-4\.20-amd64\.gz is damaged/);
  });

  it('says what is missing when there is no hypervisor at all, not that it is damaged', () => {
    put('xen-4.20-amd64.gz', ...kernel('6.12.48-amd64'));
    const config = menu();
    rmSync(join(boot, 'xen-4.20-amd64.gz'));
    const { errors } = verify(config);
    expect(errors).toContain('missing or empty');
    expect(errors).not.toContain('damaged');
  });
});

describe('the arguments', () => {
  it('lead GRUB, Xen and Linux to one serial port', () => {
    const model = modelOf(['host.xen.console=com2,57600']);
    expect(xenArguments(model)).toEqual(expect.arrayContaining(['com2=57600,8n1', 'console=com2', 'watchdog']));
    const defaults = fileIn(dom0Tree(model), '/etc/default/grub.d/10-xenwright.cfg');
    expect(defaults).toContain('serial --unit=1 --speed=57600');
    expect(defaults).toContain('GRUB_CMDLINE_LINUX="panic=10 console=ttyS1,57600n8"');
    expect(defaults).toContain('GRUB_CMDLINE_LINUX_XEN_REPLACE="panic=10 console=hvc0"');
  });

  it('name a logical volume as the mapper does', () => {
    expect(rootArguments(modelOf(['host.storage.volumeGroup=vg-a']))).toEqual(['root=/dev/mapper/vg--a-root']);
    expect(rootArguments(modelOf(['host.storage.layout=plain']))).toEqual([expect.stringMatching(/^root=UUID=/)]);
  });
});

describe('a guest’s first grub.cfg', () => {
  it('is the same entry that update-grub inside writes again', () => {
    const model = modelOf();
    const tree = domuTree(model, model.domus[0]!);
    const printed = execFileSync('sh', ['-c', fileIn(tree, '/etc/grub.d/09_xenwright')], { encoding: 'utf8' });
    const config = fileIn(tree, '/boot/grub/grub.cfg');
    expect(config).toContain(printed);
    expect(config).toMatch(
      /menuentry 'Debian'[^{]+\{\n\tinsmod ext2\n\tsearch .*\n\tlinux \/vmlinuz root=UUID=[0-9a-f-]+ ro console=hvc0\n\tinitrd \/initrd.img\n\}/,
    );
  });
});
