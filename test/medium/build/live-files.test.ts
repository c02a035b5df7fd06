import { expect, it } from 'vitest';
import { liveFiles, PROGRAM } from '../../../src/medium/build/live-files.ts';

const wrapper = (isExecutable: boolean): string => liveFiles('', null, isExecutable).find(({ path }) => path === '/usr/bin/xenwright')?.content ?? '';

it('the command starts what the medium carries: Node.js and the bundle, or the single executable alone', () => {
  expect(wrapper(false)).toContain(`exec ${PROGRAM.node} ${PROGRAM.bundle} "$@"`);
  expect(wrapper(true)).toContain(`exec ${PROGRAM.executable} "$@"`);
});
