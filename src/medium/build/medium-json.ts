/**
 * What a medium is told at its making: /xenwright/medium.json, with the same keys as the options of the kernel command
 * line. Pure.
 */

/** Where the running live system sees an embedded profile. */
export const EMBEDDED_PROFILE = 'file:/run/xenwright/medium/xenwright/profile.yaml';

export interface EmbeddedOptions {
  readonly profile?: readonly string[];
  /** The text of a public key. */
  readonly pubkey?: string;
  readonly tls?: string;
  readonly set?: readonly string[];
  /** Secrets of the profile that may go over plain HTTP. */
  readonly allowClear?: readonly string[];
  readonly onError?: string;
  readonly keyboard?: string;
  readonly lang?: string;
  readonly serial?: string;
}

/** Null when nothing is told: then there is no such file. */
export function mediumJson(options: EmbeddedOptions): string | null {
  const told = Object.entries(options).filter(
    ([, value]) => value !== undefined && (!Array.isArray(value) || value.length > 0),
  );
  return told.length === 0 ? null : `${JSON.stringify(Object.fromEntries(told), null, 2)}\n`;
}

/** Is this SOURCE stored as a name, to be read when the medium runs? Anything else is read now and embedded. */
export function isRemoteSource(source: string): boolean {
  return /^(https?|nfs4?):\/\//.test(source) || /^(label|cdrom):/.test(source);
}
