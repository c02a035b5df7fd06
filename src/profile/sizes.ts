/** Sizes and durations as people write them: `8G`, `20GB`, `10%`, `rest`, `2m`. Pure; null where the text is none. */

/** A volume's size: fixed, a share of what the volume group holds, or all that is left. */
export type Size =
  | { readonly kind: 'fixed'; readonly miB: number }
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'rest' };

const BINARY: Readonly<Record<string, number>> = { M: 1, G: 1024, T: 1024 * 1024 };
const DECIMAL_BYTES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** An exbibyte: sums of what is larger are no longer exact, and nobody has it. */
const MOST_MIB = 2 ** 40;

/** MiB of an absolute size (`512M`, `1G`, `20GB`; MB, GB and TB are decimal and rounded down). */
export function parseMiB(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*(M|G|T|MiB|GiB|TiB|MB|GB|TB)$/.exec(text.trim());
  if (match === null) return null;
  const [number, unit] = [Number(match[1]), (match[2] ?? '').replace('iB', '')];
  const factor = BINARY[unit];
  const miB =
    factor === undefined ? Math.floor((number * (DECIMAL_BYTES[unit] ?? 0)) / 1048576) : Math.round(number * factor);
  return miB > MOST_MIB ? null : miB;
}

/** A volume's size; volumes also take `%` and `rest`. */
export function parseSize(text: string): Size | null {
  if (text === 'rest') return { kind: 'rest' };
  const percent = /^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text);
  if (percent !== null) return Number(percent[1]) <= 100 ? { kind: 'percent', percent: Number(percent[1]) } : null;
  if (text === '0') return { kind: 'fixed', miB: 0 };
  const miB = parseMiB(text);
  return miB === null ? null : { kind: 'fixed', miB };
}

/** Milliseconds of `500ms`, `30s`, `2m`, `1h`. */
export function parseDurationMs(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s*(ms|s|m|h)$/.exec(text.trim());
  return match === null
    ? null
    : Math.round(Number(match[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? ''] ?? 0));
}

/** The way back, for exports. */
export function formatSize(size: Size): string {
  return size.kind === 'rest'
    ? 'rest'
    : size.kind === 'percent'
      ? `${size.percent}%`
      : size.miB === 0
        ? '0'
        : formatMiB(size.miB);
}

/** In the largest unit that needs no fraction. */
export function formatMiB(miB: number): string {
  return miB > 0 && miB % 1048576 === 0
    ? `${miB / 1048576}T`
    : miB > 0 && miB % 1024 === 0
      ? `${miB / 1024}G`
      : `${miB}M`;
}

/** In the largest unit that needs no fraction. */
export function formatDuration(durationMs: number): string {
  if (durationMs === 0 || durationMs % 1000 !== 0) return durationMs === 0 ? '0s' : `${durationMs}ms`;
  return durationMs % 3_600_000 === 0
    ? `${durationMs / 3_600_000}h`
    : durationMs % 60_000 === 0
      ? `${durationMs / 60_000}m`
      : `${durationMs / 1000}s`;
}
