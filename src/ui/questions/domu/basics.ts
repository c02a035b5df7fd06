/** A DomU's name and kind, and when it starts. */
import { domuField, option } from '../fields.ts';
import type { Screen } from '../screen.ts';

export const basics: Screen = {
  id: 'basics',
  section: 'domu',
  kind: 'form',
  fields: [
    domuField('domuName', 'text', 'name', { isRequired: true }),
    domuField('domuHostname', 'text', 'hostname'),
    domuField('type', 'choice', 'type', {
      options: () => [
        option('auto', 'options.typeAuto'),
        option('pvh', 'options.pvh'),
        option('pv', 'options.pv'),
        option('hvm', 'options.hvm'),
      ],
    }),
    domuField('bootBy', 'choice', 'boot', {
      options: () => [
        option('auto', 'options.bootAuto'),
        option('grub', 'options.grub'),
        option('pygrub', 'options.pygrub'),
        option('direct', 'options.direct'),
      ],
    }),
    domuField('autostart', 'toggle', 'autostart'),
    domuField('order', 'number', 'order'),
    domuField('startDelay', 'text', 'startDelay'),
    domuField('onCrash', 'choice', 'onCrash', {
      options: () => [
        option('restart', 'options.restart'),
        option('destroy', 'options.destroy'),
        option('preserve', 'options.preserve'),
        option('coredump-restart', 'options.dumpRestart'),
        option('coredump-destroy', 'options.dumpDestroy'),
      ],
    }),
  ],
};
