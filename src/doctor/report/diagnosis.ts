// A finding in the words of the person who wrote the program: what users hold (`doctor --format json`).
// Not here: how it is found; text, SARIF and annotations (`layout.ts`).
// Invariant: everything here is JSON; ids are in the catalogue of mistakes.
import { must } from '../../term/must.ts';
import { mistakeNamed } from '../../rules/mistakes.ts';
import type { Finding, Verdict } from '../doctor.ts';
import type { Mend } from '../mend/mend.ts';
import type { Judgement } from '../judge.ts';
import { roleName } from '../find/roles.ts';
import { show } from '../tensor/notation.ts';
import { follow } from '../tensor/evaluate.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** A mistake as a report names it. */
export interface NamedMistake {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly fix: string;
  /**
   * What the program computes, in the doctor's words: u is the upstream gradient, p, y, … what they are called above.
   */
  readonly formula: string;
}

/** One point where the program's answer and the true one differ. */
export interface Evidence {
  /** The arguments by name. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly yours: unknown;
  readonly true: unknown;
}

/** One judged function. */
export interface Diagnosis {
  readonly file: string;
  readonly function: string;
  /** Operation, layout and what each argument was taken for. */
  readonly convention: string;
  readonly verdict: Verdict;
  readonly relativeError: number | null;
  readonly mistake: NamedMistake | null;
  /** The ids where more than one slip is mixed. */
  readonly mistakes: readonly string[];
  readonly alternatives: readonly { readonly id: string; readonly name: string }[];
  readonly evidence: readonly Evidence[];
  readonly also: readonly string[];
  readonly line: number | null;
  readonly tried: string | null;
  /**
   * The edit that was tried: lines before and after, and the range of the text (UTF-16 offsets) with what replaces it.
   */
  readonly edit: Omit<Mend, 'error'> | null;
  /** Where the truth comes from: `forward` (the file's own), `library`, or null. */
  readonly truth: 'forward' | 'library' | null;
  /** The right formula. */
  readonly right: string | null;
  readonly because: string | null;
}

/** An array as nested lists. */
export const nested = (t: Tensor): unknown => {
  if (t.shape.length === 0) return round(must(t.data[0]));
  const build = (shape: readonly number[], from: number, step: number): unknown => {
    const [n = 1, ...rest] = shape;
    const size = step / n;
    return Array.from({ length: n }, (_, i) =>
      rest.length === 0 ? round(must(t.data[from + i])) : build(rest, from + i * size, size),
    );
  };
  return build(t.shape, 0, t.data.length);
};
const round = (x: number): number => Number(x.toPrecision(8));

/** What a reading says, in one line. */
export function conventionOf(j: Judgement): string {
  const { reading } = j;
  const roles = reading.backward.bound.map((b) => `${b.parameter.name} = ${roleName(b.role)}`);
  const labels = reading.operation.inputs.some((i) => i.draw === 'labels')
    ? [reading.labels === 'integers' ? 'labels are class numbers' : 'labels are one-hot']
    : [];
  return [reading.operation.id, reading.layout.say, ...labels, ...roles].join('; ');
}

const evidenceOf = (j: Judgement): Evidence[] => {
  const probe = must(j.probes[0]);
  const all = follow(j.reading.operation.backward, follow(j.reading.operation.forward, probe.inputs));
  const shown = new Set([
    ...j.reading.operation.inputs.map((i) => i.name),
    ...(j.reading.operation.kind === 'loss' ? [] : ['u']),
  ]);
  const input = Object.fromEntries([...probe.inputs].filter(([k]) => shown.has(k)).map(([k, v]) => [k, nested(v)]));
  return [...probe.yours].map(([name, value]) => ({
    input: { of: name, ...input },
    yours: nested(value),
    true: nested(must(all.get(name))),
  }));
};

const rightOf = (j: Judgement): string =>
  j.reading.operation.backward.map((s) => `${s.name} = ${show(s.value)}`).join('; ');

/** A mistake of the catalogue, with what the program computes instead, by output. */
export const namedMistake = (id: string, formulas: ReadonlyMap<string, string>): NamedMistake => {
  const m = mistakeNamed(id);
  if (m === undefined) throw new Error(`bug: the mistake ${id} is in no catalogue`);
  return { id, name: m.name, why: m.why, fix: m.right, formula: [...new Set(formulas.values())].join('; ') };
};

const editIn = ({ mend }: Finding): Diagnosis['edit'] => {
  if (mend === null) return null;
  const { error: _, ...edit } = mend;
  return edit;
};

const triedIn = (f: Finding): string | null =>
  f.mend === null
    ? null
    : `${f.mend.after}: equals the true gradient to ${f.mend.error === 0 ? '1e-16' : f.mend.error.toExponential(0)}`;

/** A finding as a report. */
export function diagnosisOf(file: string, f: Finding): Diagnosis {
  const j = f.judgement;
  const bad = f.verdict === 'wrong' || f.verdict === 'unstable';
  const found = bad ? (f.unstable ?? j?.explanations[0]) : undefined;
  const ids = found?.ids ?? [];
  const formulas = found?.formulas ?? new Map<string, string>();
  const others = bad ? (j?.explanations.slice(1) ?? []) : [];
  return {
    file,
    function: f.target,
    convention: j === null ? '' : conventionOf(j),
    verdict: f.verdict,
    relativeError: j === null || !Number.isFinite(j.error) ? null : j.error,
    mistake: ids[0] === undefined ? null : namedMistake(ids[0], formulas),
    mistakes: ids.length > 1 ? ids : [],
    alternatives: others.map((e) => ({
      id: e.ids.join('+'),
      name: e.ids.map((id) => mistakeNamed(id)?.name ?? id).join(', and: '),
    })),
    evidence: bad && j !== null ? evidenceOf(j) : [],
    also: f.also,
    line: f.line,
    tried: triedIn(f),
    edit: editIn(f),
    truth: j === null ? null : j.agreement.kind === 'agrees' ? 'forward' : 'library',
    right: j === null ? null : rightOf(j),
    because: f.because,
  };
}
