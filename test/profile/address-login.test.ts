import { expect, test } from 'vitest';
import {
  aptLogins,
  hasLogin,
  loginOf,
  namedLogins,
  secretsInAddress,
  shownAddress,
  withoutLogin,
} from '../../src/profile/address-login.ts';
import { minimalText, profileOf } from './fixtures.ts';

test.each([
  ['https://u:p@m.example/debian', 'https://m.example/debian'],
  ['http://u@m.example:8080/', 'http://m.example:8080/'],
  ['https://u:p@w@m.example/x', 'https://m.example/x'],
  ['http://u:p@[::1]:80/x', 'http://[::1]:80/x'],
  ['https://m.example/x@y', 'https://m.example/x@y'],
  ['auto', 'auto'],
  ['file:/srv/a@b', 'file:/srv/a@b'],
  ['cdrom', 'cdrom'],
])('who is named in %s is left out', (address, without) => {
  expect(withoutLogin(address)).toBe(without);
  expect(hasLogin(address)).toBe(address !== without);
});

test.each([
  ['https://u:p@m.example/debian', { machine: 'https://m.example/debian/', user: 'u', password: 'p' }],
  // Hosts and ports stay as they are written: that is how apt compares them.
  ['HTTP://u%40x:p%3Aw%2f%25@M.example:80', { machine: 'http://M.example:80/', user: 'u@x', password: 'p:w/%' }],
  ['https://token@m.example/a/', { machine: 'https://m.example/a/', user: 'token', password: '' }],
  ['http://u:p@[2001:db8::1]:8080/a', { machine: 'http://2001:db8::1:8080/a/', user: 'u', password: 'p' }],
  ['http://m.example/', null],
  ['auto', null],
  ['file://u:p@/srv', 'unfit'],
  ['https://u:p%20w@m/', 'unfit'],
  ['https://u:p%zz@m/', 'unfit'],
  ['https://:p@m/', 'unfit'],
  ['https://a%3Ab:p@m/', 'unfit'],
  ['https://u:p%0Aw@m/', 'unfit'],
  ['https://u:p@/x', 'unfit'],
])('apt is told of %s', (address, login) => {
  expect(loginOf(address, false)).toEqual(login);
});

test('the file names the longest machine first, the proxy by its host alone, and nobody where nobody is named', () => {
  const sets = [
    'host.source.mirror=https://u:p@m.example/debian',
    'host.source.extra=[{ uri: "https://u2:p2@m.example/debian/extra", suite: own, components: [main] }]',
    'host.proxy=http://pu:pp@proxy:3128/',
  ];
  const { host } = profileOf(minimalText, sets);
  const text =
    'machine https://m.example/debian/extra/ login u2 password p2\nmachine https://m.example/debian/ login u password p\nmachine http://proxy:3128 login pu password pp\n';
  expect(aptLogins(host.source, host.proxy)).toBe(text);
  expect(namedLogins(profileOf(minimalText, sets), 'host.apt')).toBe(text);
  expect(namedLogins(profileOf(minimalText), 'host.apt')).toBe('');
  expect(namedLogins(profileOf(minimalText), 'host.admin.password')).toBeNull();
});

test('what must not be seen is the password in both spellings, or the name that stands alone', () => {
  expect(secretsInAddress('https://u:p%40w@m/')).toEqual(['p%40w', 'p@w']);
  expect(secretsInAddress('https://token@m/')).toEqual(['token', 'token']);
  expect(secretsInAddress('https://m/')).toEqual([]);
  expect(shownAddress('https://u:a/b@c@m/x')).toBe('https://…@m/x');
});
