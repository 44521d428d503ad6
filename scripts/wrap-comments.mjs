// Wraps comments that are wider than 120 columns, which the formatter leaves alone.
// Usage: node scripts/wrap-comments.mjs [FILE…] (all of src/ where none is named)
// Not here: code, and comments behind code on one line.
// Invariant: words and their order stay; only line breaks come in.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const width = 120;
const root = fileURLToPath(new URL('..', import.meta.url));

/** Words laid out in lines that begin with `lead`. */
function laidOut(text, lead) {
  const lines = [];
  let line = lead;
  for (const word of text.split(/ +/)) {
    if (line !== lead && line.length + 1 + word.length > width) {
      lines.push(line);
      line = lead;
    }
    line += line === lead ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** One line of source as lines that are no wider than they have to be. */
function wrapped(line) {
  const rule = /^(\s*\/\/ --- .*? )-+$/.exec(line);
  if (rule !== null) return [rule[1].padEnd(width, '-')];
  const alone = /^(\s*)\/\*\* (.*?) \*\/$/.exec(line);
  if (alone !== null) return [`${alone[1]}/**`, ...laidOut(alone[2], `${alone[1]} * `), `${alone[1]} */`];
  const opening = /^(\s*)\/\*\* (.*)$/.exec(line);
  if (opening !== null) return [`${opening[1]}/**`, ...laidOut(opening[2], `${opening[1]} * `)];
  const ending = /^(\s*)\* (.*?) \*\/$/.exec(line);
  if (ending !== null) return [...laidOut(ending[2], `${ending[1]}* `), `${ending[1]}*/`];
  const inside = /^(\s*)(\/\/|\*) (.*)$/.exec(line);
  return inside === null ? [line] : laidOut(inside[3], `${inside[1]}${inside[2]} `);
}

/** A source with its wide comments wrapped. */
export const wrapComments = (source) =>
  source
    .split('\n')
    .flatMap((line) => (line.length > width ? wrapped(line) : [line]))
    .join('\n');

function main(named) {
  const files =
    named.length > 0
      ? named.map((file) => resolve(file))
      : readdirSync(join(root, 'src'), { recursive: true })
          .map((file) => join(root, 'src', String(file)))
          .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'));
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    const fresh = wrapComments(source);
    if (fresh !== source) writeFileSync(file, fresh);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
