/** Which disk of this machine, and how it is laid out. */
import { describeContent } from '../../../facts/disk-words.ts';
import { listed, type Listing } from '../../../i18n/phrase.ts';
import type { DiskFacts } from '../../../facts/facts.ts';
import { chosenDisk, fitsImage, likelyDisk, refusalOfDisk, selectorFor } from '../../answers/disks.ts';
import { getAt, setProfile } from '../../answers/draft.ts';
import type { Layout } from '../../../plan/storage/layouts/layout.ts';
import { layoutOf } from '../../../plan/storage/layouts/table.ts';
import type { StorageSettings } from '../../../profile/effective.ts';
import { hostField, named, option } from '../fields.ts';
import type { Context, Option, Screen } from '../screen.ts';
import { targetKind } from '../../answers/target.ts';

const DISKS = ['host', 'storage', 'disks'] as const;

export const disk: Screen = {
  id: 'disk',
  section: 'host',
  kind: 'form',
  // Selectors of a loaded profile that do not fit an image are asked again here.
  isShown: (context) => targetKind(context) === 'disks' || !fitsImage(context.draft),
  fields: [
    {
      id: 'disk',
      kind: 'rows',
      isRequired: true,
      isFilled: true,
      options: diskOptions,
      isNeeded: (context) => targetKind(context) === 'disks',
      paths: () => [DISKS],
      read: ({ draft, facts }) =>
        getAt(draft.profile, DISKS) === undefined ? undefined : (chosenDisk(draft, facts.disks)?.path ?? null),
      write: (draft, value, { facts }) => {
        const chosen = facts.disks.find((candidate) => candidate.path === value);
        const selector =
          chosen === undefined ? null : facts.kind === 'image' ? { largest: true } : selectorFor(chosen, facts.disks);
        return setProfile(draft, DISKS, selector === null ? undefined : [selector]);
      },
      fallback: ({ facts }) => likelyDisk(facts.disks)?.path,
    },
  ],
};

function diskOptions({ facts }: Context): Option[] {
  return facts.disks.map((candidate) => {
    const refusal =
      refusalOfDisk(candidate) ??
      (facts.kind === 'image' || selectorFor(candidate, facts.disks) !== null
        ? null
        : { key: 'options.sameDisk' as const });
    return { value: candidate.path, label: describeDisk(candidate), ...(refusal === null ? {} : { refusal }) };
  });
}

/** One line: name, size, model, serial, what is on it. */
export function describeDisk(facts: DiskFacts): Listing {
  const holds = facts.holds.map((content) => describeContent(content));
  const known = [
    facts.path.replace('/dev/', ''),
    { sizeMiB: facts.sizeMiB },
    [facts.vendor, facts.model].filter((text) => text !== null).join(' '),
    facts.serial ?? '',
    facts.transport,
  ].filter((text) => text !== '');
  return { list: [...known, listed(holds, { key: 'options.blank' })], by: 'spaces' };
}

/** The layout that stands in the answers; the default is that of a profile without one. */
function chosenLayout({ effective }: Context): Layout | null {
  const chosen = getAt(effective, ['host', 'storage', 'layout']);
  return typeof chosen === 'string' ? layoutOf({ layout: chosen as StorageSettings['layout'] }) : null;
}

export const layout: Screen = {
  id: 'layout',
  section: 'host',
  kind: 'form',
  owns: [
    ['host', 'storage'],
    ['host', 'storage', 'disks'],
  ],
  fields: [
    hostField('layout', 'choice', 'host.storage.layout', {
      options: () => [option('lvm', 'options.lvm'), option('plain', 'options.plain')],
    }),
    hostField('firmware', 'choice', 'host.storage.firmware', {
      options: () => named(['auto', 'bios', 'uefi', 'both']),
      isShown: (context) => targetKind(context) === 'disks',
    }),
    hostField('volumeGroup', 'text', 'host.storage.volumeGroup', {
      isShown: (context) => chosenLayout(context)?.group != null,
    }),
    hostField('boot', 'size', 'host.storage.boot'),
    hostField('root', 'size', 'host.storage.root'),
    hostField('swap', 'size', 'host.storage.swap'),
    hostField('cache', 'size', 'host.storage.cache'),
    hostField('reserve', 'size', 'host.storage.reserve'),
    hostField('wipe', 'choice', 'host.storage.wipe', {
      options: () => [option('auto', 'options.wipeAuto'), option('none', 'options.wipeNone')],
      isShown: (context) => targetKind(context) === 'disks' && chosenLayout(context)?.mayHoldOld === true,
    }),
  ],
};
