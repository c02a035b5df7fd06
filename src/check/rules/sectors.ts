/** Disks whose sectors are not 512 bytes: which firmware starts from them, and which tools can make anything on them. */
import { chosenDisks } from '../../facts/select-disks.ts';
import { bootsBy } from '../../plan/build-model.ts';
import { USUAL_SECTOR_BYTES } from '../../plan/storage/graph.ts';
import { refused, type Rule } from '../rule.ts';

/** ext4 is made of blocks of 4,096 bytes, and FAT has no larger sectors. */
const MOST_BYTES = 4096;

export const sectorsFit: Rule = (profile, facts) =>
  (facts === null ? [] : chosenDisks(profile, facts.disks)).flatMap(({ path, logicalSectorBytes: bytes }) => {
    if (bytes > MOST_BYTES) return [refused('sector-size.large', ['host', 'storage', 'disks'], { disk: path, bytes })];
    // A BIOS reads 512 bytes a sector, whatever the disk has.
    if (bytes === USUAL_SECTOR_BYTES || facts === null || !bootsBy(profile, facts).bios) return [];
    return facts.firmware.kind === 'bios'
      ? [refused('sector-size.bios', ['host', 'storage', 'disks'], { disk: path, bytes })]
      : [refused('sector-size.both', ['host', 'storage', 'firmware'], { disk: path, bytes })];
  });
