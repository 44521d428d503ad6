// What is touched, in words and numbers: its value beside, and where it comes from.
// Not here: what lights up (`math/touch.ts`).
// Invariant: a value is the library's for the numbers that stand beside; where there are none, no value is told.
import { useEffect } from 'preact/hooks';
import { Formula } from '../math/formula.tsx';
import { hueOf } from '../math/mark.ts';
import { printed, type Values } from '../numbers/values.ts';
import { derive as words } from '../words.ts';
import type { Line, Part } from 'whygrad';
import { followTouch, numberOf, spoken } from './parts.ts';
import { touchedNow, type Seen } from './seen.ts';

export function Touched({ of }: { readonly of: Values | null }) {
  const hasValues = of !== null;
  useEffect(() => followTouch(() => hasValues), [hasValues]);
  const seen = touchedNow.value;
  return (
    <>
      {seen === null ? (
        <p class="tip quiet">{of === null ? words.touchOnly : words.touch}</p>
      ) : (
        <p class="tip">
          <b>{words.touched}</b> <Formula of={cut(seen.line, seen.part)} />
          <Value seen={seen} of={of} /> <Source seen={seen} />
        </p>
      )}
      <p class="skip" aria-live="polite">
        {seen === null ? '' : spoken.value}
      </p>
    </>
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

/** p, y and z stand beside: their numbers wait for nothing. */
const beside = ({ part }: Seen, of: Values): readonly number[] | undefined =>
  part.kind === 'entry' ? new Map(Object.entries({ p: of.p, y: of.y, z: of.z })).get(part.name ?? '') : undefined;

function Value({ seen, of }: { readonly seen: Seen; readonly of: Values | null }) {
  const number = of === null ? undefined : (numberOf(seen.line, seen.part.path) ?? beside(seen, of));
  const hue = hueOf(seen.part.name) ?? '';
  if (of === null || number === undefined || seen.part.kind === 'num') return <>.</>;
  if (typeof number === 'number')
    return (
      <>
        {' '}
        {words.is} <b class={hue}>{value(number)}</b>.
      </>
    );
  const along = number.filter((v): v is number => typeof v === 'number');
  if (along.length < number.length) return <>.</>;
  const n = of.truth ?? 0;
  // One letter alone says at which position it is read.
  if (/_i$/.test(seen.line.text.slice(...seen.part.text)))
    return (
      <>
        {' '}
        {words.is} <b class={hue}>{value(along[n] ?? 0)}</b> {words.atIndex(n + 1)}.
      </>
    );
  return (
    <>
      {' '}
      {words.are} <b class={hue}>{along.map(value).join(', ')}</b>.
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
