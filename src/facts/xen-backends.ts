/**
 * Disks that this system serves to guests of Xen. The kernel's block backend claims nothing, so only xenstore knows of
 * them (paths: `/local/domain/BACKEND/backend/vbd/GUEST/DEVICE/…`).
 */
import type { DiskProbePort } from './probe-port.ts';

/** `device`: of the kernel's backend; `path`: what it, QEMU or tapdisk was given to open. */
export interface Backend {
  readonly guest: string;
  readonly device: string | null;
  readonly path: string | null;
}

/** Stands for every disk when this is a Dom0 whose xenstore does not answer: then nobody knows. */
export const NO_ANSWER = 'xenstore (no answer)';
const ENTRY =
  /^\/local\/domain\/(\d+)\/backend\/(vbd|vbd3|vbd2|qdisk|tap|9pfs|vscsi)\/(\d+)\/([^/]+)\/([^ ]+) = "(.*)"$/;
const NAME = /^\/local\/domain\/(\d+)\/name = "(.*)"$/;
/** `aio:/dev/vg/x`, `qcow2:/srv/x`, `tapdisk:vhd:/srv/x`. */
const PREFIXES = /^(?:[a-z0-9_-]+:)+(?=\/)/;

async function isDom0(port: DiskProbePort): Promise<boolean> {
  return /\bcontrol_d\b/.test((await port.read('/proc/xen/capabilities')) ?? '');
}

/** Empty where this is no Xen; `NO_ANSWER` where this is its Dom0 and xenstore cannot be asked. */
export async function backendsOf(port: DiskProbePort): Promise<Backend[] | typeof NO_ANSWER> {
  const isControl = await isDom0(port);
  if (!isControl && (await port.read('/sys/hypervisor/type'))?.trim() !== 'xen') return [];
  const text = await port.run(['xenstore-ls', '-f', '/local/domain']);
  if (text === null) return isControl ? NO_ANSWER : [];
  // Another domain's numbers and paths are of its own devices; what it has from here is a disk that this one serves it.
  const own = (await port.run(['xenstore-read', 'domid']))?.trim() ?? '0';
  return parseBackends(text, own);
}

/** `xenstore-ls -f`: a line for each key. Values are a guest's or its toolstack's. */
export function parseBackends(text: string, own: string): Backend[] {
  const names = new Map<string, string>();
  const found = new Map<string, { guest: string; device: string | null; paths: Set<string> }>();
  for (const line of text.split('\n')) {
    const [, named, name] = NAME.exec(line) ?? [];
    if (named !== undefined && name !== undefined) names.set(named, name);
    const [, backend, kind, guest, device, key, value] = ENTRY.exec(line) ?? [];
    if (backend !== own || guest === undefined || key === undefined || value === undefined) continue;
    const id = `${kind}/${guest}/${device}`;
    const entry = found.get(id) ?? { guest, device: null, paths: new Set<string>() };
    if (key === 'physical-device') entry.device = decimal(value);
    else if (/^(params|tapdisk-params|physical-device-path|dev|path|p-dev)$/.test(key))
      entry.paths.add(value.replace(PREFIXES, ''));
    found.set(id, entry);
  }
  return [...found.values()].flatMap(({ guest, device, paths }): Backend[] => {
    // xl takes either.
    const name = names.get(guest) || guest;
    const absolute = [...paths].filter((path) => path.startsWith('/'));
    if (absolute.length > 0) return absolute.map((path) => ({ guest: name, device, path }));
    return device === null ? [] : [{ guest: name, device, path: null }];
  });
}

/** `fd:3`, in hexadecimal. */
function decimal(text: string): string | null {
  const [, major, minor] = /^([0-9a-f]+):([0-9a-f]+)$/i.exec(text) ?? [];
  return major === undefined || minor === undefined
    ? null
    : `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`;
}
