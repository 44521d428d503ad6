// The Jacobian ∂p/∂z as a table with its row sums.
// Not here: the probabilities (`values.ts`).
// Invariant: entry (i, j) is p_i(δ_ij − p_j)/T.
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { numbers as words } from '../words.ts';
import { jacobianOf, printed, sum, type Values } from './values.ts';

/** How strongly a cell is tinted: none, and four degrees for each sign. */
const degree = (v: number): string => {
  const n = Math.min(4, Math.round(Math.abs(v) * 16));
  return n === 0 ? '' : `${v < 0 ? 'minus' : 'plus'}${n}`;
};

export function Jacobian({ of }: { readonly of: Values }) {
  const rows = jacobianOf(of);
  return (
    <section class="jacobian">
      <h2>{words.jacobian}</h2>
      <p class="quiet">{words.jacobianLead}</p>
      <Scroll>
        <table class="heat">
          <thead>
            <tr>
              <th scope="col">
                <span class="skip">{words.jacobianCorner}</span>
                <Formula of={{ latex: '\\partial p_i/\\partial z_j' }} />
              </th>
              {of.z.map((_, n) => (
                <th scope="col">
                  <span class="skip">z {n + 1}</span>
                  <Formula of={{ latex: `z_${n + 1}` }} />
                </th>
              ))}
              <th scope="col">{words.rowSum}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, n) => (
              <tr>
                <th scope="row">
                  <span class="skip">p {n + 1}</span>
                  <Formula of={{ latex: `p_${n + 1}`, marked: `\\htmlData{n=p}{p_${n + 1}}` }} />
                </th>
                {row.map((v) => (
                  <td class={degree(v)}>{printed(v)}</td>
                ))}
                <td class="sum">{printed(sum(row))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
