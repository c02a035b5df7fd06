/** What goes wrong behind or in the drawing ends the wizard with its reason, and the terminal is given back first. */
import { expect, test } from 'vitest';
import { machineFacts } from '../plan/host.ts';
import { pretendPorts } from './support/ports.ts';
import { openWizard } from './support/wizard.ts';

test('a look at the machine that fails', async () => {
  const wizard = await openWizard({
    ports: pretendPorts(machineFacts('no-disk'), {
      probe: async () => {
        throw new Error('lsblk went away');
      },
    }),
  });
  await expect(wizard.end).rejects.toThrow('lsblk went away');
});

test('a fault behind a key', async () => {
  const wizard = await openWizard();
  await wizard.shows('Keyboard');
  wizard.session.send({
    type: 'hashed',
    place: { screen: 'no such screen' as 'review', domu: null },
    field: 'password',
    hash: 'x',
  });
  await expect(wizard.end).rejects.toThrow('no screen is called');
});

test('answers that end at a screen of another version start at the first one', async () => {
  const wizard = await openWizard({
    savedDraft: {
      draft: { target: {}, profile: { version: 1, host: { hostname: 'kept' } } },
      place: { screen: 'gone' as 'review', domu: null },
      asksAll: true,
      time: 'now',
    },
  });
  await wizard.shows('Continue with them');
  wizard.press('enter');
  await wizard.shows('Host kept');
  await wizard.shows('step 1 of 11');
  await wizard.close();
});

test('a machine without any disk, card or key goes the whole way into an image', async () => {
  const wizard = await openWizard({ ports: pretendPorts({ ...machineFacts('no-disk'), nics: [] }, { ownKeys: [] }) });
  for (let step = 0; step < 11; step++) wizard.press('ctrl-n');
  await wizard.shows('[ Install now ]');
  await wizard.close();
});
