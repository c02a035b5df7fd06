/**
 * Who made what is in the package, and on what terms, in Debian's machine-readable form: Xenwright, Node.js, and the
 * libraries that the bundle carries, each with its own licence as it came.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { Trouble } from '../trouble.mjs';

const HEAD = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Xenwright
Comment:
 The executable contains Node.js and libraries for it. Their paths are those in
 the sources of Xenwright, once \`npm ci\` has fetched them.

Files: *
Copyright: 2026 The Xenwright authors
License: GPL-3.0-or-later
 This program is free software: you can redistribute it and/or modify it under
 the terms of the GNU General Public License as published by the Free Software
 Foundation, either version 3 of the License, or (at your option) any later
 version.
 .
 This program is distributed in the hope that it will be useful, but WITHOUT
 ANY WARRANTY; without even the implied warranty of MERCHANTABILITY or FITNESS
 FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.
 .
 On Debian systems the text of the GNU General Public License, version 3, is in
 /usr/share/common-licenses/GPL-3.
`;

/** `libraries`: folders from the root, such as `node_modules/react`. Trouble: one of them says nothing of its terms. */
export function copyrightText(libraries, folder = root) {
  return [HEAD, ...libraries.map((library) => paragraph(library, folder))].join('\n');
}

function paragraph(library, folder) {
  const manifest = JSON.parse(readFileSync(join(folder, library, 'package.json'), 'utf8'));
  const licence = licenceOf(join(folder, library));
  // Of the whole path: two versions of a library may have different texts.
  const name = `${library
    .replace('node_modules/', '')
    .replaceAll(/[^a-z0-9.]+/gi, '-')
    .replace(/^-/, '')}-licence`;
  if (licence === null && typeof manifest.license !== 'string')
    throw new Trouble(`${library} says nothing of its licence`);
  const text = licence ?? `${manifest.license}, as its package.json says; it has no other text of its licence.`;
  const holders = holdersIn(text);
  const author = typeof manifest.author === 'string' ? manifest.author : manifest.author?.name;
  return [
    `Files: ${library}/*`,
    `Copyright:${indented((holders.length > 0 ? holders : [author ?? `the authors of ${manifest.name}`]).join('\n'))}`,
    `License: ${name}${indented(text)}`,
    '',
  ].join('\n');
}

function licenceOf(folder) {
  const name = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file))
    : undefined;
  return name === undefined ? null : readFileSync(join(folder, name), 'utf8').trim();
}

/** `Copyright (c) 2013 Somebody (https://…)` at the beginning of a line → what stands behind the word and the sign. */
function holdersIn(text) {
  const lines = [
    ...text.matchAll(/^\W*copyright\s+(?:\(c\)|©)?\s*([^\n]*\d{4}[^\n]*|[^\n]*(?:contributors|authors)[^\n]*)$/gim),
  ];
  return [...new Set(lines.map(([, holder]) => holder.trim()))];
}

/** A blank line would end the paragraph: a full stop stands for it. Other spaces than the common one are none here. */
function indented(text) {
  return text
    .split('\n')
    .map((line) => line.replaceAll(/[\t\r\f\v]/g, ' ').trimEnd())
    .map((line) => `\n ${line === '' ? '.' : line}`)
    .join('');
}
