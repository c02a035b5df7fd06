/** One answer that is no default for every screen that asks something; and a whole way through the wizard with them. */
import { addDomu, choose, fill, next, shown, titleOf, to } from './answers.ts';
import type { Pty } from './pty.ts';

type Answer = readonly [label: string, value: string, kind: 'text' | 'choice'];

/** Of the host, by the title of the screen. */
export const HOST_ANSWERS: ReadonlyMap<string, readonly Answer[]> = new Map<string, readonly Answer[]>([
  ['Language and keyboard', [['Keyboard', 'German', 'choice']]],
  ['Where to install', [['Image file', 'mine.img', 'text']]],
  [
    'Disk layout',
    [
      ["Dom0's root", '9G', 'text'],
      ['Kept free', '3G', 'text'],
    ],
  ],
  [
    'Network',
    [
      ['VLAN', '42', 'text'],
      ['MTU', '1400', 'text'],
    ],
  ],
  [
    'Debian and its packages',
    [
      ['Proxy', 'http://192.0.2.3:3128', 'text'],
      ['More packages', 'htop', 'text'],
    ],
  ],
  ['Name and time', [['Host name', 'xen7.example.org', 'text']]],
  ['Who logs in', [['User', 'ops7', 'text']]],
  ['Xen and Dom0', [["Dom0's memory", '1300M', 'text']]],
]);
/** Of a DomU. */
export const DOMU_ANSWERS: ReadonlyMap<string, readonly Answer[]> = new Map<string, readonly Answer[]>([
  [
    'What it is',
    [
      ['Name', 'web7', 'text'],
      ['Type', 'HVM', 'choice'],
    ],
  ],
  ['Memory and CPUs', [['Memory', '700M', 'text']]],
  ['Disks', [['Root disk', '5G', 'text']]],
  ['Network', [['MAC address', '02:00:00:00:00:07', 'text']]],
  ['Software and login', [['Packages', 'nginx', 'text']]],
]);

/** Answers the screen one is on. */
async function answer(screen: Pty, answers: ReadonlyMap<string, readonly Answer[]>): Promise<void> {
  for (const [label, value, kind] of answers.get(titleOf(screen)) ?? [])
    await (kind === 'text' ? fill : choose)(screen, label, value);
}

/** Which of the answers of this screen are not what they were; none, when nothing is lost. */
export function lost(screen: Pty, answers: ReadonlyMap<string, readonly Answer[]>): string[] {
  return (answers.get(titleOf(screen)) ?? []).flatMap(([label, value]) =>
    shown(screen, label).includes(value)
      ? []
      : [`${titleOf(screen)}: ${label} is ${shown(screen, label)}, not ${value}`],
  );
}

/** From the first screen to the review, answering everything; `each` happens on every screen before it is answered. */
export async function answerAll(screen: Pty, each: (screen: Pty) => Promise<Pty> = async (same) => same): Promise<Pty> {
  let here = screen;
  for (;;) {
    here = await each(here);
    if (titleOf(here) === 'DomUs') break;
    await answer(here, HOST_ANSWERS);
    await next(here);
  }
  await addDomu(here);
  while (titleOf(here) !== 'DomUs') {
    here = await each(here);
    await answer(here, DOMU_ANSWERS);
    await next(here);
  }
  await to(here, 'Review');
  return await each(here);
}
