/** Sizes and durations as people write them: `8G`, `20GB`, `10%`, `rest`, `2m`. Pure; null where the text is none. */
import type { Size } from './effective.ts';

const BINARY: Readonly<Record<string, number>> = { M: 1, G: 1024, T: 1024 * 1024 };
const DECIMAL_BYTES: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, TB: 1e12 };

/** MiB of an absolute size (`512M`, `1G`, `20GB`; MB, GB and TB are decimal and rounded down). */
export function parseMiB(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(M|G|T|MiB|GiB|TiB|MB|GB|TB)$/.exec(text.trim());
  if (match === null) return null;
  const [number, unit] = [Number(match[1]), (match[2] ?? '').replace('iB', '')];
  const factor = BINARY[unit];
  return factor === undefined ? Math.floor((number * (DECIMAL_BYTES[unit] ?? 0)) / 1048576) : Math.round(number * factor);
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
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  return match === null ? null : Math.round(Number(match[1]) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? ''] ?? 0));
}

/** The way back, for exports. */
export function formatSize(size: Size): string {
  if (size.kind === 'rest') return 'rest';
  if (size.kind === 'percent') return `${size.percent}%`;
  if (size.miB === 0) return '0';
  return size.miB % 1048576 === 0 ? `${size.miB / 1048576}T` : size.miB % 1024 === 0 ? `${size.miB / 1024}G` : `${size.miB}M`;
}
