/**
 * Time zone, language and keyboard: is there such a one in every release that is installed? They are asked of its own
 * lists, since what is missing would be found out when the disks are wiped, or never.
 */
import type { EffectiveProfile, FileEntry } from '../../profile/effective.ts';
import { nearestOnes } from '../../profile/nearest.ts';
import { listsOf } from '../../plan/distributions/table.ts';
import type { ReleaseLists } from '../../plan/distributions/release-lists.ts';
import { memoizeByKey } from '../../memoize.ts';
import { didYouMean, type Finding } from '../finding.ts';
import { invalid, type Path, type Rule } from '../rule.ts';

/** How many names a hint offers. */
const OFFERED = 3;

/** One of the systems that are installed. */
interface System {
  readonly distribution: string;
  readonly release: string;
  readonly lists: ReleaseLists;
  /** What the profile itself puts there. */
  readonly files: readonly FileEntry[];
}

export const placesExist: Rule = (profile) => {
  const systems = systemsOf(profile);
  const first = (check: (system: System) => Finding[]): Finding[] => {
    for (const system of systems) {
      const found = check(system);
      if (found.length > 0) return found;
    }
    return [];
  };
  return [
    ...first((system) => checkLanguage(profile.language, system)),
    ...first((system) => checkKeyboard(profile.keyboard, system)),
    ...first((system) => checkZone(profile.timezone, system)),
  ];
};

/** Families and releases that nobody knows have findings of their own. */
function systemsOf({ host, domus }: EffectiveProfile): System[] {
  return [host, ...domus].flatMap(({ distribution, release, files }) => {
    const lists = listsOf(distribution);
    return lists === null || lists.zones(release).size === 0 ? [] : [{ distribution, release, lists, files }];
  });
}

/** Names alone: they end up between quotes in files of the system. */
function isBrought({ files }: System, folder: string, name: string): boolean {
  return /^[\w+-]+(\/[\w+-]+)*(@\w+)?$/.test(name) && files.some(({ path }) => path === `/usr/share/${folder}/${name}`);
}

/** An error that offers what is nearest; without anything near, the text's own hint stands. */
function missing(
  id: Parameters<typeof invalid>[0],
  path: Path,
  values: Readonly<Record<string, string>>,
  near: readonly string[],
): Finding[] {
  return [invalid(id, path, values, near.length === 0 ? undefined : didYouMean(...near))];
}

/** What is near is looked for once: a wizard asks again with each key. */
function onceFor(near: (name: string, system: System) => string[]): (name: string, system: System) => string[] {
  const kept = memoizeByKey(
    ({ name, system }: { readonly name: string; readonly system: System }) => near(name, system),
    ({ name, system }) => `${system.distribution} ${system.release} ${name}`,
  );
  return (name, system) => kept({ name, system });
}

function checkZone(timezone: string, system: System): Finding[] {
  const zones = system.lists.zones(system.release);
  if (zones.has(timezone) || isBrought(system, 'zoneinfo', timezone)) return [];
  return missing('unknown-timezone', ['timezone'], { timezone, release: system.release }, nearZones(timezone, system));
}

const nearZones = onceFor((timezone, { lists, release }) => {
  const all = [...lists.zones(release)];
  const near = nearestOnes(timezone, all, OFFERED);
  // `Berlin` alone, or under another region.
  const city = timezone.split('/').at(-1)?.toLowerCase() ?? '';
  const sameCity = city === '' ? [] : all.filter((zone) => zone.toLowerCase().endsWith(`/${city}`));
  const isExact = near[0]?.toLowerCase() === timezone.toLowerCase();
  return isExact ? near.slice(0, 1) : [...new Set([...sameCity, ...near])].slice(0, OFFERED);
});

/** A definition, its charset, its modifier. */
function checkLanguage(language: string, system: System): Finding[] {
  const locales = system.lists.locales(system.release);
  const [, name = '', charset, modifier = ''] = /^([^.@]*)(?:\.([^@]*))?(@.*)?$/.exec(language) ?? [];
  const definition = `${name}${modifier}`;
  const isKnown = locales.has(definition) || isBrought(system, 'i18n/locales', definition);
  // The C library brings this one itself, without a charset only.
  const hasCharset = charset === undefined || (charset === 'UTF-8' && name !== 'POSIX');
  if (isKnown && hasCharset) return [];
  const near = isKnown ? [name === 'POSIX' ? 'C' : definition] : nearLocales(name, system);
  return missing(
    'bad-language',
    ['language'],
    { language, release: system.release },
    near.map((one) => one.replace(/^[^@]*/, '$&.UTF-8')),
  );
}

/** The same language or the same country first: `en_DE` is one letter from many that nobody means. */
const nearLocales = onceFor((name, { lists, release }) => {
  const plain = [...lists.locales(release)].filter((one) => !one.includes('@') && one !== 'POSIX');
  const [tongue = '', written = ''] = name.toLowerCase().replaceAll('-', '_').split('_');
  // The one country that people call otherwise than ISO 3166 does.
  const country = written === 'uk' ? 'gb' : written;
  const home = plain.filter((one) => one.toLowerCase() === `${tongue}_${country || tongue}`);
  const ofCountry = plain.filter((one) => country !== '' && one.toLowerCase() === `${country}_${country}`);
  const ofTongue = plain.filter((one) => one.toLowerCase().split('_')[0] === tongue);
  return [
    ...new Set([
      ...home,
      ...nearestOnes(name, ofTongue, 1),
      ...ofCountry,
      ...ofTongue.slice(0, OFFERED),
      ...nearestOnes(name, plain, OFFERED),
    ]),
  ].slice(0, OFFERED);
});

const nearLayouts = onceFor((name, { lists, release }) =>
  nearestOnes(name, [...lists.keyboards(release).keys()], OFFERED),
);

function checkKeyboard({ layout, variant }: EffectiveProfile['keyboard'], system: System): Finding[] {
  const keyboards = system.lists.keyboards(system.release);
  const variants = variant.split(',');
  const layouts = layout.split(',');
  const { release } = system;
  const found = layouts.flatMap((name, index) => {
    const wanted = variants[index] ?? '';
    if (isBrought(system, 'X11/xkb/symbols', name) && /^[\w-]*$/.test(wanted)) return [];
    const known = keyboards.get(name);
    const path = ['keyboard', known === undefined ? 'layout' : 'variant'];
    if (known === undefined)
      return missing('bad-keyboard.layout', path, { layout: name, release }, nearLayouts(name, system));
    if (wanted === '' || known.has(wanted)) return [];
    return missing(
      'bad-keyboard.variant',
      path,
      { layout: name, variant: wanted, release },
      nearestOnes(wanted, [...known], OFFERED),
    );
  });
  if (found.length > 0 || variants.slice(layouts.length).every((more) => more === '')) return found;
  return missing('bad-keyboard.variants', ['keyboard', 'variant'], { layout, variant }, []);
}
