import { expect, test } from 'vitest';
import fc from 'fast-check';
import { decoder, encode, type FromAgent } from '../../src/appliance/wire.ts';

function received(chunks: readonly string[]): FromAgent[] {
  const messages: FromAgent[] = [];
  const take = decoder<FromAgent>((message) => messages.push(message));
  for (const chunk of chunks) take(chunk);
  return messages;
}

test('messages arrive whole and in order, however the bytes are cut', () => {
  const messages: FromAgent[] = [
    { type: 'hello', uptimeSeconds: 7.5 },
    { type: 'output', id: 'a', stream: 'stdout', text: 'two\nlines, a "quote" and ünï¢ode' },
    { type: 'progress', id: 'a', done: 1, total: 2, unit: 'MiB' },
    { type: 'finished', id: 'a', error: null },
  ];
  const bytes = messages.map(encode).join('');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: bytes.length }), { maxLength: 20 }), (cuts) => {
      const edges = [...new Set([0, ...cuts.toSorted((a, b) => a - b), bytes.length])];
      expect(received(edges.slice(1).map((end, index) => bytes.slice(edges[index], end)))).toEqual(messages);
    }),
  );
});

test('a line that is no JSON is left out, and half a line waits', () => {
  expect(received(['Starting systemd-udevd\n{"type":"clo', 'sed"}\n{"type":"hello"'])).toEqual([{ type: 'closed' }]);
});
