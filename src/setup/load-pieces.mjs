/**
 * How the program's pieces are loaded, by the file that a start begins with and by the single executable, which have
 * this file in themselves. Node.js itself could load them as modules; what it then keeps of their compiling is what was
 * compiled when they were read, a small part of what a start compiles.
 */

/**
 * Runs `main`. `read` gives the text of a piece by its name. `kept`: the folder of what was compiled of the pieces by
 * earlier starts, which this one takes from there, and adds to; undefined: there is none.
 */
export function loadPieces({ main, read, kept }) {
  const { Script } = process.getBuiltinModule('node:vm');
  const compiled = kept === undefined ? NOTHING_KEPT : compiledPieces(kept);
  const loaded = new Map();

  function load(name) {
    const before = loaded.get(name);
    if (before !== undefined) return before.exports;
    const module = { exports: {} };
    loaded.set(name, module);
    const cachedData = compiled.of(name);
    const script = new Script(read(name), { filename: name, cachedData });
    // V8 looks whether it is of this text and of this version.
    if (cachedData === undefined || script.cachedDataRejected) compiled.missing(name, script);
    script.runInThisContext()(module.exports, requires, module);
    return module.exports;
  }
  const requires = (name) => (name.startsWith('./') ? load(name.slice(2)) : process.getBuiltinModule(name));

  return load(main).done;
}

const NOTHING_KEPT = { of: () => undefined, missing: () => undefined };

/** What was compiled of the pieces, in a folder for each command: each needs other parts of them. */
function compiledPieces(kept) {
  const { mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { join } = process.getBuiltinModule('node:path');
  const folder = join(kept, /^[a-z]+(-[a-z]+)*$/.exec(process.argv[2] ?? '')?.[0] ?? 'none');
  const fresh = new Map();

  /** What is not kept is compiled again by the next start: nothing is lost where nothing can be written. */
  function keep() {
    try {
      if (fresh.size > 0) mkdirSync(folder, { recursive: true });
      for (const [name, script] of fresh) {
        const beside = join(folder, `${name}.${process.pid}`);
        writeFileSync(beside, script.createCachedData());
        renameSync(beside, join(folder, name));
      }
    } catch {
      // See above.
    }
    fresh.clear();
  }

  process.on('exit', keep);
  process.once('xenwright:started', keep);
  // V8 drops what has not run for long: of a start that goes on it is kept while it is one.
  setTimeout(keep, KEEP_AFTER_MS).unref();
  return {
    of: (name) => {
      try {
        return readFileSync(join(folder, name));
      } catch {
        return undefined;
      }
    },
    missing: (name, script) => fresh.set(name, script),
  };
}

const KEEP_AFTER_MS = 3_000;
