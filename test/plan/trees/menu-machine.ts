/**
 * A machine that starts by the host's boot menu, as far as the menu decides: its words are run by a shell, which reads
 * them as GRUB does, but for `set` and `menuentry`. What was saved is there at the next start.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What GRUB's commands do here: files are looked for in the folder of /boot, what is loaded is noted. */
const COMMANDS = String.raw`
insmod() { :; }
search() { :; }
save_env() { for one; do eval "echo \"$one=\$$one\"" >>"$BOOT/saved"; done; }
hashsum() { (cd "$BOOT" && sha256sum --status --check ".$4" 2>/dev/null); }
multiboot2() { [ -s "$BOOT$1" ] && echo "load $1"; }
module2() { [ "$1" = --nounzip ] && shift; file=$1; shift; [ -s "$BOOT$file" ] && echo "load $file $*"; }
linux() { echo "load $1 $*"; }
initrd() { echo "load $1"; }
`;

export class MenuMachine {
  readonly #boot: string;

  constructor(boot: string) {
    this.#boot = boot;
  }

  /** Of grubenv. */
  get environment(): Readonly<Record<string, string>> {
    const path = join(this.#boot, 'saved');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split('=') as [string, string]));
  }

  forget(name: string): void {
    const kept = Object.entries(this.environment).filter(([one, value]) => one !== name && value !== '');
    writeFileSync(join(this.#boot, 'saved'), kept.map(([one, value]) => `${one}=${value}\n`).join(''));
  }

  /** Starts the default entry: the hypervisor and the kernel that are loaded, and what the kernel is told. */
  start(menu: string): { readonly xen: string | null; readonly kernel: string; readonly words: string } {
    const program = menu
      .replaceAll(/^(\s*)set ([a-z_]+)=/gm, '$1$2=')
      .replaceAll(/^menuentry .*--id (\S+) \{$/gm, (_, id: string) => `${id.replaceAll('-', '_')}() {`);
    const before = Object.entries(this.environment).map(([name, value]) => `${name}='${value}'`);
    const run = spawnSync(
      'sh',
      ['-c', `${COMMANDS}\n${before.join('\n')}\n${program}\n"$(echo "$default" | tr - _)"`],
      { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', BOOT: this.#boot } },
    );
    if (run.status !== 0 || run.stderr !== '') throw new Error(`the menu cannot be run: ${run.stderr}`);
    const loaded = [...run.stdout.matchAll(/^load (\S+)(.*)$/gm)];
    const last = loaded.map(([, file]) => file ?? '').findLastIndex((file) => file.includes('vmlinuz'));
    const hypervisor = loaded[last - 1]?.[1] ?? '';
    return {
      xen: hypervisor.endsWith('.gz') ? hypervisor : null,
      kernel: (loaded[last]?.[1] ?? '').replace('/vmlinuz-', ''),
      words: loaded[last]?.[2] ?? '',
    };
  }
}
