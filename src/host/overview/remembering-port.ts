/** Several readers of one look: what one has asked, the others need not ask again. For one look, then thrown away. */
import type { StatusPort } from '../status/port.ts';

export function rememberingPort(port: StatusPort): StatusPort {
  const remember = <Key, Value>(ask: (key: Key) => Promise<Value>): ((key: Key) => Promise<Value>) => {
    const known = new Map<string, Promise<Value>>();
    return async (key) => {
      const name = JSON.stringify(key);
      const asked = known.get(name) ?? ask(key);
      known.set(name, asked);
      return await asked;
    };
  };
  return {
    ...port,
    read: remember(async (path) => await port.read(path)),
    list: remember(async (path) => await port.list(path)),
    link: remember(async (path) => await port.link(path)),
    run: remember(async (argv) => await port.run(argv)),
    ask: remember(async (argv) => await port.ask(argv)),
  };
}
