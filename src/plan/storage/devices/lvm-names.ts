/** How LVM names things, lvm(8) "VALID NAMES", and how its devices are called. Pure. */

/** A name may not start with a hyphen nor be a dot. */
const GROUP_NAME = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$/;
/** A volume group's folder is /dev/NAME: what else is there already. */
const TAKEN_GROUPS =
  /^(\.{1,2}|block|bus|char|cpu|disk|dri|fd|hugepages|input|mapper|mqueue|net|pts|shm|snd|xen|[hsv]d[a-z]+\d*|xvd[a-z]+\d*|nvme\w*|md\d*|loop\d*|sr\d+|tty\w*|null|zero|random|kmsg|mem|console|full|port)$/;
/** Words that LVM keeps for volumes of its own. */
const LVM_WORDS =
  /^(snapshot|pvmove)|_(cdata|cmeta|corig|iorig|imeta|mlog|mimage|pmspare|rimage|rmeta|tdata|tmeta|vorigin|vdata|wcorig)/;
/** What the device mapper takes, hyphens doubled. */
const MAPPER_NAME_LIMIT = 127;

/** What is wrong with the name of a group. */
export function groupNameFaults(group: string): ('form' | 'taken')[] {
  return [
    ...(GROUP_NAME.test(group) ? [] : (['form'] as const)),
    ...(TAKEN_GROUPS.test(group) ? (['taken'] as const) : []),
  ];
}

/** What is wrong with the name of a volume in a group; null: nothing. */
export function volumeNameFault(group: string, name: string): 'reserved' | 'long' | null {
  if (LVM_WORDS.test(name)) return 'reserved';
  return mapped(group).length + 1 + mapped(name).length > MAPPER_NAME_LIMIT ? 'long' : null;
}

/** A part of a name under /dev/mapper: the device mapper doubles hyphens. */
export function mapped(name: string): string {
  return name.replaceAll('-', '--');
}
