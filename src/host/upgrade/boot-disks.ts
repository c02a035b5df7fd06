/** The disks that this host starts from, by what it runs on: where GRUB is renewed. Pure. */
import { grubInstallCommands } from '../../actions/boot.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { commandLine } from '../../plan/shell-words.ts';

/** Where GRUB for BIOS keeps its core image on a GPT disk. */
const BIOS_BOOT = '21686148-6449-6e6f-744e-656564454649';
const MOST_DEPTH = 16;
/** Writes the entry into the firmware's variables, too. */
const ENTRY = [
  'grub-install',
  '--target=x86_64-efi',
  '--efi-directory=/boot/efi',
  '--bootloader-id=xenwright',
  '--recheck',
];

export interface BootSeen {
  /** `lsblk --json --inverse -o NAME,PATH,TYPE`: a tree by its first column of what /boot is on. */
  readonly below: string | null;
  /** `lsblk --json -o NAME,PATH,PARTTYPE` of these disks. */
  readonly tables: string | null;
  /** Is an ESP mounted at /boot/efi? */
  readonly hasEsp: boolean;
  /** Was the host started by UEFI, and are its variables there? */
  readonly hasVariables: boolean;
}

/** The disks under /boot, through RAID and whatever else is between. */
export function disksBelow(text: string | null): string[] {
  const found = new Set<string>();
  for (const row of rowsOf(text)) if (row.type === 'disk') found.add(row.path);
  return [...found];
}

/** Commands of a shell that renew GRUB as the install has put it there; empty: nothing to renew. */
export function grubCommands({ tables, hasEsp, hasVariables }: BootSeen): string {
  const disks: string[] = [];
  for (const row of rowsOf(tables)) {
    const isStart = row.parent !== null && row.partType?.toLowerCase() === BIOS_BOOT;
    if (isStart && row.parent !== null && !disks.includes(row.parent)) disks.push(row.parent);
  }
  if (disks.length === 0 && !hasEsp) return '';
  const commands = grubInstallCommands({
    bootSets: disks.map((disk) => ({ disk, esp: null })),
    bios: disks.length > 0,
    uefi: hasEsp,
    nvram: false,
  });
  // Some firmwares take no entry; its removable path needs none.
  const entry = hasEsp && hasVariables ? [`${commandLine(ENTRY)} || true`] : [];
  return [...commands.slice(0, -1).map(commandLine), ...entry, ...commands.slice(-1).map(commandLine)].join('\n');
}

interface Row {
  readonly path: string;
  readonly type: string | null;
  readonly partType: string | null;
  readonly parent: string | null;
}

function rowsOf(text: string | null): Row[] {
  const found: Row[] = [];
  const walk = (rows: unknown, parent: string | null, depth: number): void => {
    if (!Array.isArray(rows) || depth > MOST_DEPTH) return;
    for (const row of rows as readonly unknown[]) {
      if (!isRecord(row) || typeof row['path'] !== 'string' || !/^\/dev\/[\w/.:+-]+$/.test(row['path'])) continue;
      const word = (key: string): string | null => (typeof row[key] === 'string' ? row[key] : null);
      found.push({ path: row['path'], type: word('type'), partType: word('parttype'), parent });
      walk(row['children'], row['path'], depth + 1);
    }
  };
  const parsed = parseJson(text);
  if (isRecord(parsed)) walk(parsed['blockdevices'], null, 0);
  return found;
}
