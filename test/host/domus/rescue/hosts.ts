/** What the tests of the rescue share, of which none is run in a process of its own: the hosts that they work on. */
import { afterEach } from 'vitest';
import { XenwrightError } from '../../../../src/errors.ts';
import { rescueHost, type RescueHost } from './stand-in-host.ts';

/** Hosts of a file of tests, each removed after its test. */
export function rescueHosts(): (tree?: Readonly<Record<string, string>>) => RescueHost {
  const hosts: RescueHost[] = [];
  afterEach(() => {
    for (const one of hosts.splice(0)) one.remove();
  });
  return (tree) => {
    const made = rescueHost(tree);
    hosts.push(made);
    return made;
  };
}

/** How work is refused: exit code, code and message; `done` where it is not. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (error: unknown) =>
      error instanceof XenwrightError ? `${error.exit} ${error.code}: ${error.message}` : String(error),
  );
}
