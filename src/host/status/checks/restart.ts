/** Is a restart of the host due: for a kernel or Xen that was installed or replaced since it started? */
import { finding, row, type StatusFinding } from '../finding.ts';
import { textOf } from '../port.ts';

export interface RestartSeen {
  /** /run/reboot-required and the packages that asked for it; null: nobody did. */
  readonly required: string | null;
  readonly packages: string;
  /** The running kernel's release, such as `6.12.48+deb13-amd64`. */
  readonly release: string;
  /** The running Xen, such as `4.20.2`; null: not under Xen. */
  readonly xen: string | null;
  /** Files in /boot, with when each was put there: seconds since 1970. */
  readonly files: readonly { readonly name: string; readonly changed: number }[];
  /** When the host started: seconds since 1970; null: not known. */
  readonly started: number | null;
}

/** Kernels and Xens, by every family's names. */
const IMAGES = /^(?:vmlinuz|xen)-[\w.+~-]+?(?:\.gz|\.efi)?$/;

export const restart = row<RestartSeen>({
  name: 'restart',
  look: async (port) => {
    const names = (await port.list('/boot')).filter((name) => IMAGES.test(name));
    const times =
      names.length === 0 ? null : textOf(await port.ask(['stat', '-c', '%Z', ...names.map((name) => `/boot/${name}`)]));
    const lines = (times ?? '').split('\n');
    const part = async (name: string): Promise<string> =>
      ((await port.read(`/sys/hypervisor/version/${name}`)) ?? '').trim();
    const isDom0 = ((await port.read('/proc/xen/capabilities')) ?? '').includes('control_d');
    const started = Number(/^btime (\d+)$/m.exec((await port.read('/proc/stat')) ?? '')?.[1] ?? NaN);
    return {
      required: await port.read('/run/reboot-required'),
      packages: (await port.read('/run/reboot-required.pkgs')) ?? '',
      release: ((await port.read('/proc/sys/kernel/osrelease')) ?? '').trim(),
      xen: isDom0 ? `${await part('major')}.${await part('minor')}${await part('extra')}` : null,
      files: names.map((name, index) => ({ name, changed: Number(lines[index] ?? 0) })),
      started: Number.isNaN(started) ? null : started,
    };
  },
  judge: judgeRestart,
});

export function judgeRestart(seen: RestartSeen): StatusFinding[] {
  const hint = 'hostStatus.restart.hint';
  const found: StatusFinding[] = [];
  const kernel = newerKernel(seen);
  if (kernel !== null)
    found.push(
      finding('hostStatus.restart.kernel', 'warning', { values: { installed: kernel, running: seen.release }, hint }),
    );
  const xen = newerXen(seen);
  if (xen !== null)
    found.push(
      finding('hostStatus.restart.xen', 'warning', { values: { installed: xen, running: seen.xen ?? '' }, hint }),
    );
  if (found.length === 0 && seen.required !== null) {
    const packages = [...new Set(seen.packages.split(/\s+/).filter((word) => word !== ''))].slice(0, 10).join(', ');
    found.push(
      packages === ''
        ? finding('hostStatus.restart.required', 'warning', { hint })
        : finding('hostStatus.restart.packages', 'warning', { values: { packages }, hint }),
    );
  }
  return found.length > 0 ? found : [finding('hostStatus.restart.none', 'ok')];
}

/** Later than the start, with a minute for what writes to /boot while the host starts. */
const SLACK_SECONDS = 60;

function isSince({ started }: RestartSeen, changed: number): boolean {
  return started !== null && changed > started + SLACK_SECONDS;
}

/** One of the same flavour (`amd64`, `cloud-amd64`) that is newer, or the running one, replaced. */
function newerKernel(seen: RestartSeen): string | null {
  const { release, files } = seen;
  const kernels = files.filter(({ name }) => name.startsWith('vmlinuz-') && !name.includes('rescue'));
  const own = kernels.find(({ name }) => name === `vmlinuz-${release}`);
  // A kernel that is started from elsewhere, as in an emulator, has no file here: nothing can be compared.
  if (own === undefined) return null;
  const newest = kernels
    .map(({ name }) => name.slice('vmlinuz-'.length))
    .filter((one) => flavour(one) === flavour(release))
    .toSorted(compareVersions)
    .at(-1);
  if (newest !== undefined && compareVersions(newest, release) > 0) return newest;
  return isSince(seen, own.changed) ? release : null;
}

/** `6.12.48+deb13-cloud-amd64` → `cloud-amd64` */
function flavour(release: string): string {
  return /(?:-[a-z][a-z0-9]*)+$/i.exec(release)?.[0] ?? '';
}

/** Files are called by major and minor alone (`xen-4.20-amd64.gz`), or by all (`xen-4.20.2.gz`). */
function newerXen(seen: RestartSeen): string | null {
  const [running] = /^\d+\.\d+/.exec(seen.xen ?? '') ?? [];
  if (running === undefined) return null;
  const versions = seen.files.flatMap(({ name, changed }) => {
    const version = /^xen-(\d+\.\d+(?:\.\d+)?)(?:-[a-z0-9_]+)?(?:\.gz|\.efi)?$/.exec(name)?.[1];
    return version === undefined ? [] : [{ version, changed }];
  });
  const newest = versions.toSorted((one, other) => compareVersions(one.version, other.version)).at(-1);
  if (newest === undefined) return null;
  const same = newest.version.split('.').length > 2 ? (seen.xen ?? '').replace(/[^\d.].*$/, '') : running;
  const order = compareVersions(newest.version, same);
  return order > 0 || (order === 0 && isSince(seen, newest.changed)) ? newest.version : null;
}

/** By their numbers: 6.9 comes before 6.12. */
function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
