/**
 * A thread that sums. Messages: { slot, offset, length } in order, each answered by { done }, then { end }, answered by
 * { digest }. `blank` counts as spaces, bytes from `endBytes` on not at all.
 */
const { parentPort, workerData } = require('node:worker_threads');
const { createHash } = require('node:crypto');
const { algorithm, slots, endBytes, blank } = workerData;
const hash = createHash(algorithm);
parentPort.on('message', ({ slot, offset, length, end }) => {
  if (end) {
    parentPort.postMessage({ digest: hash.digest('hex') });
    parentPort.close();
    return;
  }
  const counted = Math.min(length, endBytes - offset);
  if (counted > 0) {
    let bytes = new Uint8Array(slots[slot].buffer, slots[slot].byteOffset, counted);
    if (blank && offset < blank.to && offset + counted > blank.from) {
      bytes = Uint8Array.from(bytes);
      bytes.fill(0x20, Math.max(0, blank.from - offset), Math.min(counted, blank.to - offset));
    }
    hash.update(bytes);
  }
  parentPort.postMessage({ done: true });
});
