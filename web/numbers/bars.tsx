// Bars of p, marks of y and the gap between them, with a slider for each logit.
// Not here: the numbers (`values.ts`).
// Invariant: what is drawn is also said in words to those who cannot see it.
import { change } from '../state.ts';
import { bars as words } from '../words.ts';
import { least, most, printed, setLogits, type Values } from './values.ts';

export function Bars({ of }: { readonly of: Values }) {
  return (
    <>
      <div class="bars">
        {of.z.map((z, n) => (
          <Bar of={of} n={n} z={z} />
        ))}
      </div>
      <div class="legend">
        <span>
          <b class="p" aria-hidden="true">
            ▬
          </b>{' '}
          {words.p}
        </span>
        <span>
          <b class="y" aria-hidden="true">
            ┃
          </b>{' '}
          {words.y}
        </span>
        <span>
          <b aria-hidden="true">━</b> {words.gap}
        </span>
        <span class="loss">
          {words.loss} {printed(of.loss, 3)}
        </span>
      </div>
    </>
  );
}

const width = 100;
function Bar({ of, n, z }: { readonly of: Values; readonly n: number; readonly z: number }) {
  const [p = 0, y = 0, gap = 0] = [of.p[n], of.y[n], of.gap[n]];
  const [end, truth] = [Math.max(0, Math.min(1, p)) * width, Math.max(0, Math.min(1, y)) * width];
  const move = (value: number): void => setLogits(of.z.map((v, k) => (k === n ? value : v)));
  return (
    <div class="bar">
      <span>{n + 1}</span>
      <label>
        <span class="quiet" aria-hidden="true">
          z = {printed(z, 1)}
        </span>
        <input
          type="range"
          min="-4"
          max="4"
          step="0.1"
          value={z}
          aria-label={words.logit(n + 1)}
          onInput={(e) => move(e.currentTarget.valueAsNumber)}
        />
      </label>
      <svg
        viewBox="0 0 100 30"
        preserveAspectRatio="none"
        role="img"
        aria-label={words.summary(n + 1, printed(p), printed(y), printed(gap))}
      >
        <line class="rule" x1="0" x2="100" y1="24" y2="24" />
        <rect class="says" x="0" y="4" width={Number.isFinite(end) ? end : 0} height="11" />
        <line class="truth" x1={0.4 + truth * 0.992} x2={0.4 + truth * 0.992} y1="0" y2="19" />
        <line class="gap" x1={truth} x2={Number.isFinite(end) ? end : truth} y1="24" y2="24" />
      </svg>
      <span class="n">{printed(gap)}</span>
    </div>
  );
}

/** How many classes, and which one is true. */
export function Classes({ of }: { readonly of: Values }) {
  const numbers = Array.from({ length: most - least + 1 }, (_, n) => n + least);
  const resize = (n: number): void => {
    const z = Array.from({ length: n }, (_, k) => of.z[k] ?? 0);
    change({ z: z.join(','), soft: '' }, 'replace');
  };
  return (
    <span class="pick">
      <label>
        <select aria-label={words.classes} value={of.z.length} onChange={(e) => resize(Number(e.currentTarget.value))}>
          {numbers.map((n) => (
            <option value={n} selected={n === of.z.length}>
              {n} {words.classes}
            </option>
          ))}
        </select>
      </label>
      <label>
        <select
          aria-label={words.truth}
          value={(of.truth ?? 0) + 1}
          onChange={(e) => change({ y: e.currentTarget.value, soft: '' }, 'replace')}
        >
          {of.z.map((_, n) => (
            <option value={n + 1} selected={n === of.truth}>
              {words.truth} {n + 1}
            </option>
          ))}
        </select>
      </label>
    </span>
  );
}
