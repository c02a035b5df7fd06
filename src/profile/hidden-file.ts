/** Files of a profile that are for their owner (and group) alone: what they say is treated as a secret. Pure. */

/** Not for others on the host: then not for others anywhere. */
export function isHidden({ mode }: { readonly mode: string }): boolean {
  return (Number.parseInt(mode, 8) & 0o007) === 0;
}

/** By this name the secrets port knows what a hidden file says. `owner`: `host` or `domus.NAME`. */
export function fileSecret(owner: string, path: string): string {
  return `${owner}.files:${path}`;
}
