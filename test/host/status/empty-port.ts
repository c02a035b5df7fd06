/** A machine without files and tools. */
import type { StatusPort } from '../../../src/host/status/port.ts';

export function emptyPort(): StatusPort {
  return {
    read: async () => null,
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    run: async () => null,
    ask: async () => ({ kind: 'missing' }),
    healthy: async () => null,
    pause: async () => undefined,
    now: () => 0,
    isRoot: true,
  };
}
