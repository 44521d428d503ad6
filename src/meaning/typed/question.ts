// Questions: `dL/dz_i`, `d^2L/dz_i dz_j`, `df/dX`, `f'(x)`, `grad L`, `Jacobian of f`, `Hessian of f`, `vjp p`, `hvp
// L`,
// in all spellings.
// Not here: answers.
// Invariant: `letters` are the free indices of the question, the numerator's first, each once.
import { must } from '../../term/must.ts';
import type { Context, Reading } from '../../term/context.ts';
import { inferSets } from '../../term/sets.ts';
import { asAffine, type Entry, type Index, type Term } from '../../term/term.ts';
import { freeIndices, visit } from '../../term/walk.ts';
import type { Reader } from './reader.ts';
import { headName, type Surface, unwrap } from '../../language/surface.ts';
import { termOf, withAxes, type Value } from '../value.ts';

/** `readings`: the choices that were taken in reading the question. */
export type Question = { readonly readings: readonly Reading[] } & Asked;
type Asked =
  | {
      readonly kind: 'derivative';
      readonly text: string;
      readonly of: Term;
      readonly by: readonly Entry[];
      readonly letters: readonly string[];
    }
  | { readonly kind: 'gradient'; readonly text: string; readonly of: Term }
  | {
      readonly kind: 'vjp';
      readonly text: string;
      readonly of: Term;
      readonly letters: readonly string[];
      readonly upstream: string;
    }
  | { readonly kind: 'hvp'; readonly text: string; readonly of: Term; readonly direction: string };

type Open = (text: string) => { readonly reader: Reader; readonly surface: Surface };

const verbs = /^\s*(grad|gradient|vjp|hvp)\s+(?:of\s+)?(?=\S)/;

/** The question that a text asks. */
export function readQuestionText(text: string, context: Context, open: Open): Question {
  const readers: Reader[] = [];
  const asked = askedIn(text, context, (inner) => {
    const opened = open(inner);
    readers.push(opened.reader);
    return opened;
  });
  return { ...asked, readings: readers.flatMap((r) => r.readings) };
}

function askedIn(text: string, context: Context, open: Open): Asked {
  const verb = verbs.exec(text)?.[1];
  if (verb !== undefined) return readVerb(text, verb, context, open);
  const table = tables.exec(text);
  if (table !== null) return readTable(text, table, context, open);
  const { reader, surface } = open(text);
  const s = unwrap(surface);
  if (s.kind === 'derivative') return derivative(reader, text, s.of, s.by, context);
  if (s.kind === 'apply' && s.head.kind === 'name' && s.head.name === 'd' && s.args.length === 2)
    return derivative(reader, text, must(s.args[0]), [must(s.args[1])], context);
  const primed = primedCall(s);
  if (primed !== null) return derivative(reader, text, primed.of, primed.by, context);
  if (s.kind === 'gradient') return readGradient(reader, text, s, context);
  if (s.kind === 'entryDerivative' || (s.kind === 'apply' && s.head.kind === 'subscript')) {
    const t = reader.term(s);
    if (t.kind === 'partial') return asked(text, t.body, [t.by], [], context);
  }
  return reader.fail(
    surface,
    'not-a-question',
    'a question is a derivative',
    "write for example dL/dz_i, d^2L/dz_i dz_j, df/dX, f'(x), grad L, Jacobian of f, Hessian of f, vjp p or hvp L",
  );
}

/** `∇L` by all inputs at once; `∇_w L`, `∇R(x)` of an R of x alone, `∇²f` of an f of one quantity. */
function readGradient(reader: Reader, text: string, s: Surface & { kind: 'gradient' }, context: Context): Asked {
  const isOfOne =
    s.of.kind === 'apply' && s.of.args.length === 1 && reader.world.functions.has(headName(s.of.head) ?? '');
  if (s.by === null && s.order === 1 && !isOfOne)
    return { kind: 'gradient', text, of: must(filled(context, [reader.term(s.of)])[0]) };
  const by = s.by ?? (isOfOne && s.of.kind === 'apply' ? must(s.of.args[0]) : soleInput(reader, s.of, context));
  return derivative(
    reader,
    text,
    s.of,
    Array.from({ length: s.order }, () => by),
    context,
  );
}

/** `f'(x)`, `f''(x)`: by the argument, where that is a name. */
function primedCall(s: Surface): { of: Surface; by: Surface[] } | null {
  if (s.kind !== 'apply' || s.head.kind !== 'prime' || s.args.length !== 1) return null;
  const argument = unwrap(must(s.args[0]));
  if (argument.kind !== 'name' && argument.kind !== 'subscript') return null;
  return { of: { ...s, head: s.head.base }, by: Array.from({ length: s.head.count }, () => argument) };
}

const tables =
  /^(\s*(jacobian|hessian)\s+(?:(?:matrix\s+)?of\s+)?)(\S(?:.*?\S)??)(?:(\s+(?:with respect to|w\.?r\.?t\.?|by|in)\s+)(\S+))?\s*$/i;

/** `Jacobian of f`, `Hessian of L with respect to w`. */
function readTable(text: string, found: RegExpExecArray, context: Context, open: Open): Asked {
  const [, start = '', word = '', of = '', between = '', by = ''] = found;
  const list = by === '' ? of : `${of}${','.padStart(between.length)}${by})`;
  const { reader, surface } = open((by === '' ? ' ' : '(').padStart(start.length) + list);
  const s = unwrap(surface);
  const [subject, target] = s.kind === 'list' ? s.items : [s];
  const variable = target ?? soleInput(reader, must(subject), context);
  return derivative(
    reader,
    text,
    must(subject),
    word[0] === 'J' || word[0] === 'j' ? [variable] : [variable, variable],
    context,
  );
}

/** The argument of a function, or the one quantity that a formula depends on. */
function soleInput(reader: Reader, s: Surface, context: Context): Surface {
  const named = (name: string): Surface => ({
    kind: 'name',
    name,
    bold: false,
    run: name.length > 1,
    start: s.start,
    end: s.end,
  });
  const args = s.kind === 'name' ? reader.world.functions.get(s.name)?.args : undefined;
  if (args?.length === 1) return named(must(args[0]));
  const inputs = new Set<string>();
  const seen = new Set<string>();
  const collect = (t: Term): void =>
    visit(t, (x) => {
      if (x.kind !== 'entry' || seen.has(x.name)) return;
      seen.add(x.name);
      const definition = context.definitions.get(x.name);
      if (definition === undefined) inputs.add(x.name);
      else collect(definition.body);
    });
  collect(termOf(reader.value(s), reader));
  const [only, ...others] = inputs;
  if (only === undefined || others.length > 0)
    reader.fail(
      s,
      'unknown-variable',
      only === undefined ? 'this depends on nothing' : `this depends on ${[...inputs].join(', ')}`,
      `say by what, for example: Jacobian of f with respect to ${only ?? 'x'}`,
    );
  return named(only);
}

function readVerb(text: string, verb: string, context: Context, open: Open): Asked {
  const inner = text.replace(verbs, (found) => ' '.repeat(found.length));
  const { reader, surface } = open(inner);
  if (verb === 'grad' || verb === 'gradient')
    return { kind: 'gradient', text, of: must(filled(context, [reader.term(surface)])[0]) };
  if (verb === 'hvp')
    return {
      kind: 'hvp',
      text,
      of: must(filled(context, [reader.term(surface)])[0]),
      direction: freeName(context, ['v', 'w', 'u', 'direction']),
    };
  const { terms, letters } = placed(reader, [reader.value(surface)], context);
  const of = must(terms[0]);
  return {
    kind: 'vjp',
    text,
    of: must(filled(context, [of])[0]),
    letters: letters.length > 0 ? letters : freeIndices(of).filter((l) => !context.fixed.has(l)),
    upstream: freeName(context, ['g', 'v', 'u', 'upstream']),
  };
}

const freeName = (context: Context, names: readonly string[]): string =>
  names.find((n) => !context.shapes.has(n) && !context.definitions.has(n)) ?? 'upstream';

/** The terms with fresh letters for their open axes, different ones for each. */
function placed(r: Reader, values: readonly Value[], context: Context): { terms: Term[]; letters: string[] } {
  const terms = values.map((v) => termOf(v, r));
  const taken = new Set([...context.fixed, ...terms.flatMap((t) => freeIndices(t))]);
  const supply = [...'ijklmnpqrstuvw'].filter((l) => !taken.has(l) && !r.world.sizes.has(l));
  const letters: string[] = [];
  const out = terms.map((t, n) => {
    const axes = must(values[n]).axes;
    const mine = axes.map(() => supply.shift() ?? 'i');
    letters.push(...mine);
    return withAxes(
      t,
      axes,
      mine.map((name): Index => ({ kind: 'free', name })),
    );
  });
  return { terms: out, letters };
}

/** dL/dx_i of an L without index that has an entry for each of x. */
function tellOpenAxes(r: Reader, of: Surface, by: readonly Surface[], values: readonly Value[]): void {
  const rank = must(values[0]).axes.length;
  const isIndexed = by.every((b, n) => unwrap(b).kind === 'subscript' && values[n + 1]?.axes.length === 0);
  if (rank === 0 || !isIndexed) return;
  r.readings.push({
    text: r.text.slice(of.start, of.end),
    as: `one of its ${rank === 1 ? 'entries' : 'entries, with an index for each axis'}`,
    because: `it is no number, but a ${rank === 1 ? 'vector' : 'tensor'}; write a sum where a number is meant`,
  });
}

function derivative(r: Reader, text: string, of: Surface, by: readonly Surface[], context: Context): Asked {
  const values = [of, ...by].map((x) => r.value(x));
  const { terms } = placed(r, values, context);
  tellOpenAxes(r, of, by, values);
  const [numerator, ...targets] = terms as [Term, ...Term[]];
  targets.forEach((t, n) => {
    if (t.kind === 'entry') return;
    const written = unwrap(must(by[n]));
    if (written.kind === 'name')
      r.fail(
        written,
        'bad-derivative',
        `${written.name} has a meaning of its own, so nothing can vary with it`,
        `write the variable with another letter, or say what ${written.name} is (a definition, a value)`,
      );
    r.fail(
      written,
      'bad-derivative',
      'a derivative is taken by a variable',
      'give the expression a name, and differentiate by the name',
    );
  });
  return asked(text, numerator, targets as Entry[], [], context);
}

function asked(text: string, of: Term, by: readonly Entry[], first: readonly string[], context: Context): Asked {
  const whole: Term = by.reduceRight((t: Term, e) => ({ kind: 'partial', body: t, by: e, held: [] }), of);
  let inner = must(filled(context, [whole])[0]);
  for (let n = 0; n < by.length; n += 1) inner = (inner as Term & { kind: 'partial' }).body;
  const letters = new Set([...first, ...freeIndices(of)]);
  for (const e of by)
    for (const i of e.indices)
      for (const t of asAffine(i).terms) if (t.variable.kind === 'free') letters.add(t.variable.name);
  return {
    kind: 'derivative',
    text,
    of: inner,
    by,
    letters: [...letters].filter(
      (l) =>
        !context.fixed.has(l) ||
        by.some((e) =>
          e.indices.some((i) => asAffine(i).terms.some((t) => t.variable.kind === 'free' && t.variable.name === l)),
        ),
    ),
  };
}

const filled = (context: Context, terms: readonly Term[]): Term[] => inferSets(context, terms).terms;
