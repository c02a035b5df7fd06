/**
 * The program is a small file and a folder of pieces beside it (src/setup/bundle.mjs): who carries the one along
 * carries the other.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where the pieces lie, seen from the file that begins with them: a folder for each program, and one for each build. */
const BEGINS = /"\.\/([\w.-]+\.pieces\/[0-9a-f]{16})"/;

export interface ProgramPieces {
  /** The folder of this build's pieces. */
  readonly folder: string;
  /** What it must be called, seen from the folder that the file is carried to: `xenwright.pieces/…`. */
  readonly name: string;
}

/** Of a script; null where it is whole. */
export async function piecesOf(script: string): Promise<ProgramPieces | null> {
  const name = BEGINS.exec(await readFile(script, 'utf8'))?.[1];
  return name === undefined ? null : { folder: join(dirname(script), name), name };
}
