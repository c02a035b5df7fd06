/** A small host and its DomUs, from the wizard's first screen to the beginning of the install, as a person types it. */
import { expect } from 'vitest';
import { addDomu, fill, next, titleOf, to, turnTo } from './answers.ts';
import type { Pty } from './pty.ts';

/**
 * By label, on whichever screen it is asked: what fits into a few gigabytes and boots soon where everything is
 * emulated.
 */
const HOST = {
  '/boot': '512M',
  "Dom0's root": '3G',
  "Dom0's swap": '256M',
  Cache: '512M',
  'Kept free': '512M',
  'Host name': 'xen1.example.org',
};
/** What emulated machines need. */
const XEN_OPTIONS = 'spec-ctrl=no xpti=no pcid=0 smap=0 smep=0';
const DOMUS = [
  { Name: 'web1', Memory: '384M', 'Root disk': '1G', Swap: '128M' },
  // Two guests on nested paging at once are more than emulation bears: the second is a PV one.
  { Name: 'db1', Type: 'PV', Memory: '384M', 'Root disk': '1G', Swap: '0' },
];

/** Answers what this screen asks of these; gives the labels that were there. */
async function answerHere(screen: Pty, answers: Readonly<Record<string, string>>): Promise<string[]> {
  const here = Object.entries(answers).filter(([label]) =>
    screen.rows().some((row) => row.slice(3).startsWith(`${label} `)),
  );
  for (const [label, value] of here)
    await (label === 'Type' ? turnTo(screen, label, value) : fill(screen, label, value));
  return here.map(([label]) => label);
}

/** Screen after screen until that one is there; everything must have been asked. */
async function answerUntil(screen: Pty, last: string, answers: Readonly<Record<string, string>>): Promise<void> {
  const asked: string[] = [];
  while (titleOf(screen) !== last) {
    asked.push(
      ...(await answerHere(
        screen,
        Object.fromEntries(Object.entries(answers).filter(([label]) => !asked.includes(label))),
      )),
    );
    await next(screen);
  }
  expect(asked.sort()).toEqual(Object.keys(answers).sort());
}

/** Ends when the install is under way. */
export async function typeWholeHost(screen: Pty): Promise<void> {
  await answerUntil(screen, 'Xen and Dom0', HOST);
  await fill(screen, "Xen's options", XEN_OPTIONS);
  await to(screen, 'DomUs');
  for (const domu of DOMUS) {
    await addDomu(screen);
    await answerUntil(screen, 'DomUs', domu);
    await screen.shows(`${domu.Name} is complete.`);
  }
  await to(screen, 'Review');
  await screen.shows('[ Install now ]');
  screen.press('enter');
  await screen.shows('Install of xen1.example.org');
}
