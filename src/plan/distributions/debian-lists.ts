/** What each release of Debian has: time zones, locales, keyboards, users and groups. */
import accounts from '../../../assets/distributions/debian-accounts.txt' with { type: 'text' };
import keyboards from '../../../assets/distributions/debian-keyboards.txt' with { type: 'text' };
import locales from '../../../assets/distributions/debian-locales.txt' with { type: 'text' };
import zones from '../../../assets/distributions/debian-zones.txt' with { type: 'text' };
import { byRelease, type ReleaseLists } from './release-lists.ts';

export const lists: ReleaseLists = {
  zones: byRelease(zones, (lines) => new Set(lines.map(([name = '']) => name))),
  // POSIX is the C library's own other name of C.
  locales: byRelease(locales, (lines) => new Set([...lines.map(([name = '']) => name), 'POSIX'])),
  keyboards: byRelease(
    keyboards,
    (lines) => new Map(lines.map(([name = '', ...variants]) => [name, new Set(variants)])),
  ),
  accounts: byRelease(accounts, (lines) => new Map(lines.map(([name = '', origin = '']) => [name, origin]))),
};
