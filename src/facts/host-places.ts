/** Where an installed host keeps what it was made from: written at the end of an install, read when it is looked after. */
export const KEPT_PROFILE = '/etc/xenwright/profile.yaml';
/** The machine as the host was planned for it. Its seed is all that an image's host derives names from. */
export const KEPT_FACTS = '/var/lib/xenwright/facts.json';
