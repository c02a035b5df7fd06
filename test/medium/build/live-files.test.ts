import { expect, it } from 'vitest';
import { liveFiles, PROGRAM } from '../../../src/medium/build/live-files.ts';

const wrapper = (isExecutable: boolean): string =>
  liveFiles('', null, isExecutable).find(({ path }) => path === '/usr/bin/xenwright')?.content ?? '';

it('consoles of the medium are told UTF-8, which is what is written to them', () => {
  expect(liveFiles('', null).find(({ path }) => path === '/etc/default/console-setup')?.content).toMatch(
    /^CHARMAP="UTF-8"$/m,
  );
});

it('the command starts what the medium carries: Node.js and the bundle, or the single executable alone', () => {
  expect(wrapper(false)).toContain(`exec ${PROGRAM.node} ${PROGRAM.bundle} "$@"`);
  expect(wrapper(true)).toContain(`exec ${PROGRAM.executable} "$@"`);
});
