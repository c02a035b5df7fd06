/** What is secret by how it looks, and what only seems so. */
import { describe, expect, it } from 'vitest';
import { secretSpans, withoutSecrets } from '../src/secret-looks.ts';

const KEY = `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH ${'PRIVATE'} KEY-----`;

describe('what is secret by how it looks', () => {
  it.each([
    ['http://admin:CANARY@server/p.yaml', 'http://…@server/p.yaml'],
    ['http://CANARY@server/p.yaml', 'http://…@server/p.yaml'],
    ['nfs://a:CAN@ARY@server/p', 'nfs://…@server/p'],
    ['http://a:CAN/ARY@server/p', 'http://…@server/p'],
    ['http://a:CANARY@[fd00::1]:8080/p', 'http://…@[fd00::1]:8080/p'],
    ['https://s/p?a=1&token=CANARY&b=2', 'https://s/p?a=1&token=…&b=2'],
    ['https://s/p?X-Amz-Signature=CANARY', 'https://s/p?X-Amz-Signature=…'],
    ['https://s/p?sv=1;sig=CANARY', 'https://s/p?sv=1;sig=…'],
    ['https://s/p?api%5Fkey=CANARY', 'https://s/p?api%5Fkey=…'],
    ['https://s/p?apikey=CANARY', 'https://s/p?apikey=…'],
    ['https://s/#access_token=CANARY', 'https://s/#access_token=…'],
    ['https://hooks.example.com/services/CANARY/CANARY', 'https://hooks.example.com/…'],
    ['https://chat.example/api/webhooks/1/CANARY?x=1', 'https://chat.example/api/webhooks/…?x=1'],
    ['type=vnc,vncpasswd=CANARY,vnc=1', 'type=vnc,vncpasswd=…,vnc=1'],
    ['vfb = [ "vncpasswd=CANARY" ]', 'vfb = [ "vncpasswd=…" ]'],
    ["password = 'CAN ARY' # x", "password = '…' # x"],
    [`before\n${KEY}\nafter`, 'before\n…\nafter'],
    ['root:$6$saltsalt$CANARYCANARY:1', 'root:…:1'],
    ['curl -f "https://u:CANARY@s/x" | sh', 'curl -f "https://…@s/x" | sh'],
  ])('%s is shown as %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each([
    'https://server:8080/a@b/p.yaml',
    'https://s/p?author=me&design=x&keyboard=de',
    'https://[fd00::1]/p?name=a@b',
    'mail me@example.org',
    'curl "https://$USER:$PW@s/"'.replace('$USER:$PW', '$LOGIN'),
    'https://…@s/p?token=…',
    'password=$DB_PASSWORD',
    'costs $6$',
  ])('%s has nothing secret', (text) => {
    expect(secretSpans(text)).toEqual([]);
  });

  it('takes time by the length of the text alone', () => {
    for (const piece of [
      'a',
      ':',
      '://',
      '@',
      'http://',
      '?token=',
      'password=',
      '$6$',
      '-----BEGIN PRIVATE KEY-----',
    ]) {
      const beganMs = performance.now();
      withoutSecrets(piece.repeat(200_000 / piece.length));
      expect(performance.now() - beganMs).toBeLessThan(20_000);
    }
  });
});
