/**
 * What an install tells people to type is the same install again: with all that its plan depends on, and nothing that
 * is secret.
 */
import { expect, test } from 'vitest';
import { resumeCommand, startAgain } from '../../src/install/next-command.ts';
import { planOf } from '../plan/host.ts';

test('to go on, the words that the plan depends on are said again, quoted for a shell', () => {
  expect(resumeCommand('a b.yaml', { image: [], set: ["host.motd=it's"], state: '/var/tmp/s' })).toBe(
    String.raw`xenwright install 'a b.yaml' --set 'host.motd=it'\''s' --state /var/tmp/s --resume`,
  );
  expect(resumeCommand('p.yaml', { image: ['host.img:20G'], set: [], sha256: 'ab', allowClear: ['host.admin'] })).toBe(
    "xenwright install p.yaml --sha256 ab --allow-clear 'host.admin' --image host.img:20G --resume",
  );
  expect(resumeCommand('p.yaml', { image: [], set: [], resumeCommand: 'npm start -- quickstart' })).toBe(
    'npm start -- quickstart',
  );
});

test('a password keeps its place, and is not said', () => {
  expect(
    resumeCommand('p.yaml', {
      image: [],
      set: [
        'host.admin.password=hunter2',
        'host.source.mirror=http://me:hunter3@m.example',
        'host.admin={password: hunter4}',
        'host.admin.password=env:PW',
      ],
    }),
  ).toBe(
    "xenwright install p.yaml --set 'host.admin.password=…' --set 'host.source.mirror=http://…@m.example' --set 'host.admin=…' --set host.admin.password=env:PW --resume",
  );
});

test('who is named in the SOURCE, and a token of its query, is not said either', () => {
  expect(resumeCommand('https://me:hunter2@srv.example/p.yaml?token=hunter3', { image: [], set: [] })).toBe(
    "xenwright install 'https://…@srv.example/p.yaml?token=…' --resume",
  );
});

test('to start anew an image goes with its state, and on own disks another folder decides', () => {
  expect(startAgain('p.yaml', { image: ['my host.img:20G'], set: [] }, 'my host.img.xenwright')).toBe(
    "rm -rf 'my host.img' 'my host.img.xenwright'",
  );
  expect(startAgain('p.yaml', { image: [], set: ['a=b'] }, '/var/lib/xenwright/run')).toBe(
    'xenwright install p.yaml --set a=b --state /var/lib/xenwright/run-anew',
  );
});

test('install.overwrite and the words for it are no part of a plan: a run that was allowed by them goes on without them', () => {
  expect(planOf(['install.overwrite=any']).hash).toBe(planOf().hash);
});
