import { describe, expect, it } from 'vitest';
import { factsOfRun } from '../../src/install/run-facts.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';

const machine = imageMachine({ disks: [{ sizeMiB: 1000 }], seed: 'aa', aptSources: { mirrors: [] } });

describe('the facts of a run that was begun before', () => {
  it('are those it was planned with, whatever it has made of the disks since', () => {
    const now = { ...machine, disks: machine.disks.map((disk) => ({ ...disk, usedBy: ['LVM'], holds: [] })) };
    expect(factsOfRun(machine, now)).toBe(machine);
    expect(factsOfRun(null, now)).toBe(now);
  });

  it('do not go for another machine, nor for another disk under the old name', () => {
    expect(() => factsOfRun(machine, { ...machine, seed: 'bb' })).toThrow(
      expect.objectContaining({ code: 'other-machine', exit: 4, message: expect.stringContaining('another machine') }),
    );
    for (const change of [{ serial: 'other' }, { sizeMiB: 999 }, { byId: '/dev/disk/by-id/other' }]) {
      expect(() =>
        factsOfRun(machine, { ...machine, disks: machine.disks.map((disk) => ({ ...disk, ...change })) }),
      ).toThrow(/the disk \/dev\/vda \(serial xw-disk0, 1000 MiB\) is gone/);
    }
  });
});
