/** Events of pretended runs, for tests and benches of what is shown of them. */
import type { OutputStream } from '../../src/actions/kind.ts';
import type { EventBody, RunEvent } from '../../src/engine/events.ts';

const BEGUN_MS = Date.UTC(2026, 10, 23, 12, 0, 0);

/** Numbers and dates events; `at` is in seconds since the run began. */
export class Run {
  #seq = 0;
  readonly #push: (event: RunEvent) => void;
  constructor(push: (event: RunEvent) => void) {
    this.#push = push;
  }

  say(at: number, body: EventBody): void {
    this.#seq += 1;
    this.#push({
      seq: this.#seq,
      time: new Date(BEGUN_MS + at * 1000).toISOString(),
      run: 'run-1',
      ...body,
    } as RunEvent);
  }

  /** Every domain has three actions: disk, root, identity. */
  start(
    at: number,
    domains: readonly string[],
    more: { readonly resumed?: boolean; readonly finished?: readonly string[] } = {},
  ): void {
    this.say(at, {
      type: 'run.started',
      planHash: 'ab'.repeat(32),
      hostname: 'xen1',
      resumed: false,
      ...more,
      actions: domains.flatMap((domain) =>
        ['disk', 'root', 'identity'].map((step) => ({
          id: `${domain}/${step}`,
          kind: 'base.write',
          domain,
          title: `Make the ${step} of ${domain}`,
          weight: 10,
          needs: [],
        })),
      ),
    });
  }
  begin(at: number, id: string): void {
    this.say(at, { type: 'action.started', id });
  }
  output(at: number, id: string, text: string, stream: OutputStream = 'stdout'): void {
    this.say(at, { type: 'action.output', id, stream, text });
  }
  done(at: number, id: string): void {
    this.say(at, { type: 'action.finished', id, result: 'done', seconds: 1 });
  }
  whole(at: number, domain: string, addresses: readonly string[] = []): void {
    for (const step of ['disk', 'root', 'identity']) {
      this.begin(at, `${domain}/${step}`);
      this.done(at + 4, `${domain}/${step}`);
    }
    this.say(at + 4, {
      type: 'domain.finished',
      domain,
      result: 'done',
      addresses,
      sshHostKeys: addresses.length === 0 ? [] : ['256 SHA256:abc no comment (ED25519)'],
    });
  }
  fail(at: number, id: string): void {
    this.say(at, {
      type: 'action.finished',
      id,
      result: 'failed',
      seconds: 2,
      error: {
        code: 'command-failed',
        message: 'dd failed with exit code 1',
        command: 'dd if=x of=/dev/xen1/web1-root',
        lastLines: ['writing to the volume', 'No space left on device'],
        hint: 'make space, then --resume',
      },
    });
    this.say(at, {
      type: 'domain.finished',
      domain: id.split('/')[0] ?? '',
      result: 'failed',
      addresses: [],
      sshHostKeys: [],
    });
  }
  end(
    at: number,
    result: 'done' | 'failed' | 'interrupted',
    exit = { done: 0, failed: 5, interrupted: 130 }[result],
  ): void {
    this.say(at, { type: 'run.finished', result, exit, seconds: at, domains: {} });
  }
}

export const manyDomus = (count: number): string[] => Array.from({ length: count }, (_, index) => `domu${index + 1}`);
