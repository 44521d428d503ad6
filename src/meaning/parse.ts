// Reading: text in any of the three spellings to terms, contexts and questions.
// Not here: the steps (`typed/`), printing (`term/print.ts`), whole documents (`document/`).
// Invariant: every fault of a text is a WhygradError with a code and a span; nothing else escapes.
import { must } from '../term/must.ts';
import { emptyContext, type Context, type Reading } from '../term/context.ts';
import type { Span } from '../term/error.ts';
import { meanings } from './typed/elaborate.ts';
import { equationSides } from './typed/equations.ts';
import { readGivens } from './typed/givens.ts';
import { readSurface } from '../language/parse.ts';
import { readQuestionText, type Question } from './typed/question.ts';
import { placeOfName as placeIn } from './typed/keys.ts';
import { inferRanks } from './typed/ranks.ts';
import { Reader } from './typed/reader.ts';
import { type Surface, unwrap } from '../language/surface.ts';
import { Runs } from './typed/runs.ts';
import { emptySurvey, lettersOutside, notice, noticeLayers, survey } from './typed/survey.ts';
import { recogniseSpelling, type Spelling } from '../language/tokens.ts';
import { termOf, withAxes } from './value.ts';
import { isKnownWord, isProgram, worldOf } from './typed/world.ts';
import { inferSets } from '../term/sets.ts';
import type { Term } from '../term/term.ts';
import { freeIndices } from '../term/walk.ts';

export { nameOfKey, sameButLabel } from './typed/keys.ts';
export type { Question } from './typed/question.ts';
export type { Spelling } from '../language/tokens.ts';

export interface ReadOptions {
  /** Definitions, ranks and sizes that the text may use. */
  readonly context?: Context | undefined;
  /** Recognised from the text when not given. */
  readonly spelling?: Spelling | undefined;
  /** Values tell ranks: a number, or nested arrays. */
  readonly values?: Record<string, unknown> | undefined;
  /** The tensor that `∂_j f` and `d_j(f)` differentiate by; the one input when not given. */
  readonly by?: string | undefined;
  /** Letters that are free indices of the text, where they could be taken for sizes (the `c` of `sum_{b=1}^{c} x_b`). */
  readonly letters?: readonly string[] | undefined;
}

interface Opened {
  readonly reader: Reader;
  readonly surface: Surface;
}

function open(text: string, options: ReadOptions): Opened {
  const spelling = options.spelling ?? recogniseSpelling(text);
  const world = worldOf(options.context ?? emptyContext, options.values);
  const read = readSurface(text, { spelling, known: (name) => isKnownWord(world, name) });
  const latex = spelling === 'latex';
  world.programming = isProgram(text);
  const found = emptySurvey(options.letters);
  for (const letter of found.letters) world.indexLetters.add(letter);
  noticeLayers([read], world);
  notice([read], world);
  const written = { text, latex, surface: read };
  const readings: Reading[] = [];
  const surface = new Runs(world, [written], found.letters).splitOrAsk(written, readings);
  survey([surface], world, latex, found);
  inferRanks([surface], world, latex);
  const reader = new Reader(text, latex, world, found, meanings, options.by ?? null);
  reader.outside = new Set([...lettersOutside(surface), ...found.letters]);
  reader.readings.push(...readings);
  return { reader, surface };
}

const filled = (context: Context | undefined, terms: readonly Term[]): Term[] =>
  inferSets(context ?? emptyContext, terms).terms;

/** The number-valued term that a text denotes; free index letters stay free. Throws WhygradError. */
export function parse(text: string, options: ReadOptions = {}): Term {
  const { reader, surface } = open(text, options);
  return must(filled(options.context, [reader.term(surface)])[0]);
}

/** A text of any rank: the letters of its open axes (fresh ones for matrices and vectors) and its entry at them. */
export function parseTensor(
  text: string,
  options: ReadOptions = {},
): { letters: string[]; body: Term; readings: readonly Reading[] } {
  const { reader, surface } = open(text, options);
  const value = reader.value(surface);
  const body = termOf(value, reader);
  const taken = new Set(freeIndices(body));
  const letters = [...'ijklmnpqrst']
    .filter((l) => !taken.has(l) && !reader.world.sizes.has(l))
    .slice(0, value.axes.length);
  if (letters.length < value.axes.length) {
    const many = `this has ${value.axes.length} open axes, more than there are letters for`;
    reader.fail(surface, 'too-many-axes', many, 'write entries with indices');
  }
  const placed = withAxes(
    body,
    value.axes,
    letters.map((name) => ({ kind: 'free', name })),
  );
  return { letters, body: must(filled(options.context, [placed])[0]), readings: reader.readings };
}

/** Where a name first stands in a text; null where it does not. */
export function placeOfName(text: string, name: string, options: ReadOptions = {}): Span | null {
  return placeIn(text, name, worldOf(options.context ?? emptyContext, options.values));
}

/** Both sides of `A = B` over the same letters; `letters` are all free indices of the claim. */
export function parseEquation(
  text: string,
  options: ReadOptions = {},
): { left: Term; right: Term; letters: string[]; readings: readonly Reading[] } {
  const { reader, surface } = open(text, options);
  const s = unwrap(surface);
  const link = s.kind === 'relation' ? s.links[0] : undefined;
  if (s.kind !== 'relation' || link === undefined || s.links.length !== 1 || (link.op !== '=' && link.op !== ':='))
    return reader.fail(
      surface,
      'not-an-equation',
      'one equation A = B was expected',
      'write both sides with = between them',
    );
  const sides = equationSides(reader, s.first, link.value, surface);
  const [left, right] = sidesTogether(options.context, sides.left, sides.right);
  return { left, right, letters: sides.letters, readings: reader.readings };
}

/** The two sides share their letters, so their sets are inferred as those of one term. */
function sidesTogether(context: Context | undefined, left: Term, right: Term): [Term, Term] {
  const whole: Term = { kind: 'if', condition: { kind: 'and', all: [] }, then: left, else: right };
  const out = filled(context, [whole])[0] as Term & { kind: 'if' };
  return [out.then, out.else];
}

/** Definitions, assumptions, sizes and fixed letters of given texts; all index sets inferred. `also`: further texts whose subscripts tell ranks. */
export function readContext(
  givens: readonly string[],
  options: {
    readonly values?: Record<string, unknown> | undefined;
    readonly also?: readonly string[] | undefined;
    readonly letters?: readonly string[] | undefined;
    readonly spelling?: Spelling | undefined;
  } = {},
): Context {
  return readGivens(givens, options);
}

/** A question: a derivative, `grad L`, `vjp p`, `hvp L`. Throws WhygradError. */
export function readQuestion(
  text: string,
  context: Context = emptyContext,
  options: Omit<ReadOptions, 'context'> = {},
): Question {
  return readQuestionText(text, context, (inner) => open(inner, { ...options, context }));
}
