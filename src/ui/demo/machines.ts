/** The machines that the demo can be on: facts as `xenwright facts` prints them, captured or made after real ones. */
import leftovers from '../../../assets/machines/leftovers-zfs.json' with { type: 'json' };
import rented from '../../../assets/machines/rented-two-equal-nvme.json' with { type: 'json' };
import small from '../../../assets/machines/sata-ssd-and-hdd.json' with { type: 'json' };
import fibre from '../../../assets/machines/server-with-fibre-channel.json' with { type: 'json' };
import type { Facts } from '../../facts/facts.ts';

/** By the name that `--machine` takes; the first is the one without it. */
export const DEMO_MACHINES: ReadonlyMap<string, Facts> = new Map(
  Object.entries({
    'leftovers-zfs': leftovers,
    'sata-ssd-and-hdd': small,
    'rented-two-equal-nvme': rented,
    'server-with-fibre-channel': fibre,
  } as Readonly<Record<string, unknown>>) as Iterable<[string, Facts]>,
);
export const FIRST_MACHINE = 'leftovers-zfs';
