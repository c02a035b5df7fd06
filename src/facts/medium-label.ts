/** The volume label of the boot medium: it is built with it, and known by it. */
export const MEDIUM_LABEL = 'XENWRIGHT';
/**
 * Where the medium that this machine was started from is, while it runs; out of the network its files are inside the
 * live system, and stand here all the same.
 */
export const BOOT_MEDIUM = '/run/xenwright/medium';
