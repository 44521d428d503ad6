// What is said of a false line: why, the numbers that show it, and what can be done.
// Not here: where it is shown (`editor.ts`).
// Invariant: every number is of the claim's counterexample.
import { Formula, Words } from '../math/formula.tsx';
import { linkTo } from '../state.ts';
import type { Row } from '../work/jobs.ts';
import { check as words } from '../words.ts';

const short = (n: number): string => `${Number(n.toPrecision(4))}`.replace('-', '−');
const shown = (v: unknown): string =>
  typeof v === 'number' ? short(v) : Array.isArray(v) ? `(${v.map(shown).join(', ')})` : String(v);

interface Props {
  readonly of: Row;
  readonly putIn: (() => void) | null;
  /** The derivation of what stands on the left, where that is a derivative. */
  readonly steps: string | null;
}

export function Said({ of, putIn, steps }: Props) {
  const { claim } = of;
  const { counterexample: c } = claim;
  return (
    <>
      <p>
        <b>{words.isFalse}</b> <Words text={claim.message.charAt(0).toUpperCase() + claim.message.slice(1)} />.
      </p>
      {c !== null && (
        <table class="numbers">
          <tbody>
            <tr>
              <th scope="row">{words.at}</th>
              <td>
                {Object.entries(c.values)
                  .map(([name, v]) => `${name} = ${shown(v)}`)
                  .join(', ')}
              </td>
            </tr>
            <tr>
              <th scope="row">{claim.formula.startsWith('=') ? words.lineBefore : words.before}</th>
              <td>{short(c.left)}</td>
            </tr>
            <tr>
              <th scope="row">{claim.formula.startsWith('=') ? words.thisLine : words.this}</th>
              <td class="slip">{short(c.right)}</td>
            </tr>
          </tbody>
        </table>
      )}
      <p class="links">
        {putIn !== null && (
          <button type="button" onClick={putIn}>
            {words.putIn} <Fix of={of} />
          </button>
        )}
        {steps !== null && <a href={steps}>{words.steps}</a>}
        {claim.mistake !== null && <a href={linkTo('mistakes', { id: claim.mistake })}>{words.about}</a>}
      </p>
    </>
  );
}

const Fix = ({ of }: { readonly of: Row }) =>
  of.fixLine === null ? <code>{of.claim.fix}</code> : <Formula of={of.fixLine} />;
