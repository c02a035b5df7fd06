/** The volume label of the boot medium: it is built with it, and known by it. */
export const MEDIUM_LABEL = 'XENWRIGHT';
