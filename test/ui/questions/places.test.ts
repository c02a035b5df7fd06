/** What the wizard offers exists in every release. */
import { expect, test } from 'vitest';
import { listsOf } from '../../../src/plan/distributions/table.ts';
import { keyboards, languages, timezones } from '../../../src/ui/questions/places.ts';

test.each(['bookworm', 'trixie', 'forky'])(
  '%s has each time zone, language and keyboard that is offered',
  (release) => {
    const lists = listsOf('debian');
    if (lists === null) throw new Error('no lists');
    const words = (options: readonly { readonly value: unknown }[]): string[] =>
      options.map(({ value }) => String(value));
    expect(words(timezones()).filter((zone) => !lists.zones(release).has(zone))).toEqual([]);
    expect(words(timezones()).length).toBeGreaterThan(400);
    const locale = { locale: 'en' } as const;
    expect(words(languages(locale)).filter((name) => !lists.locales(release).has(name.replace('.UTF-8', '')))).toEqual(
      [],
    );
    expect(words(keyboards(locale)).filter((name) => !lists.keyboards(release).has(name))).toEqual([]);
  },
);
