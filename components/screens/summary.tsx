/** The host is complete: what it will be, in a few rows, before its DomUs come. */
import type { BodyProps } from './body-props.ts';
import type { ReactNode } from 'react';
import { plainLine, type Line } from '../layout/line.tsx';
import { Scroll } from '../layout/scroll.tsx';
import { useLook, type Look } from '../look.tsx';
import { say } from '../../src/i18n/phrase.ts';
import { pad } from '../../src/ui/terminal/cells.ts';
import { imageFile, targetKind } from '../../src/ui/answers/target.ts';
import { describeDisk } from '../../src/ui/questions/host/disk.ts';
import { screenOf } from '../../src/ui/questions/order.ts';
import type { Context, FieldId, ScreenId } from '../../src/ui/questions/screen.ts';
import { contextOf } from '../../src/ui/answers/context.ts';
import { chosenDisk } from '../../src/ui/answers/disks.ts';
import { getAt, textsAt } from '../../src/ui/answers/draft.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';
import { shownValue } from './form-lines.ts';

export function Summary({ state, height, width }: BodyProps): ReactNode {
  const look = useLook();
  return <Scroll lines={summaryLines(state, look)} at={0} height={height} width={width} />;
}

export function summaryLines(state: WizardState, look: Look): Line[] {
  const context = contextOf(state);
  const { t, glyphs } = look;
  const value = (screen: ScreenId, id: FieldId): string => {
    const field = screenOf(screen).fields.find((one) => one.id === id);
    return field === undefined ? '' : shownValue(field, context, look);
  };
  const row = (label: string, text: string): Line => [{ text: `   ${pad(label, 16)} `, style: 'quiet' }, { text }];
  const vcpus = value('xen', 'dom0Vcpus');
  const addresses = textsAt(context.effective, ['host', 'network', 'bridges', 0, 'addresses']);
  return [
    plainLine(`   ${t('summary.intro')}`),
    [],
    row(t('summary.target'), targetText(context, value('target', 'imageSize'), look)),
    row(t('fields.hostname.label'), value('identity', 'hostname')),
    row(t('summary.system'), `${value('sources', 'release')}, ${value('xen', 'hypervisor')}`),
    row(
      t('fields.layout.label'),
      `${value('layout', 'layout')}: /boot ${value('layout', 'boot')}, root ${value('layout', 'root')}, swap ${value('layout', 'swap')}`,
    ),
    row(
      t('summary.network'),
      `${value('network', 'bridge')}, ${value('network', 'mode')}, ${addresses.length === 0 ? t('form.nothing') : addresses.join(' ')}`,
    ),
    row(t('summary.login'), loginText(context, look)),
    ...(getAt(context.effective, ['host', 'hypervisor']) === 'none'
      ? []
      : [
          row(
            t('summary.dom0'),
            t('summary.dom0Of', { memory: value('xen', 'dom0Memory'), vcpus, count: Number(vcpus) }),
          ),
        ]),
    row(t('summary.time'), value('identity', 'timezone')),
    [],
    [
      { text: ` ${glyphs.pointer} `, style: 'focus' },
      { text: `[ ${t('form.continue')} ]`, style: 'bar' },
    ],
  ];
}

function targetText(context: Context, size: string, { t }: Look): string {
  if (targetKind(context) === 'image') return t('summary.newImage', { file: imageFile(context.draft), size });
  const disk = chosenDisk(context.draft, context.facts.disks);
  return t('summary.disk', { disk: disk === null ? '?' : say(describeDisk(disk), t) });
}

function loginText({ effective }: Context, { t }: Look): string {
  const keys = textsAt(effective, ['host', 'admin', 'sshKeys']).length;
  const hasPassword =
    getAt(effective, ['host', 'admin', 'passwordHash']) != null ||
    getAt(effective, ['host', 'admin', 'password']) != null;
  const ways = [
    ...(keys > 0 ? [t('summary.keys', { count: keys })] : []),
    ...(hasPassword ? [t('summary.password')] : []),
  ];
  return ways.length === 0
    ? t('summary.nobody')
    : t('summary.loginAs', {
        user: String(getAt(effective, ['host', 'admin', 'user']) ?? 'root'),
        ways: ways.join(', '),
      });
}
