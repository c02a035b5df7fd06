/** Which Debian, and where its packages come from. */
import { hostField, named, option } from '../fields.ts';
import type { Option, Screen } from '../screen.ts';
import { hasMedium, medium } from './medium.ts';

/** Those that the checks know. */
export function releases(): Option[] {
  return [option('bookworm', 'options.bookworm'), option('trixie', 'options.trixie'), option('forky', 'options.forky')];
}

export const sources: Screen = {
  id: 'sources',
  section: 'host',
  kind: 'form',
  owns: [['host', 'source']],
  fields: [
    hostField('release', 'choice', 'host.release', { options: releases }),
    hostField('mirror', 'text', 'host.source.mirror'),
    hostField('securityMirror', 'text', 'host.source.securityMirror'),
    hostField('components', 'multi', 'host.source.components', {
      options: () => named(['main', 'contrib', 'non-free', 'non-free-firmware']),
    }),
    hostField('proxy', 'text', 'host.proxy'),
    hostField('firmwarePackages', 'choice', 'host.firmwarePackages', {
      options: () => [
        option('auto', 'options.asNeeded'),
        option('all', 'options.allFirmware'),
        option('none', 'options.none'),
      ],
    }),
    hostField('packages', 'packages', 'host.packages'),
    medium,
    hostField('copyMedium', 'toggle', 'host.source.copyMedium', { isShown: hasMedium }),
    hostField('serveMedium', 'toggle', 'host.source.serveMedium', { isShown: hasMedium }),
  ],
};
