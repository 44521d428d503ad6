// docs/mistakes/: a page for each family of mistakes, from the catalogue, the doctor's operations and derivations; every number is computed here.
// Usage: npm run mistakes. It reads dist/, so the package must be built.
// Not here: the mistakes (src/rules/mistakes*.ts), what programs with them return (src/doctor/operations).
// Invariant: the same sources give the same bytes; nothing on a page was measured elsewhere.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { differentiated } from '../dist/doctor/operations/operation.js';
import { operations } from '../dist/doctor/operations/table.js';
import { drawInputs, drawUpstream, sizesOf } from '../dist/doctor/probe/draw.js';
import { follow } from '../dist/doctor/tensor/evaluate.js';
import { scales } from '../dist/doctor/name/scales.js';
import { recipe, show } from '../dist/doctor/tensor/notation.js';
import { ShapeError, scalar, zip } from '../dist/doctor/tensor/tensor.js';
import { check, derive, libraryDocument, loadIris, mistakeGradient, mistakes, train } from '../dist/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The families, what they are about, and the question whose answer is right in most of them. */
const families = {
  derivation: { title: 'On paper', about: 'Lines of a derivation that do not follow.' },
  jacobian: { title: 'The Jacobian of softmax', about: 'Programs that return ∂p/∂z, or part of it.', from: 'softmax' },
  vjp: {
    title: 'Upstream gradients',
    about: 'Programs that multiply an upstream gradient with a Jacobian.',
    from: 'softmax',
    question: 'vjp p',
  },
  loss: {
    title: 'Losses behind a softmax',
    about: 'Programs that return the gradient of a loss by the logits.',
    from: 'softmax-cross-entropy',
  },
  activation: { title: 'Activations', about: 'Derivatives taken entry by entry.', from: 'sigmoid' },
  layer: { title: 'Layers', about: 'Weights, biases, dropout.', from: 'linear-layer' },
  norm: { title: 'Normalisation', about: 'Statistics that depend on the input themselves.', from: 'layer-norm' },
  attention: { title: 'Attention', about: 'Products that are scaled before a softmax.', from: 'attention' },
  convolution: { title: 'Convolution', about: 'Kernels that slide.' },
  axis: { title: 'Axes', about: 'Sums and maxima over the wrong axis.', from: 'softmax' },
  numerics: {
    title: 'Numbers on a machine',
    about: 'Right formulas that overflow, underflow or are rounded away.',
    from: 'log-softmax',
  },
  'gradient-check': { title: 'Checks that do not check', about: 'Gradient checks that pass wrong gradients.' },
};

const code = (text) => `\`${text.replaceAll('`', "'")}\``;
const number = (x) => (x === 0 ? '0' : String(Number(x.toPrecision(3))));
const cell = (text) => text.replaceAll('|', '\\|');

// --- what is right ---------------------------------------------------------------------------------------------------

/** The question that a library document begins with. */
const questionOf = (name) => /whygrad: question ([^;]*?)\s*(?:;.*)?-->/.exec(libraryDocument(name))?.[1];

/** The derivation of what is right: each line with its reason. */
function derived({ from, question = from && questionOf(from) }) {
  if (from === undefined || question === undefined) return '';
  const d = derive(question, { in: from });
  const lines = d.steps.map((s) => `| $${cell(s.latex)}$ | ${s.title} | ${s.check} |`);
  return `## What is right

\`whygrad derive "${question}" --in ${from}\`

| line | because | |
|---|---|---|
${lines.join('\n')}

$$${d.question.latex} = ${d.result.latex}$$
`;
}

// --- what a program with the mistake does ----------------------------------------------------------------------------

/** Operations in which a mistake is known, with what such a program computes. */
const known = (id) =>
  operations.flatMap((o) =>
    o.wrongs.filter((w) => w.id === id && w.gives.length > 0).map((w) => ({ operation: o, gives: w.gives })),
  );

/** Everything of one draw, with the factor of a mean. */
function environment(o, draw) {
  const sizes = sizesOf(draw);
  const env = drawInputs(o, sizes, draw).set('rate', scalar(0.1));
  env.set('mask', {
    shape: [sizes.N, sizes.C],
    data: Float64Array.from({ length: sizes.N * sizes.C }, (_, i) => (i % 3 ? 1 : 0)),
  });
  env
    .set('r', scalar(o.kind === 'loss' ? 1 / sizes.N : 1))
    .set('s', scalar(1))
    .set('g', scalar(1));
  return env;
}

const total = (t) => t.data.reduce((s, x) => s + x, 0);
const norm = (list) => Math.sqrt(list.reduce((s, x) => s + x * x, 0));

/** The gradients by the inputs that move: the right ones, with those that the mistake changes put in their place. */
function gradientsOf(o, env, gives) {
  const all = follow(o.backward, follow(o.forward, env));
  const wrong = gives === null ? all : follow(gives, all);
  return differentiated(o).map((i) => {
    const name = `d${i.name}`;
    const value = gives?.some((s) => s.name === name) ? wrong.get(name) : all.get(name);
    return { i, value, right: all.get(name) };
  });
}
/** Inputs that descent can move freely; probabilities would leave their simplex. */
const isFree = (i) => i.draw === 'normal' || i.draw === 'positive';

/** A loss for every operation: its own, or half the squared distance of its output from that of another draw. */
function objective(o) {
  if (o.kind === 'loss')
    return (env) => ({ value: total(follow(o.forward, env).get('l')) * env.get('r').data[0], env });
  const goal = follow(o.forward, environment(o, 0)).get('out');
  const target = { ...goal, data: goal.data.map((x, k) => x + 0.3 * drawUpstream(goal.shape, 1).data[k]) };
  return (env) => {
    const off = zip(follow(o.forward, env).get('out'), target, (a, b) => a - b);
    return { value: total({ data: off.data.map((x) => (x * x) / 2) }), env: new Map(env).set('u', off) };
  };
}

/** Losses along gradient descent: at the start and after each step; stops where one is not finite. */
function descent(o, gives, rate, steps) {
  const of = objective(o);
  let { value, env } = of(environment(o, 0));
  const losses = [value];
  for (let k = 0; k < steps && Number.isFinite(value); k++) {
    const moved = new Map(env);
    for (const { i, value: g, right } of gradientsOf(o, env, gives).filter((p) => isFree(p.i))) {
      if (g === undefined || g.data.length !== right.data.length) return null;
      const x = env.get(i.name);
      moved.set(i.name, { ...x, data: x.data.map((v, n) => v - rate * g.data[n]) });
    }
    ({ value, env } = of(moved));
    losses.push(value);
  }
  return losses;
}

const STEPS = 100;
/** The greatest rate with which the right gradient only descends. */
const rateFor = (o) =>
  [1, 0.3, 0.1, 0.03, 0.01, 0.003].find((rate) => {
    const losses = descent(o, null, rate, STEPS);
    return losses !== null && losses.length > STEPS && losses.every((l, k) => k === 0 || l <= losses[k - 1] + 1e-12);
  });

const told = (losses, k) => {
  if (losses.length <= k) return `not finite from step ${losses.length - 1}`;
  return Math.abs(losses[k]) < 1e-6 ? 'below 1e-6' : number(losses[k]);
};

/** How a wrong gradient lies to the right one, and where descent with it leads. */
function effect({ operation: o, gives }) {
  const { env } = objective(o)(environment(o, 0));
  const parts = gradientsOf(o, env, gives);
  if (parts.length === 0 || parts.some((p) => p.value === undefined || p.value.data.length !== p.right.data.length))
    return null;
  const [wrong, right] = ['value', 'right'].map((k) => parts.flatMap((p) => [...p[k].data]));
  const cosine = wrong.reduce((s, x, i) => s + x * right[i], 0) / (norm(wrong) * norm(right));
  const angle = Number.isFinite(cosine)
    ? `${Math.round((Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI)}°`
    : '–';
  const changed = parts.filter((p) => p.value.data.some((x, k) => x !== p.right.data[k]));
  const rate = changed.every((p) => isFree(p.i)) ? rateFor(o) : undefined;
  const runs = rate === undefined ? null : [null, gives].map((g) => descent(o, g, rate, STEPS));
  return { angle, length: number(norm(wrong) / norm(right)), runs };
}

const formula = (steps) => code(steps.map((s) => `${s.name} = ${show(s.value)}`).join('; '));

/** Mistakes that scale a whole gradient, in the loss where they are met most. */
function scaled(id) {
  const scale = scales.find((s) => s.ids.length === 1 && s.ids[0] === id);
  const o = operations.find((x) => x.id === 'softmax-cross-entropy');
  if (scale === undefined || o === undefined) return [];
  const { N, C, D } = sizesOf(0);
  const factor = scale.value({ N, C, D, r: 1 / N, constants: new Map() });
  if (!Number.isFinite(factor)) return [];
  return [{ operation: o, gives: recipe(`dz = (p * sum(y) - y) * r * ${number(factor)}`) }];
}

/** The first way to make the mistake in each operation that has numbers to show. */
function inPrograms(id) {
  const seen = new Set();
  const rows = [...scaled(id), ...known(id)].flatMap((k) => {
    if (seen.has(k.operation.id)) return [];
    const e = attempt(() => effect(k));
    if (e === null) return [];
    seen.add(k.operation.id);
    const [right, wrong] = e.runs ?? [null, null];
    const training =
      right === null || wrong === null
        ? '–'
        : `${told(right, 0)} → ${told(right, STEPS)}, with the mistake ${told(wrong, STEPS)}`;
    return [
      `| ${k.operation.id} | ${cell(formula(k.gives))} | ${cell(formula(k.operation.backward))} | ${e.angle} | ${e.length} | ${training} |`,
    ];
  });
  return rows.length === 0
    ? ''
    : `| operation | such a program computes | right | angle | length | loss, ${STEPS} steps of descent |
|---|---|---|---|---|---|
${rows.join('\n')}

`;
}

function attempt(f) {
  try {
    return f();
  } catch (e) {
    if (e instanceof ShapeError) return null;
    throw e;
  }
}

/** Softmax regression on iris with the mistake in the place of the right gradient. */
async function trained(id) {
  const gradients = mistakeGradient(id);
  if (gradients === null) return '';
  const outcome = await accuracy(gradients);
  return `Softmax regression on iris, 30 epochs: test accuracy ${outcome}; with the right gradient ${await accuracy()}.\n\n`;
}
async function accuracy(gradients) {
  try {
    const run = train('networks/softmax-regression', loadIris(), {
      epochs: 30,
      optimizer: 'sgd',
      learningRate: 0.5,
      seed: 1,
      ...(gradients === undefined ? {} : { gradients }),
    });
    await run;
    return `${number(run.test().accuracy)} (loss ${number(run.history.at(-1).loss)})`;
  } catch (error) {
    if (/not finite/.test(error.message))
      return `none: ${/epoch \d+/.exec(error.message)?.[0] ?? 'soon'}, the numbers are no longer finite`;
    throw error;
  }
}

/** A mistake of formulas: both equations, judged. */
function judged({ shown }) {
  if (shown === undefined) return '';
  const [wrong, right] = [shown.wrong, shown.right].map((claim) => check(claim, { given: shown.givens }));
  const numbers = wrong.counterexample;
  const values =
    numbers === null || numbers === undefined
      ? ''
      : `: the left side is ${number(numbers.left)}, the right one ${number(numbers.right)}, ${placeOf(numbers)}`;
  const given = shown.givens.length === 0 ? '' : `Given ${shown.givens.map(code).join(', ')}:\n\n`;
  return `${given}- ${code(shown.wrong)} ${wrong.verdict === 'slip' ? `is false${values}` : `is ${wrong.verdict}`}\n- ${code(shown.right)} ${right.verdict === 'holds' ? 'holds, ' + right.certainty : `is ${right.verdict}`}\n\n`;
}
const placeOf = ({ sizes = {}, values = {} }) =>
  `at ${[...Object.entries(sizes), ...Object.entries(values)].map(([k, v]) => `${k} = ${JSON.stringify(v, (_, x) => (typeof x === 'number' ? Number(x.toPrecision(3)) : x))}`).join(', ')}`;

// --- pages -----------------------------------------------------------------------------------------------------------

async function section(m) {
  return `## ${m.name}

${code(m.id)}

| written | right |
|---|---|
| ${cell(code(m.write))} | ${cell(m.right)} |

${m.why}

The smallest case: ${m.counterexample}

${judged(m)}${inPrograms(m.id)}${await trained(m.id)}`;
}

async function page(group, family) {
  const sections = [];
  for (const m of mistakes.filter((x) => x.group === group)) sections.push(await section(m));
  return (
    `<!-- written by npm run mistakes -->
# ${family.title}

${family.about} \`whygrad doctor\` finds these in programs, \`whygrad lint\` on paper; [all families](README.md).

${derived(family)}
${sections.join('')}`
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd() + '\n'
  );
}

const anchor = (name) =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

function contents() {
  const parts = Object.entries(families).map(([group, { title }]) => {
    const rows = mistakes
      .filter((m) => m.group === group)
      .map((m) => `| ${code(m.id)} | [${cell(m.name)}](${group}.md#${anchor(m.name)}) |`);
    return `## [${title}](${group}.md)\n\n| | |\n|---|---|\n${rows.join('\n')}\n`;
  });
  return `<!-- written by npm run mistakes -->
# Mistakes

${mistakes.length} ways in which derivatives go wrong, each met in public. A page says what is written, what is right and why, what a program with the
mistake computes, how its gradient lies to the right one (angle, and length over the right length), and what gradient descent makes of it:
all numbers are computed when the pages are written. Descent takes the greatest rate of 1, 0.3, 0.1, … with which the right gradient only
descends; an operation that is no loss is given half the squared distance to a goal. \`whygrad explain ID\` tells one of them.

${parts.join('\n')}`;
}

/** Every page by its file name. */
export async function pages() {
  const unknown = mistakes.filter((m) => !(m.group in families)).map((m) => m.id);
  if (unknown.length > 0) throw new Error(`no family for ${unknown.join(', ')}`);
  const found = new Map([['README.md', contents()]]);
  for (const [group, family] of Object.entries(families)) found.set(`${group}.md`, await page(group, family));
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = join(root, 'docs', 'mistakes');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  for (const [name, text] of await pages()) writeFileSync(join(folder, name), text);
}
