/** Xen itself: is there one, and what Dom0 gets. */
import { defaultDom0MemoryMiB } from '../../../plan/defaults.ts';
import { consoleWords, resolveConsole } from '../../../plan/boot/console.ts';
import { formatMiB } from '../../../profile/sizes.ts';
import { getAt } from '../../answers/draft.ts';
import { hostField, named, option } from '../fields.ts';
import { moreField } from '../more.ts';
import type { Context, Option, Screen } from '../screen.ts';
import { HOST_MORE } from './more.ts';

/** Does the host get a hypervisor? Without one there are no DomUs. */
export function hasXen({ draft }: Pick<Context, 'draft'>): boolean {
  return getAt(draft.profile, ['host', 'hypervisor']) !== 'none';
}

export const xen: Screen = {
  id: 'xen',
  section: 'host',
  kind: 'form',
  owns: [
    ['host', 'xen'],
    ['host', 'hypervisor'],
  ],
  fields: [
    hostField('hypervisor', 'choice', 'host.hypervisor', {
      options: () => [option('xen', 'options.xen'), option('none', 'options.noXen')],
    }),
    hostField('dom0Memory', 'size', 'host.xen.memory', {
      isShown: hasXen,
      fallback: ({ facts }) => formatMiB(defaultDom0MemoryMiB(facts.memoryMiB)),
    }),
    hostField('dom0Vcpus', 'number', 'host.xen.vcpus', {
      isShown: hasXen,
      fallback: ({ facts }) => Math.max(1, Math.min(facts.cpu.count, 4)),
    }),
    hostField('console', 'search', 'host.xen.console', { isFree: true, options: consoles }),
    hostField('xenOptions', 'text', 'host.xen.options', { isShown: hasXen }),
    moreField('hostMore', 'host', () => HOST_MORE),
  ],
};

/** What auto means on this machine is shown with it. */
function consoles({ facts }: Context): Option[] {
  return [
    { value: 'auto', label: { text: `auto (${consoleWords(resolveConsole('auto', facts))})` } },
    ...named(['vga', 'com1', 'com2', 'vga+com1', 'vga+com2']),
  ];
}
