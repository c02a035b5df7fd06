/** The network as a picture: a bridge a line, with what leads out of it, its guests, and the host's addresses. Pure. */
import type { Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import type { Overview } from '../../src/host/overview/overview.ts';

export function networkLines({ bridges }: Pick<Overview, 'bridges'>, { t, glyphs }: Look): Line[] {
  if (bridges.length === 0) return [[{ text: ` ${t('hostScreen.noBridge')}`, style: 'quiet' }]];
  return bridges.map(({ name, uplinks, guests, addresses }): Line => {
    const isCut = uplinks.length > 0 && uplinks.every(({ hasLink }) => !hasLink);
    return [
      { text: ` ${t('hostScreen.guests', { count: guests })} `, style: 'quiet' },
      { text: `${glyphs.rule.repeat(2)} ${name} ${glyphs.rule.repeat(2)} `, style: 'plain' },
      {
        text:
          uplinks.length === 0
            ? t('hostScreen.noUplink')
            : uplinks
                .map((uplink) => (uplink.hasLink ? uplink.name : t('hostScreen.noLink', { name: uplink.name })))
                .join(', '),
        style: isCut ? 'error' : 'plain',
      },
      { text: `  ${addresses.join(' ')}`, style: 'quiet' },
    ];
  });
}
