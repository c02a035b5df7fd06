/** Where an installed host keeps what it was made from: written at the end of an install, read when it is looked after. */
export const KEPT_PROFILE = '/etc/xenwright/profile.yaml';
/** The machine as the host was planned for it. Its seed is all that an image's host derives names from. */
export const KEPT_FACTS = '/var/lib/xenwright/facts.json';
/** Records of its DomUs, one a file. */
export const DOMU_RECORDS = '/etc/xenwright/domus';
/** What its own check said last (assets/host/first-boot.py). */
export const FIRST_BOOT_VERDICT = '/var/lib/xenwright/first-boot.json';
/** The same, of this start of the host: gone while a check runs. */
export const FIRST_BOOT_NOW = '/run/xenwright/first-boot.json';
/** Locks and notes of its starter (assets/host/domus.py), of this start of the host. */
export const STARTER_NOTES = '/run/xenwright/domus';
/** Guests that were saved, by their names, as xendomains keeps them: their memory knows their disks. */
export const SAVED_GUESTS = '/var/lib/xen/save';
/** DomUs to start once, after a restart that was asked for (assets/host/bring-back.sh). */
export const BRING_BACK = '/var/lib/xenwright/bring-back';
/** DomUs that were removed and whose data disks are kept: how they were, as a profile has it, and which disks those are. */
export const REMOVED_DOMUS = '/etc/xenwright/removed';
/** What `host watch` has told of the host's state. */
export const WATCHED = '/var/lib/xenwright/watch.json';
