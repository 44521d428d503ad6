// What the page knows before anything is computed: the entrance's derivation and the list of documents, made when it was built.
// Not here: making them (`build/prerender.tsx`).
// Invariant: the derivation is what the library gives for the question beside it; a test asks again.
import type { Derivation, DeriveOptions, Line, Step } from 'whygrad';
import known from './first.generated.json';

/** A document of the library: its title and the questions to begin with. */
export interface Known {
  readonly name: string;
  readonly title: string;
  readonly questions: readonly string[];
}

export interface First {
  readonly asked: { readonly question: string; readonly options: DeriveOptions };
  readonly derivation: Derivation;
  readonly documents: readonly Known[];
}

type Indexed = Omit<Step, 'lines' | 'steps'> & {
  readonly at?: readonly [from: number, to: number];
  readonly steps?: readonly Indexed[];
};
/** The same with each line once, however many steps lead from or to it. */
export interface Packed extends Omit<First, 'derivation'> {
  readonly derivation: Omit<Derivation, 'steps'> & { readonly steps: readonly Indexed[] };
  readonly lines: readonly Line[];
}

export function packed(d: Derivation): Pick<Packed, 'derivation' | 'lines'> {
  const lines = new Map<string, number>();
  const at = (line: Line): number => {
    const key = JSON.stringify(line);
    const n = lines.get(key) ?? lines.size;
    lines.set(key, n);
    return n;
  };
  const pack = ({ lines: own, steps, ...rest }: Step): Indexed => ({
    ...rest,
    ...(own === undefined ? {} : { at: [at(own.from), at(own.to)] as const }),
    ...(steps === undefined ? {} : { steps: steps.map(pack) }),
  });
  const steps = d.steps.map(pack);
  return { derivation: { ...d, steps }, lines: [...lines.keys()].map((key) => JSON.parse(key) as Line) };
}

function unpacked({ derivation, lines = [], ...rest }: Packed): First {
  const unpack = ({ at, steps, ...step }: Indexed): Step => {
    const [from, to] = at === undefined ? [] : [lines[at[0]], lines[at[1]]];
    return {
      ...step,
      ...(from === undefined || to === undefined ? {} : { lines: { from, to } }),
      ...(steps === undefined ? {} : { steps: steps.map(unpack) }),
    };
  };
  return { ...rest, derivation: { ...derivation, steps: derivation.steps.map(unpack) } };
}

export const first = unpacked(known as unknown as Packed);
