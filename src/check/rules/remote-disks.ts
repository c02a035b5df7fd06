/**
 * Disks that are here because a program of the running system has attached them: the installed host's initrd would look
 * for its root in vain. A Fibre Channel adapter attaches its disks itself, by a driver that is in every initrd.
 */
import type { DiskFacts } from '../../facts/facts.ts';
import { chosenDisks } from '../../facts/select-disks.ts';
import { refused, type Rule } from '../rule.ts';

/** iSCSI and FCoE have sessions; `network` are NVMe over TCP or RDMA, nbd, rbd and DRBD. */
const BY_PROGRAMS = new Set(['iscsi', 'fcoe', 'network']);

/** NVMe has to connect, over Fibre Channel too. */
function isByProgram({ transport, path, attachesItself }: DiskFacts): boolean {
  if (attachesItself === true) return false;
  return BY_PROGRAMS.has(transport) || (transport === 'fc' && path.startsWith('/dev/nvme'));
}

export const initrdFindsDisks: Rule = (profile, facts) =>
  (facts === null ? [] : chosenDisks(profile, facts.disks))
    .filter(isByProgram)
    .map(({ path, transport }) => refused('remote-root', ['host', 'storage', 'disks'], { disk: path, transport }));
