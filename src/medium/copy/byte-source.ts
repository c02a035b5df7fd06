/** Bytes that are read from a place, and written to one: files, devices, addresses, or memory in a test. */

/** Fills the whole array from this place, or throws; code EIO: these bytes cannot be read. */
export interface ByteSource {
  read(into: Uint8Array, offset: number): Promise<void>;
}
export interface ByteTarget extends ByteSource {
  write(from: Uint8Array, offset: number): Promise<void>;
  flush(): Promise<void>;
}

/** `sizeBytes`: of the file or the device, which may be more than its image. */
export interface OpenSource extends ByteSource {
  readonly sizeBytes: number;
  close(): Promise<void>;
}
export interface OpenTarget extends ByteTarget {
  close(): Promise<void>;
}

/** Bytes of an image: exactly as many as asked for, or an error. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/**
 * What is read and where to, for those who want to see only parts. `signal` ends it between two reads, whatever the
 * image makes of them.
 */
export function readAtOf(source: ByteSource, signal?: AbortSignal): ReadAt {
  return async (offset, length) => {
    signal?.throwIfAborted();
    const bytes = Buffer.alloc(length);
    await source.read(bytes, offset);
    return bytes;
  };
}
