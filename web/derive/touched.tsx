// What is touched, in words and numbers: its value beside, and where it comes from.
// Not here: what lights up (`math/touch.ts`).
// Invariant: a value is told only for p, y, z and δ of the entrance, whose numbers stand beside.
import { Formula } from '../math/formula.tsx';
import { hueOf } from '../math/mark.ts';
import { printed, type Values } from '../numbers/values.ts';
import { derive as words } from '../words.ts';
import type { Line, Part } from 'whygrad';
import { touchedNow, type Seen } from './seen.ts';

export function Touched({ of }: { readonly of: Values | null }) {
  const seen = touchedNow.value;
  if (seen === null) return <p class="tip quiet">{of === null ? words.touchOnly : words.touch}</p>;
  return (
    <p class="tip">
      <b>{words.touched}</b> <Formula of={cut(seen.line, seen.part)} />
      <Value seen={seen} of={of} /> <Source seen={seen} />
    </p>
  );
}

/** One part of a line as a formula of its own. */
function cut(line: Line, part: Part): { latex: string; marked: string } {
  const latex = line.latex.slice(...part.latex);
  const hue = part.kind === 'entry' ? hueOf(part.name) : null;
  return { latex, marked: hue === null ? latex : `\\htmlData{n=${hue}}{${latex}}` };
}

/** Whole numbers as such. */
const value = (v: number): string => printed(v, Number.isInteger(v) ? 0 : 2);

function Value({ seen, of }: { readonly seen: Seen; readonly of: Values | null }) {
  const all: Readonly<Record<string, readonly number[]>> = of === null ? {} : { p: of.p, y: of.y, z: of.z };
  const values = seen.part.kind === 'entry' ? all[seen.part.name ?? ''] : undefined;
  const text = seen.line.text.slice(...seen.part.text);
  if (of === null || values === undefined) return <>.</>;
  const hue = hueOf(seen.part.name) ?? '';
  const n = of.truth ?? 0;
  if (text.endsWith('_i'))
    return (
      <>
        {' '}
        {words.is} <b class={hue}>{value(values[n] ?? 0)}</b> {words.atIndex(n + 1)}.
      </>
    );
  return (
    <>
      {' '}
      {words.are} <b class={hue}>{values.map(value).join(', ')}</b>.
    </>
  );
}

function Source({ seen }: { readonly seen: Seen }) {
  const { source } = seen;
  if (source === null) return null;
  return (
    <>
      {words.comesFrom}{' '}
      {source.parts.map((part, n) => (
        <>
          {n > 0 && ` ${words.and} `}
          <Formula of={cut(source.line, part)} />
        </>
      ))}
      {source.title === '' ? (
        '.'
      ) : (
        <>
          , {words[source.how]} <b>{source.title}</b>.
        </>
      )}
    </>
  );
}
