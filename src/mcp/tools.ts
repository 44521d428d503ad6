// What an assistant may call: each tool's words, its arguments, its answer.
// Not here: the protocol (`serve.ts`), files (`root.ts`).
// Invariant: a tool depends on its arguments alone and changes nothing; no tool runs anybody's code. An answer is at
// most
// 2,000 characters long unless more is asked for.
import {
  checkStep,
  derive,
  emit,
  evaluate,
  type EvaluateOptions,
  explain,
  libraryNames,
  lintDocument,
  mistakes,
  WhygradError,
} from '../index.ts';

type Schema = Readonly<Record<string, unknown>>;
type Args = Readonly<Record<string, unknown>>;

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  readonly output: Schema;
  readonly run: (args: Args, documentNamed: (word: string) => string) => Record<string, unknown>;
}

const text = (description?: string): Schema => ({
  type: 'string',
  ...(description === undefined ? {} : { description }),
});
const texts = (description?: string): Schema => ({
  type: 'array',
  items: { type: 'string' },
  ...(description === undefined ? {} : { description }),
});
const oneOf = (...words: string[]): Schema => ({ enum: words });
const object = (properties: Schema, ...required: string[]): Schema => ({ type: 'object', properties, required });

const within = {
  in: text('library name (see list) or a document’s text: what names mean'),
  given: texts('definitions, assumptions'),
};
const verdicts = oneOf('holds', 'slip', 'unclear');

/** Characters of an answer. */
const most = 2000;

export const tools: readonly Tool[] = [
  {
    name: 'check_step',
    description:
      'Judge ONE step of a derivation: does `to` equal `from` under what is given? Call it for every line you write. `needs` names a missing assumption, `fix` the right line. Example: {"given":["p_j = exp(z_j)/sum_k exp(z_k)"],"from":"dp_j/dz_i","to":"p_j (delta_ij - p_i)"}',
    input: object(
      {
        given: texts(
          'definitions, assumptions, conditions: "p = softmax(z)", "sum_j y_j = 1", "A symmetric", "i != j"',
        ),
        from: text('the line before, one expression; plain, LaTeX or Unicode'),
        to: text(),
        all: texts('the lines so far'),
        goal: text('what is to be reached'),
      },
      'from',
      'to',
    ),
    output: object(
      {
        verdict: verdicts,
        certainty: {},
        because: text(),
        needs: texts(),
        counterexample: {},
        mistake: text(),
        fix: text(),
        equals_goal: { type: 'boolean' },
      },
      'verdict',
      'because',
    ),
    run: (a) => {
      const { equalsGoal, ...found } = checkStep({ ...a, from: said(a, 'from'), to: said(a, 'to') } as Parameters<
        typeof checkStep
      >[0]);
      return { ...found, ...(equalsGoal === undefined ? {} : { equals_goal: equalsGoal }) };
    },
  },
  {
    name: 'derive',
    description:
      'Derive a derivative; every step is machine-checked. Questions: dL/dz_i, dp_j/do_i, d^2L/dz_i dz_j, grad L, vjp p, hvp L. Example: {"question":"dL/dz_i","in":"softmax-cross-entropy"}',
    input: object(
      {
        question: text(),
        ...within,
        by: oneOf('auto', 'quotient', 'product', 'log'),
        detail: oneOf('outline', 'steps', 'all'),
        full: { type: 'boolean', description: 'do not shorten' },
      },
      'question',
    ),
    output: object(
      {
        result: text(),
        latex: text(),
        givens: texts(),
        steps: texts(),
        forms: texts(),
        check: text(),
        shortened: { type: 'boolean' },
      },
      'result',
      'check',
    ),
    run: (a, named) => derived(a, named),
  },
  {
    name: 'lint',
    description:
      'Judge every equality of a Markdown, LaTeX or plain text. Example: {"text":"Let $s = 1/(1+e^{-a})$. Then $s’ = s(1+s)$."}',
    input: object(
      {
        text: text(),
        verdicts: {
          type: 'array',
          items: oneOf('holds', 'slip', 'definition', 'assumption', 'unclear'),
          description: 'which to list; slip and unclear unless said',
        },
      },
      'text',
    ),
    output: object(
      {
        counts: { type: 'object' },
        claims: { type: 'array', items: { type: 'object' } },
        unread: { type: 'integer' },
        shortened: { type: 'boolean' },
      },
      'counts',
      'claims',
    ),
    run: linted,
  },
  {
    name: 'evaluate',
    description:
      'The number of an expression, derivatives too, at values. Example: {"expression":"dL/dz_i","in":"softmax-cross-entropy","values":{"z":[1,2],"y":[0,1]}}',
    input: object(
      { expression: text(), ...within, values: { type: 'object' }, base: { enum: [0, 1] } },
      'expression',
      'values',
    ),
    output: object({ value: {}, axes: texts() }, 'value', 'axes'),
    run: (a, named) => ({
      ...evaluate(said(a, 'expression'), {
        ...meant(a, named),
        values: (a['values'] ?? {}) as EvaluateOptions['values'],
        ...(a['base'] === undefined ? {} : { base: a['base'] as 0 | 1 }),
      }),
    }),
  },
  {
    name: 'emit',
    description:
      'Code of a document’s formulas or derivatives. Example: {"document":"softmax-cross-entropy","questions":["dL/dz_i"],"to":"numpy"}',
    input: object(
      {
        document: text('library name or text'),
        questions: texts(),
        to: oneOf('javascript', 'numpy', 'torch', 'jax', 'c', 'latex'),
        autograd: { type: 'boolean' },
      },
      'document',
      'to',
    ),
    output: object({ files: { type: 'array', items: { type: 'object' } } }, 'files'),
    run: emitted,
  },
  {
    name: 'explain',
    description:
      'A mistake of the catalogue by its id, as check_step and lint name them. Example: {"mistake":"missing-delta"}',
    input: object({ mistake: text() }, 'mistake'),
    output: object({ name: text(), why: text(), write: text(), right: text(), counterexample: text() }, 'name', 'why'),
    run: (a) => {
      const { name, why, write, right, counterexample } = explain(said(a, 'mistake'));
      return { name, why, write, right, counterexample };
    },
  },
  {
    name: 'list',
    description: 'Names of library documents, or ids of mistakes.',
    input: object({ what: oneOf('documents', 'mistakes') }),
    output: object({ names: texts() }, 'names'),
    run: (a) => ({ names: a['what'] === 'mistakes' ? mistakes.map((m) => m.id) : libraryNames() }),
  },
];

function said(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'string') return value;
  throw new WhygradError('bad-request', `"${name}" has to be a text`, { hint: 'give it' });
}

/** What `in` and `given` say. */
function meant(a: Args, named: (word: string) => string): { in?: string; given?: string[] } {
  return {
    ...(a['in'] === undefined ? {} : { in: named(said(a, 'in')) }),
    ...(a['given'] === undefined ? {} : { given: a['given'] as string[] }),
  };
}

function derived(a: Args, named: (word: string) => string): Record<string, unknown> {
  const { by, detail } = a as { by?: 'auto'; detail?: 'steps' };
  const d = derive(said(a, 'question'), {
    ...meant(a, named),
    ...(by === undefined ? {} : { by }),
    ...(detail === undefined ? {} : { detail }),
  });
  const steps = d.steps.map((s) => `${s.to}   [${s.title}, ${s.check}]`);
  const answer = {
    result: d.result.text,
    latex: d.result.latex,
    givens: d.givens.map((g) => `${g.kind}: ${g.text}`),
    forms: d.result.forms.map((f) => `${f.form}${f.when === undefined ? '' : ` (${f.when})`}: ${f.text}`),
    check: `${d.check.verdict}; agrees with dual numbers at ${d.check.points} points`,
  };
  const left = most - JSON.stringify(answer).length;
  const kept = a['full'] === true ? steps : lastFitting(steps, left);
  return { ...answer, steps: kept, ...(kept.length < steps.length ? { shortened: true } : {}) };
}

/** The last texts, as many as there is room for: the end of a derivation says most. */
function lastFitting(all: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const t of all.toReversed()) {
    used += JSON.stringify(t).length + 1;
    if (used > room) break;
    kept.unshift(t);
  }
  return kept;
}

function linted(a: Args): Record<string, unknown> {
  const { claims, unread } = lintDocument(said(a, 'text'));
  const wanted = (a['verdicts'] as readonly string[] | undefined) ?? ['slip', 'unclear'];
  const counts: Record<string, number> = {};
  for (const c of claims) counts[c.verdict] = (counts[c.verdict] ?? 0) + 1;
  const all = claims
    .filter((c) => wanted.includes(c.verdict))
    .map(({ line, column, formula, verdict, message, mistake, fix }) => ({
      ...{ line, column, formula, verdict, message },
      ...(mistake === null ? {} : { mistake }),
      ...(fix === null ? {} : { fix }),
    }));
  let used = 200;
  const kept = all.filter((c) => {
    used += JSON.stringify(c).length + 1;
    return used <= most;
  });
  return { counts, claims: kept, unread: unread.length, ...(kept.length < all.length ? { shortened: true } : {}) };
}

function emitted(a: Args, named: (word: string) => string): Record<string, unknown> {
  const outputs = a['questions'] as string[] | undefined;
  const files = emit(named(said(a, 'document')), {
    to: said(a, 'to'),
    ...(outputs === undefined ? {} : { outputs }),
    ...(a['autograd'] === true ? { autograd: true } : {}),
  });
  return { files: files.map(({ name, content }) => ({ name, content: typeof content === 'string' ? content : '' })) };
}
