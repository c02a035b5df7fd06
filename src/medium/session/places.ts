/** Where the session of a booted medium keeps its things, and where the medium is. */

/** The medium itself, read-only. */
export const MEDIUM = '/run/xenwright/medium';
/** Defaults that were put on the medium when it was built. */
export const MEDIUM_DEFAULTS = `${MEDIUM}/xenwright/medium.json`;
/** Lock, screen and keys of the session; only root looks in. */
export const SESSION_FOLDER = '/run/xenwright/session';
/** While this file is there, sshd may start. */
export const ASKED_FOR_SSH = '/run/xenwright/ssh-asked-for';
/** Where systemd-networkd takes settings from that are gone after a reboot. */
export const NETWORKD_FOLDER = '/run/systemd/network';
