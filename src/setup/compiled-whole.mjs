/**
 * Imports a piece of the program (pieces.mjs). Where Node.js keeps what it has compiled, it keeps what a piece was
 * compiled to when it was read, not what was compiled of it later: everything is compiled then, once, and the starts
 * after it compile nothing. Elsewhere what is called is compiled when it is called, as ever.
 */
export function compiledWhole(load) {
  if (process.env.NODE_COMPILE_CACHE === undefined) return load();
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--no-lazy');
  try {
    return load();
  } finally {
    setFlagsFromString('--lazy');
  }
}
