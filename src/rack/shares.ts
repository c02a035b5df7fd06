/**
 * Who of those who ask by network has how much of what there is only so much of. Nobody is held up by somebody else's
 * greed: where all is taken, whoever holds most gives way. Pure.
 */

/** One sender, as far as addresses tell: of IPv6 the network, as one machine has as many addresses there as it likes. */
export function senderOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [before = '', after] = plain.split('%')[0]?.split('::') ?? [];
  const head = before.split(':').filter((group) => group !== '');
  const tail = after === undefined ? [] : after.split(':').filter((group) => group !== '');
  const groups = [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0'), ...tail];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** How much each sender has, in bytes or pieces. */
export class Shares {
  readonly #of = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }
  of(sender: string): number {
    return this.#of.get(sender) ?? 0;
  }
  add(sender: string, amount: number): void {
    const now = this.of(sender) + amount;
    this.#total += amount;
    if (now <= 0) this.#of.delete(sender);
    else this.#of.set(sender, now);
  }
  /** Null when nobody has anything. */
  get greediest(): string | null {
    let [most, greediest]: [number, string | null] = [0, null];
    for (const [sender, amount] of this.#of) if (amount > most) [most, greediest] = [amount, sender];
    return greediest;
  }
}

/**
 * Room that is never given back, such as that of files that are kept. `limit`: for all; beyond it, up to twice as much,
 * everybody has `own` all the same, so that one who has filled everything keeps nobody else from being heard.
 */
export class Quota {
  readonly #shares = new Shares();
  readonly #limit: number;
  readonly #own: number;

  constructor({ limit, own }: { readonly limit: number; readonly own: number }, taken = 0) {
    this.#limit = limit;
    this.#own = own;
    // What was there before this process began is nobody's.
    if (taken > 0) this.#shares.add('', taken);
  }

  hasRoom(sender: string, amount: number): boolean {
    const total = this.#shares.total + amount;
    return total <= this.#limit || (total <= 2 * this.#limit && this.#shares.of(sender) + amount <= this.#own);
  }
  take(sender: string, amount: number): void {
    this.#shares.add(sender, amount);
  }
}
