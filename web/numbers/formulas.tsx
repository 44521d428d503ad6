// The numbers inside the formulas, and what float32 makes of them without the largest logit taken away.
// Not here: bars and sliders.
// Invariant: every printed number is computed from the logits that stand beside.
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { numbers as words } from '../words.ts';
import { inFloat32, printed, sum, type Values } from './values.ts';

const tex = (n: number, digits = 2): string =>
  Number.isNaN(n)
    ? '\\text{NaN}'
    : Number.isFinite(n)
      ? printed(n, digits).replace('−', '-')
      : n > 0
        ? '\\infty'
        : '-\\infty';
const hued = (hue: 'p' | 'y', latex: string): string => `\\htmlData{n=${hue}}{${latex}}`;

/** One class, the true one, worked out. */
export function InFormula({ of }: { readonly of: Values }) {
  const n = of.truth ?? 0;
  const scale = of.temperature === 1 ? '' : `/${tex(of.temperature, 1)}`;
  const z = of.z.map((v) => v / of.temperature);
  const powers = z.map((v) => Math.exp(v));
  const top = `e^{z_${n + 1}${scale}}`;
  const share = `${hued('p', `p_${n + 1}`)} = \\frac{${top}}{\\sum_k e^{z_k${scale}}} = \\frac{${tex(powers[n] ?? 0)}}{${powers.map((v) => tex(v)).join(' + ')}} = ${hued('p', tex(of.p[n] ?? 0))}`;
  const total = sum(of.y);
  const isOne = Math.abs(total - 1) < 1e-9;
  const left = hued('p', tex(of.p[n] ?? 0)) + (isOne ? '' : ` \\cdot ${hued('y', tex(total))}`);
  const y = of.y[n] ?? 0;
  const right = hued('y', Number.isInteger(y) ? `${y}` : tex(y));
  const gap = tex((of.gap[n] ?? 0) / of.temperature);
  const gradient =
    of.temperature === 1
      ? `${left} - ${right} = ${gap}`
      : `\\frac{${left} - ${right}}{${tex(of.temperature, 1)}} = ${gap}`;
  return (
    <>
      <h2 class="h">{words.inFormula}</h2>
      <Scroll class="worked">
        <Formula of={{ latex: share, marked: share }} display />
      </Scroll>
      <Scroll class="worked">
        <Formula of={{ latex: gradient, marked: `\\frac{\\partial L}{\\partial z_${n + 1}} = ${gradient}` }} display />
      </Scroll>
      {!isOne && <p class="small quiet">{words.sumStays}</p>}
    </>
  );
}

/** What float32 gives with and without the shift. */
export function Overflow({ of }: { readonly of: Values }) {
  const n = of.truth ?? 0;
  const { powers, total, share } = inFloat32(of, 0);
  const most = Math.max(...of.z) + of.plus;
  const shifted = inFloat32(of, most);
  const row = (w: typeof shifted): string =>
    `\\frac{${tex(w.powers[n] ?? 0)}}{${tex(w.total)}} = ${tex(w.share[n] ?? 0)}`;
  return (
    <div class="tip overflow">
      <p>
        <b>{words.tooLarge}</b> {of.plus === 0 ? words.tryPlus : words.moved}
      </p>
      <table class="numbers">
        <tbody>
          <tr>
            <th scope="row">{words.asWritten}</th>
            <td class={Number.isNaN(share[n] ?? 0) ? 'slip' : ''}>
              <Formula of={{ latex: row({ powers, total, share }) }} />
            </td>
          </tr>
          <tr>
            <th scope="row">{words.shifted(printed(most, 1))}</th>
            <td>
              <Formula of={{ latex: row(shifted) }} />
            </td>
          </tr>
        </tbody>
      </table>
      <p class="quiet small">{of.plus === 0 ? words.inFloat32 : words.whySame}</p>
    </div>
  );
}
