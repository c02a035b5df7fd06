/** This host, as an upgrade needs it. */
import { freeMiBAt } from '../../system/disk/free-space.ts';
import { statusPort } from '../../system/process/status-port.ts';
import { runInUnit } from '../../system/process/unit-run.ts';
import { bootFaults } from '../restart/here.ts';
import { UPGRADE_LOG, UPGRADE_UNIT, type UpgradePort } from './upgrade.ts';

export function upgradeHere(onLine: (line: string) => void): UpgradePort {
  return {
    look: statusPort(),
    freeMiB: freeMiBAt,
    run: async (program, words) => await runInUnit({ unit: UPGRADE_UNIT, program, words, log: UPGRADE_LOG, onLine }),
    bootFaults,
  };
}
