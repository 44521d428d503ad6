// What the difference between a wrong gradient and the true one looks like, where no operation is known that explains
// it.
// Not here: slips of known operations (`doctor/name/`).
// Invariant: a structure is told only where it holds in every entry of every draw.
import { must } from '../term/must.ts';
import { ratio } from '../doctor/name/scales.ts';
import { relativeError, transpose, type Tensor } from '../doctor/tensor/tensor.ts';

/** One array in one draw. */
export interface Compared {
  readonly name: string;
  readonly yours: Tensor;
  readonly right: Tensor;
  /** Rows of the first argument: what a mean may be taken over. */
  readonly rows: number;
  /** What the gradient is by. */
  readonly input: Tensor;
}

export interface Residual {
  /** An id of the catalogue where the structure has a name. */
  readonly id: string | null;
  readonly say: string;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.abs(b);

/** A factor between the two that is the same in every entry. */
function ofFactor(draws: readonly Compared[], means: boolean): Residual | null {
  const factors = draws.map((d) => ratio(d.yours, d.right, 1e-5));
  if (factors.some((f) => f === null)) return null;
  const all = factors as number[];
  const { name } = must(draws[0]);
  const is = (f: (d: Compared) => number): boolean => draws.every((d, i) => near(must(all[i]), f(d)));
  const say = (text: string): string => `the gradient by ${name} is ${text} the true one`;
  if (is(() => -1)) return { id: 'sign-flipped', say: say('minus') };
  if (is(() => 2)) return { id: 'factor-two', say: say('twice') };
  if (is(() => 1 / 2)) return { id: 'factor-two', say: say('half') };
  if (is((d) => d.rows))
    return { id: means ? 'n-dropped' : 'extra-factor', say: say('as many times as there are rows') };
  if (is((d) => 1 / d.rows))
    return { id: means ? 'n-twice' : 'lost-factor', say: say('divided by the number of rows:') };
  if (all.every((f) => near(f, must(all[0])))) {
    const c = must(all[0]);
    return { id: Math.abs(c) < 1 ? 'lost-constant-factor' : 'extra-factor', say: say(`${Number(c.toPrecision(6))} ×`) };
  }
  return null;
}

/** One factor in all entries, another one in each draw. */
const ofChangingFactor = (draws: readonly Compared[]): Residual | null =>
  draws.every((d) => d.right.data.length > 1 && ratio(d.yours, d.right, 1e-5) !== null)
    ? {
        id: null,
        say: `the gradient by ${must(draws[0]).name} is the true one times a number that changes with the input`,
      }
    : null;

const isZero = (t: Tensor): boolean => t.data.every((x) => x === 0);
const isTurned = ({ yours, right }: Compared): boolean =>
  right.shape.length === 2 && relativeError(yours, transpose(right)) < 1e-6;

/** The rows (axis 0) or columns (axis 1) of a matrix in which entries differ. */
const differing = ({ yours, right }: Compared, axis: 0 | 1): number[] => {
  const columns = right.shape[right.shape.length - 1] ?? 1;
  const scale = Math.max(...right.data.map(Math.abs), 1e-300);
  const at = [...right.data.keys()].filter(
    (i) => !(Math.abs(must(yours.data[i]) - must(right.data[i])) <= 1e-6 * scale),
  );
  return [...new Set(at.map((i) => (axis === 0 ? Math.floor(i / columns) : i % columns)))];
};

/** Only some rows, columns or entries are wrong. */
function ofPlaces(draws: readonly Compared[]): Residual | null {
  const { name, right } = must(draws[0]);
  const places = (axis: 0 | 1): string => [...new Set(draws.map((d) => differing(d, axis).join(', ')))].join(';');
  if (right.shape.length === 1) {
    const wrong = places(1);
    return wrong.includes(';') || wrong.split(',').length >= right.data.length
      ? null
      : { id: null, say: `only entry ${wrong} (from 0) of the gradient by ${name} is wrong` };
  }
  for (const [axis, word] of [
    [0, 'row'],
    [1, 'column'],
  ] as const) {
    const wrong = places(axis);
    if (!wrong.includes(';') && wrong.split(',').length < (right.shape[axis] ?? 1))
      return { id: null, say: `only ${word} ${wrong} (from 0) of the gradient by ${name} is wrong` };
  }
  return null;
}

/** A power of the input is lost or too much, up to one constant. */
function ofPower(draws: readonly Compared[]): Residual | null {
  for (const power of [1, -1, 2, -2]) {
    const factors = draws.map((d) =>
      ratio({ ...d.yours, data: d.yours.data.map((x, i) => x * must(d.input.data[i]) ** power) }, d.right, 1e-5),
    );
    const [first] = factors;
    if (first === null || first === undefined || !factors.every((f) => f !== null && near(f, first))) continue;
    const { name } = must(draws[0]);
    const times = near(first, 1) ? '' : ` (and by ${Number((1 / first).toPrecision(6))})`;
    return { id: 'exponent', say: `the gradient by ${name} is off by a factor ${name}^${-power}${times}` };
  }
  return null;
}

/** The same number is missing everywhere. */
function ofTerm(draws: readonly Compared[]): Residual | null {
  const constant = draws.every(({ yours, right }) => {
    const d = yours.data.map((x, i) => x - must(right.data[i]));
    return d.length > 1 && d.every((x) => Math.abs(x - must(d[0])) <= 1e-6 * Math.abs(must(d[0])));
  });
  return constant
    ? { id: null, say: `every entry of the gradient by ${must(draws[0]).name} is off by the same number` }
    : null;
}

/** The structure of a wrong array over all draws; null where there is none. `means`: the function takes a mean. */
export function residualOf(draws: readonly Compared[], means: boolean): Residual | null {
  const { name, yours, right } = must(draws[0]);
  if (yours.data.length !== right.data.length)
    return {
      id: 'shape-misfit',
      say: `the gradient by ${name} has the shape [${yours.shape.join(', ')}], ${name} has [${right.shape.join(', ')}]`,
    };
  if (draws.every((d) => isZero(d.yours))) return { id: null, say: `the gradient by ${name} is 0 everywhere` };
  if (draws.every(isTurned)) return { id: 'transpose', say: `the gradient by ${name} is transposed` };
  return ofFactor(draws, means) ?? ofPower(draws) ?? ofChangingFactor(draws) ?? ofTerm(draws) ?? ofPlaces(draws);
}
