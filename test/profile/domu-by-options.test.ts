/** `domu add NAME --memory 1G …` is planned as the file that says the same. */
import { expect, test } from 'vitest';
import { planOfAdded } from '../../src/plan/added-domus.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { readAdded } from '../../src/profile/added-domus.ts';
import { isByOptions, textByOptions, type DomuByOptions } from '../../src/profile/domu-by-options.ts';
import { keptProfile } from '../../src/profile/kept.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { imageFacts, profileOf } from '../plan/host.ts';

const kept = profileOf();
function planFrom(text: string) {
  const { given, findings } = readAdded(keptProfile(kept), 'kept', loadProfile(text, 'x'));
  expect(findings).toEqual([]);
  const added = given ?? [];
  const whole = buildPlan({ ...kept, domus: [...kept.domus, ...added] }, { ...imageFacts(), kind: 'machine' });
  return planOfAdded(
    whole,
    added.map(({ name }) => name),
  );
}

test.each<[DomuByOptions, string]>([
  [{ memory: '1G' }, '{ name: web2, memory: 1G }'],
  [{ memory: '1G', vcpus: '2', disk: '10G' }, '{ name: web2, memory: 1G, vcpus: 2, disks: { root: { size: 10G } } }'],
  [{ release: 'bookworm', bridge: 'xenbr0' }, '{ name: web2, release: bookworm, network: [{ bridge: xenbr0 }] }'],
  [
    { set: ['order=3', 'network.0.addresses=[192.0.2.7/24]', 'disks.swap=0'] },
    '{ name: web2, order: 3, network: [{ addresses: [192.0.2.7/24] }], disks: { swap: 0 } }',
  ],
  [
    { copyOf: 'web1', memory: '1G' },
    '{ name: web2, memory: 1G, disks: { root: { size: 2G }, swap: 256M, data: [{ name: srv, size: 1G, mount: /srv }] }, health: [{ tcp: 22 }, { unit: ssh }] }',
  ],
])('%j is as the file %s', (options, domu) => {
  expect(isByOptions(options)).toBe(true);
  const plan = planFrom(textByOptions('web2', options, kept));
  expect(plan.hash).toBe(planFrom(`version: 1\ndomus: [${domu}]\n`).hash);
});

test('a copy has no address, name or card of the other', () => {
  const host = profileOf([
    'domus.web1.hostname=www.example.org',
    'domus.web1.network=[{ mac: "52:54:00:00:00:09", addresses: [192.0.2.9/24], gateways: [192.0.2.1] }]',
  ]);
  const text = textByOptions('web2', { copyOf: 'web1' }, host);
  expect(text).not.toMatch(/www\.example|52:54|192\.0\.2/);
});

test('what is no DomU of this host cannot be copied, and a change that is none is told', () => {
  expect(() => textByOptions('web2', { copyOf: 'web7' }, kept)).toThrow('web7');
  expect(() => textByOptions('web2', { set: ['memory.x.y=['] }, kept)).toThrow(/memory/);
  expect(isByOptions({})).toBe(false);
});
