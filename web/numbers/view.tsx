// The view Numbers: sliders, bars, the same numbers in the formulas, the Jacobian, and what overflows.
// Not here: each of these.
// Invariant: the address alone decides what is shown.
import { change, numberOf } from '../state.ts';
import { bars, numbers as words } from '../words.ts';
import { Bars, Classes } from './bars.tsx';
import { InFormula, Overflow } from './formulas.tsx';
import { Jacobian } from './jacobian.tsx';
import { printed, setLogits, valuesOf, type Values } from './values.ts';

export function NumbersView() {
  const v = valuesOf();
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Controls of={v} />
      <div class="two">
        <section>
          <div class="card">
            <Bars of={v} />
            {v.truth === null && <Targets of={v} />}
          </div>
          <Jacobian of={v} />
        </section>
        <aside class="card">
          <InFormula of={v} />
          <Overflow of={v} />
        </aside>
      </div>
    </>
  );
}

function Controls({ of }: { readonly of: Values }) {
  const temperature = numberOf('T', 1, 0.1, 10);
  return (
    <div class="controls">
      <label>
        {words.temperature}
        <input
          type="range"
          min="0.1"
          max="5"
          step="0.1"
          value={temperature}
          onInput={(e) => change({ T: e.currentTarget.value === '1' ? '' : e.currentTarget.value }, 'replace')}
        />
        <output>{printed(temperature, 1)}</output>
      </label>
      <Classes of={of} />
      <Toggle on={of.plus !== 0} say={words.plus} toggle={() => change({ plus: of.plus === 0 ? '100' : '' })} />
      <button type="button" onClick={() => setLogits(of.z.map((z) => Math.max(-20, Math.min(20, z * 5))))}>
        {words.times}
      </button>
      <Toggle
        on={of.truth === null}
        say={words.soft}
        toggle={() => change({ soft: of.truth === null ? '' : softened(of) })}
      />
      <button type="button" onClick={() => change({ soft: of.z.map((_, n) => (n < 2 ? 1 : 0)).join(',') })}>
        {words.notOne}
      </button>
      <button type="button" class="plain" onClick={() => change({ z: '', T: '', y: '', soft: '', plus: '' })}>
        {words.again}
      </button>
    </div>
  );
}

function Toggle({ on, say, toggle }: { readonly on: boolean; readonly say: string; readonly toggle: () => void }) {
  return (
    <button type="button" aria-pressed={on} onClick={toggle}>
      {say}
    </button>
  );
}

/** A target that gives 0.8 to the true class and shares the rest. */
const softened = (of: Values): string => {
  const rest = 0.2 / Math.max(1, of.z.length - 1);
  return of.z.map((_, n) => (n === (of.truth ?? 0) ? 0.8 : Math.round(rest * 100) / 100)).join(',');
};

/** A slider for each y; what they sum to is said. */
function Targets({ of }: { readonly of: Values }) {
  const total = of.y.reduce((a, b) => a + b, 0);
  const move = (n: number, value: number): void =>
    change({ soft: of.y.map((y, k) => (k === n ? value : y)).join(',') }, 'replace');
  return (
    <div class="targets">
      {of.y.map((y, n) => (
        <label>
          <span class="y">
            y<sub>{n + 1}</sub> = {printed(y)}
          </span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={y}
            aria-label={bars.target(n + 1)}
            onInput={(e) => move(n, e.currentTarget.valueAsNumber)}
          />
        </label>
      ))}
      <p class="small quiet">{Math.abs(total - 1) < 1e-9 ? words.sumsToOne : words.sumsTo(printed(total))}</p>
    </div>
  );
}
