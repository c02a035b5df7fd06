/** What the single executable begins with: it has the program's pieces in itself. */
import { getAsset } from 'node:sea';
import { loadPieces } from './load-pieces.mjs';

await loadPieces({ main: 'main.mjs', read: (name) => getAsset(name, 'utf8') });
