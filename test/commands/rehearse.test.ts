/** A rehearsal with a pretended install and boot: what it says before it boots. */
import { beforeEach, expect, test, vi } from 'vitest';
import { rehearse } from '../../src/commands/rehearse/run.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { minimalText, profileOf } from '../profile/fixtures.ts';

let sets: readonly string[] = [];
const done: string[] = [];
let said = '';
vi.mock('../../src/commands/install/run.ts', () => ({
  install: async (_: unknown, options: InstallOptions) => {
    options.onPrepared?.(profileOf(minimalText, sets));
    done.push('install');
    return 0;
  },
}));
vi.mock('../../src/commands/boot/run.ts', () => ({
  boot: async () => {
    done.push(`boot${said === '' ? '' : ' after words'}`);
    return 0;
  },
}));
beforeEach(() => {
  done.length = 0;
  said = '';
});

async function rehearsed(...changes: readonly string[]): Promise<string> {
  sets = changes;
  await rehearse(
    'p.yaml',
    { firmware: 'bios', set: [], keep: 'kept.img' },
    {
      readText: async () => '',
      out: () => undefined,
      err: (text) => {
        said += text;
      },
      interactive: false,
    },
  );
  return said;
}

test('DomUs that emulation may fail are named before the boot, and the profile stays as it is', async () => {
  expect(await rehearsed()).toMatch(
    /^web1 \(auto: pvh\): .*emulated whole.* With {2}type: pv {2}they come up here too; the profile is rehearsed as it is\.\n$/,
  );
  expect(done).toEqual(['install', 'boot after words']);
  expect(await rehearsed('domus.web1.type=hvm')).toMatch(/^web1 \(hvm\): /m);
});

test('of PV ones nothing is said', async () => {
  expect(await rehearsed('domus.web1.type=pv')).toBe('');
  expect(done).toEqual(['install', 'boot']);
});
