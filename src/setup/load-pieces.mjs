/**
 * How the program's pieces are loaded: `loadPieces` is put, as it stands here, into the file that a start begins with
 * and into the single executable. Node.js itself could load them as modules; what it then keeps of their compiling is
 * what was compiled when they were read, a small part of what a start compiles.
 */

/**
 * Runs `main`. `read` gives the text of a piece by its name. `kept`: the folder of what was compiled of the pieces by
 * earlier starts, which this one takes from there, and adds to; undefined: there is none.
 */
export function loadPieces({ main, read, kept }) {
  const { Script } = process.getBuiltinModule('node:vm');
  const { mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  // Each command compiles other parts of them.
  const command = /^[a-z]+(-[a-z]+)*$/.exec(process.argv[2] ?? '')?.[0] ?? 'none';
  const loaded = new Map();
  const fresh = new Map();

  function load(name) {
    const before = loaded.get(name);
    if (before !== undefined) return before.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const cachedData = compiledBefore(name);
    const script = new Script(read(name), { filename: name, cachedData });
    // V8 looks whether it is of this text and of this version.
    if (kept !== undefined && (cachedData === undefined || script.cachedDataRejected)) fresh.set(name, script);
    script.runInThisContext()(module.exports, requires, module);
    return module.exports;
  }

  function requires(name) {
    return name.startsWith('./') ? load(name.slice(2)) : process.getBuiltinModule(name);
  }

  function fileOf(name) {
    return join(kept, command, name);
  }

  function compiledBefore(name) {
    if (kept === undefined) return undefined;
    try {
      return readFileSync(fileOf(name));
    } catch {
      return undefined;
    }
  }

  /** What is not kept is compiled again by the next start: nothing is lost where nothing can be written. */
  function keep() {
    try {
      for (const [name, script] of fresh) {
        const file = fileOf(name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(`${file}.${process.pid}`, script.createCachedData());
        renameSync(`${file}.${process.pid}`, file);
      }
    } catch {
      // See above.
    }
    fresh.clear();
  }

  if (kept !== undefined) {
    process.on('exit', keep);
    // V8 drops what has not run for long: a start that goes on is kept while it is one.
    setTimeout(keep, 3_000).unref();
  }
  return load(main).done;
}
