// One example in slow motion: its numbers flow through the formulas of Derive, a line at a time.
// Not here: computing them (`trace.ts`).
// Invariant: every number is of the trace; a line that has not come yet is not in the page.
import { useState } from 'preact/hooks';
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { printed } from '../numbers/values.ts';
import { moons as words } from '../words.ts';
import { slowly, trace } from './lab.ts';
import { rateOf, settingsOf, type Trace } from './settings.ts';

const tex = (n: number, digits = 2): string =>
  Number.isNaN(n) ? '\\text{NaN}' : Number.isFinite(n) ? printed(n, digits).replace('−', '-') : '\\infty';
const row = (all: readonly number[]): string => `(${all.map((v) => tex(v)).join(',\\; ')})`;
const hued = (hue: 'p' | 'y', latex: string): string => `\\htmlData{n=${hue}}{${latex}}`;

/** The lines, each a formula and its numbers. */
function linesOf(t: Trace): readonly (string | null)[] {
  const { x, z, p, y, truth, gap, wrong, bias, after, loss } = t;
  const powers = z.map((v) => `e^{${tex(v)}}`).join(' + ');
  const whole = (all: readonly number[]): string => `(${all.join(',\\; ')})`;
  return [
    `x = ${row(x)}`,
    `z = W^\\top h + b = ${row(z)}`,
    `${hued('p', `p_${truth + 1}`)} = \\frac{e^{z_${truth + 1}}}{\\sum_k e^{z_k}} = \\frac{e^{${tex(z[truth] ?? 0)}}}{${powers}} = ${hued('p', tex(p[truth] ?? 0))}`,
    `L = -\\log ${hued('p', tex(p[truth] ?? 0))} = ${tex(loss)}`,
    `\\frac{\\partial L}{\\partial z} = ${hued('p', 'p')} - ${hued('y', 'y')} = ${hued('p', row(p))} - ${hued('y', whole(y))} = ${row(gap)}`,
    wrong === null ? null : `\\text{instead: } ${row(wrong)}`,
    `b \\leftarrow b - ${tex(rateOf(settingsOf()))}\\, (${hued('p', 'p')} - ${hued('y', 'y')}) = ${row(bias)} - ${tex(rateOf(settingsOf()))} \\cdot ${row(gap)} = ${row(after)}`,
  ];
}

const bare = (latex: string): string => latex.replace(/\\htmlData\{n=[py]\}/g, '');

export function Slow() {
  const t = trace.value;
  const [shown, show] = useState(1);
  if (t === null) return null;
  const lines = linesOf(t);
  return (
    <section class="card slow" aria-label={words.slow}>
      <h2 class="h">{words.slow}</h2>
      <p class="small quiet">{words.slowLead(t.row, t.truth)}</p>
      <ol>
        {lines.slice(0, shown).map((latex, n) => (
          <li>
            <span class="k">{words.slowLines[n]}</span>
            {latex === null ? (
              <span class="quiet">{words.noWrong}</span>
            ) : (
              <Scroll>
                <Formula of={{ latex: bare(latex), marked: latex }} />
              </Scroll>
            )}
          </li>
        ))}
      </ol>
      <p class="links">
        {shown < lines.length && (
          <button type="button" class="solid" onClick={() => show(shown + 1)}>
            {words.slowNext}
          </button>
        )}
        <button
          type="button"
          class="plain"
          onClick={() => {
            show(1);
            slowly(t.row + 7);
          }}
        >
          {words.slowOther}
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => {
            trace.value = null;
          }}
        >
          {words.slowClose}
        </button>
      </p>
    </section>
  );
}
