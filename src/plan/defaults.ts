/** Defaults that depend on the machine, shared by the checks and the plan. Pure. */

/** What the hypervisor itself takes, for the memory budget. */
export const XEN_OVERHEAD_MIB = 128;

/** A quarter of a small host up to 2 GiB, then a tenth: enough for backends and package work, never more than 8 GiB. */
export function defaultDom0MemoryMiB(hostMiB: number): number {
  const wanted = Math.max(Math.min(hostMiB / 4, 2048), hostMiB / 10);
  return Math.max(1024, Math.min(8192, Math.round(wanted / 128) * 128));
}
