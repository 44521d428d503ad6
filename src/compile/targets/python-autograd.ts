// A function with its gradients as automatic differentiation calls it: a `torch.autograd.Function`, a `jax.custom_vjp`.
// Not here: statements (`python.ts`), what is kept between the halves (`../arrays/halves.ts`).
// Invariant: both halves are formulas; no exchange between processes and no kept array is ever differentiated.
import { must } from '../../term/must.ts';
import { joinExchanges } from '../arrays/exchange.ts';
import { inHalves, type Halves } from '../arrays/halves.ts';
import type { Autograd } from '../autograd.ts';
import type { ArrayProgram, Tensor } from '../loops.ts';
import { readNames } from '../stages.ts';
import type { PythonWords } from './python.ts';
import { indented, processNotes, PythonModule, written } from './python-module.ts';
import type { EmitRequest } from './target.ts';
import type { Tested } from './torch-tests.ts';

/** Everything that both packages print, made once. */
interface Parts {
  readonly m: PythonModule;
  readonly halves: Halves;
  readonly program: ArrayProgram;
  readonly autograd: Autograd;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly upstream: readonly Tensor[];
  /** Arguments beside the inputs: sizes, mesh axes, places. */
  readonly more: readonly string[];
  readonly asked: readonly string[];
  /** Sizes that the backward half needs and the inputs tell: names and where they are read. */
  readonly told: readonly { readonly name: string; readonly from: string }[];
  readonly placed: readonly string[];
  readonly forward: readonly string[];
  readonly backward: readonly string[];
}

function partsOf(r: EmitRequest, words: PythonWords, conditional: boolean): Parts {
  const { program } = r.arrays();
  const { autograd } = r;
  if (autograd === undefined) throw new Error('bug: no gradients are named');
  const m = new PythonModule(r, words, [
    '_forward',
    '_backward',
    'ctx',
    'needs',
    className(r),
    `${className(r)}Function`,
  ]);
  const tensor = (name: string): Tensor => must(program.tensors.get(name));
  const inputs = autograd.gradients.map((g) => tensor(g.input));
  const outputs = autograd.outputs.map((o) => tensor(o.name));
  const upstream = autograd.outputs.map((o) => tensor(o.upstream));
  const halves = inHalves(
    program,
    outputs.map((t) => t.name),
    new Set(upstream.map((t) => t.name)),
  );
  for (const t of [...inputs, ...outputs]) m.name(t);
  const ordered = {
    ...halves,
    forward: r.mesh === undefined ? halves.forward : joinExchanges(halves.forward),
    backward:
      r.mesh === undefined
        ? conditional
          ? sharedFirst(halves.backward, autograd)
          : halves.backward
        : joinExchanges(halves.backward),
  };
  const forward = [...m.positionLines(inputs), ...m.statements(ordered.forward), ...m.poisoned(inputs, outputs)];
  const backward = conditional ? conditionally(m, ordered.backward, autograd) : m.statements(ordered.backward);
  const first = m.sizes(ordered.forward, inputs, forward);
  const second = m.sizes(ordered.backward, [...ordered.saved, ...upstream], backward);
  const wanted = [...new Set([...first.asked, ...second.asked])];
  const shapes = new Map(
    inputs.flatMap((t) => t.sets.map((set, n) => [m.names.of('size', set), `${m.name(t)}.shape[${n}]`] as const)),
  );
  const asked = wanted.filter((name) => !shapes.has(name));
  const told = wanted.flatMap((name) => {
    const from = shapes.get(name);
    return from === undefined ? [] : [{ name, from }];
  });
  const placed = [...new Set([...first.placed, ...second.placed])];
  const process = m.processArguments(placed);
  const places = (of: readonly string[]): string[] => m.placeLines(of, (set) => must(r.meshOf?.(set)));
  return {
    m,
    halves: ordered,
    program,
    autograd,
    inputs,
    outputs,
    upstream,
    more: [...asked, ...told.map((x) => x.name), ...process],
    asked,
    told,
    placed,
    forward: [...first.lines, ...places(first.placed), ...forward],
    backward: [...second.lines, ...places(second.placed), ...backward],
  };
}

/** The statements of the backward half, each under the condition that a gradient that needs it is wanted. */
function conditionally(m: PythonModule, p: ArrayProgram, autograd: Autograd): string[] {
  const needs = p.stages.map((s) => condition(neededFor(p, s.target, autograd)));
  const all = condition(wantedOf(autograd));
  const lines: string[] = [];
  for (let from = 0; from < needs.length; ) {
    let to = from + 1;
    while (needs[to] === needs[from] && to < needs.length) to++;
    const own = m.statements(p, from, to);
    lines.push(...(needs[from] === all ? own : [`if ${needs[from]}:`, ...own.map((x) => `    ${x}`)]));
    from = to;
  }
  return lines;
}
const condition = (wanted: readonly number[], needs = 'needs'): string =>
  wanted.map((n) => `${needs}[${n}]`).join(' or ');
const wantedOf = (autograd: Autograd): number[] => autograd.gradients.flatMap((g, n) => (g.name === null ? [] : [n]));

/** Stages that more gradients need come first; none depends on a stage that fewer gradients need. */
function sharedFirst(p: ArrayProgram, autograd: Autograd): ArrayProgram {
  const keyed = p.stages.map((s) => ({ s, needs: neededFor(p, s.target, autograd) }));
  const order = keyed.sort(
    (a, b) =>
      b.needs.length - a.needs.length ||
      Number(a.needs[0]) - Number(b.needs[0]) ||
      (condition(a.needs) < condition(b.needs) ? -1 : condition(a.needs) > condition(b.needs) ? 1 : 0),
  );
  return { ...p, stages: order.map((x) => x.s) };
}
/** The numbers of the gradients that need the tensor. */
function neededFor(p: ArrayProgram, target: string, autograd: Autograd): number[] {
  const reached = new Set([target]);
  for (const s of p.stages) if ([...readNames(s)].some((x) => reached.has(x))) reached.add(s.target);
  return autograd.gradients.flatMap((g, n) => (g.name !== null && reached.has(g.name) ? [n] : []));
}

const className = (r: EmitRequest): string =>
  r.name
    .split('_')
    .map((w) => w.charAt(0).toUpperCase() + w.slice(1))
    .join('');
const list = (names: readonly string[]): string => names.join(', ');
const toldLines = (p: Parts): string[] => p.told.map((x) => `${x.name} = ${x.from}`);
const tuple = (names: readonly string[]): string => (names.length === 1 ? `${names[0]},` : list(names));
const gradientNames = (p: Parts): string[] =>
  p.autograd.gradients.map((g) => (g.name === null ? 'None' : p.m.name({ name: g.name })));

function head(r: EmitRequest, p: Parts): string[] {
  return [
    `# ${r.title}: written by whygrad from its formulas; forward and backward are both derived.`,
    ...p.m.report(
      [
        { title: 'forward', program: p.halves.forward },
        { title: 'backward', program: p.halves.backward },
      ],
      p.placed.length > 0,
    ),
    ...p.m.head(),
  ];
}
function docstring(p: Parts): string[] {
  const { m } = p;
  return [
    `"""Returns ${list(p.outputs.map((t) => m.name(t)))}; differentiable by ${list(p.inputs.flatMap((t, n) => (p.autograd.gradients[n]?.name == null ? [] : [m.name(t)])))}.`,
    '',
    ...[...p.inputs, ...p.outputs].map((t) => m.about(t, p.program)),
    ...processNotes(m, p.placed),
    '"""',
  ];
}

/** `_forward` and `_backward`: the halves as functions. */
function halfFunctions(p: Parts, conditional: boolean): string[] {
  const { m, halves } = p;
  const names = (all: readonly Tensor[]): string[] => all.map((t) => m.name(t));
  const kept = [...p.outputs, ...halves.kept];
  const wanted = p.autograd.gradients.flatMap((g) => (g.name === null ? [] : [m.name({ name: g.name })]));
  return [
    `def _forward(${list([...names(p.inputs), ...p.more])}):`,
    ...indented([...p.forward, `return ${tuple(names(kept))}`]),
    '',
    '',
    `def _backward(${list([...(conditional ? ['needs'] : []), ...names([...p.upstream, ...halves.saved]), ...p.more])}):`,
    ...indented([
      ...(conditional && wanted.length > 0 ? [`${wanted.join(' = ')} = None`] : []),
      ...p.backward,
      `return ${tuple(gradientNames(p))}`,
    ]),
    '',
    '',
  ];
}

/** A module with a `torch.autograd.Function`, a function that calls it, and an `nn.Module`. */
export function torchAutograd(r: EmitRequest, words: PythonWords): string {
  const p = partsOf(r, words, true);
  const { m, halves } = p;
  const names = (all: readonly Tensor[]): string[] => all.map((t) => m.name(t));
  const kept = names([...p.outputs, ...halves.kept]);
  const single = p.outputs.length === 1;
  const function_ = `${className(r)}Function`;
  const saved = names([...halves.saved, ...(m.mesh.length === 0 ? halves.again : [])]);
  const isSplit = m.mesh.length > 0;
  return written([
    ...head(r, p),
    ...halfFunctions(p, true),
    `class ${function_}(torch.autograd.Function):`,
    ...indented([
      '@staticmethod',
      `def forward(${list(['ctx', ...names(p.inputs), ...p.more])}):`,
      ...indented([
        `${tuple(kept)} = _forward(${list([...names(p.inputs), ...p.more])})`,
        `ctx.save_for_backward(${list(keptIfWanted(p, saved))})`,
        ...p.more.map((x) => `ctx.${x} = ${x}`),
        `return ${list(names(p.outputs))}`,
      ]),
      '',
      '@staticmethod',
      ...(isSplit ? ['@torch.autograd.function.once_differentiable'] : []),
      `def backward(${list(['ctx', ...names(p.upstream)])}):`,
      ...indented([
        ...(saved.length === 0 ? [] : [`${tuple(saved)} = ctx.saved_tensors`]),
        ...(halves.kept.length > 0 && !isSplit
          ? [
              'if torch.is_grad_enabled():',
              '    # A second derivative is asked for: what was kept is computed again, from what it depends on.',
              `    ${tuple([...p.outputs.map(() => '_'), ...names(halves.kept)])} = _forward(${list([...againOr(p), ...p.more.map((x) => `ctx.${x}`)])})`,
            ]
          : []),
        `${tuple(gradients(p))} = _backward(${list(['ctx.needs_input_grad', ...names([...p.upstream, ...halves.saved]), ...p.more.map((x) => `ctx.${x}`)])})`,
        `return ${tuple([...gradientNames(p), ...p.more.map(() => 'None')])}`,
      ]),
    ]),
    '',
    '',
    `def ${r.name}(${list([...names(p.inputs), ...p.asked, ...m.processArguments(p.placed).map((x) => `${x}=None`)])}):`,
    ...indented([
      ...docstring(p),
      ...converted(p, words),
      ...toldLines(p),
      `return ${function_}.apply(${list([...names(p.inputs), ...p.more])})`,
    ]),
    '',
    '',
    ...moduleClass(r, p, single),
  ]);
}
/** What the tests of such a module need to know of it. */
export function testedAs(r: EmitRequest, words: PythonWords): Tested {
  const p = partsOf(r, words, true);
  return {
    name: r.name,
    inputs: p.inputs.map((t, n) => ({
      name: p.m.name(t),
      sizes: p.m.sizesOf(t, p.program),
      holds: t.dtype === 'index' ? 'positions' : 'numbers',
      isDifferentiated: p.autograd.gradients[n]?.name != null,
    })),
    asked: p.asked,
    more: p.more,
  };
}

/** Temporaries that not every gradient needs are kept only for those that do. */
function keptIfWanted(p: Parts, saved: readonly string[]): string[] {
  const conditions = new Map(
    p.halves.kept.map((t) => [p.m.name(t), neededFor(p.halves.backward, t.name, p.autograd)] as const),
  );
  const all = condition(wantedOf(p.autograd));
  return saved.map((name) => {
    const own = conditions.get(name);
    if (own === undefined || condition(own) === all) return name;
    return `${name} if ${condition(own, 'ctx.needs_input_grad')} else None`;
  });
}
const gradients = (p: Parts): string[] => gradientNames(p).map((g) => (g === 'None' ? '_' : g));
/** The inputs as arguments of `_forward` in the backward pass: those that nothing needs are not there. */
function againOr(p: Parts): string[] {
  const there = new Set([...p.halves.saved, ...p.halves.again].map((t) => t.name));
  return p.inputs.map((t) => (there.has(t.name) ? p.m.name(t) : 'None'));
}
function converted(p: Parts, words: PythonWords): string[] {
  const { m } = p;
  const like =
    p.inputs.find((t) => t.dtype === 'float' && t.dims.length > 0) ?? p.inputs.find((t) => t.dtype === 'float');
  return [...p.inputs]
    .sort((a, b) => Number(b === like) - Number(a === like))
    .map((t) => {
      const name = m.name(t);
      if (t.dtype === 'index') return `${name} = ${words.index(name)}`;
      return `${name} = ${t === like || like === undefined ? words.tensor(name) : words.lift(name, m.name(like))}`;
    });
}

/** The `nn.Module`: single numbers are its settings. */
function moduleClass(r: EmitRequest, p: Parts, single: boolean): string[] {
  const { m } = p;
  const isSetting = (t: Tensor): boolean =>
    t.dims.length === 0 && t.dtype === 'float' && p.inputs.some((x) => x.dims.length > 0);
  const settings = p.inputs.filter(isSetting).map((t) => m.name(t));
  const data = p.inputs.filter((t) => !isSetting(t)).map((t) => m.name(t));
  const process = m.processArguments(p.placed).filter((x) => m.mesh.some((a) => m.names.of('helper', a) === x));
  const own = [...settings, ...process];
  const args = p.inputs.map((t) => (isSetting(t) ? `self.${m.name(t)}` : m.name(t)));
  return [
    `class ${className(r)}(torch.nn.Module):`,
    ...indented([
      `"""${single ? `Returns ${m.name(must(p.outputs[0]))}` : 'Returns the results'} as ${r.name} does."""`,
      ...(own.length === 0
        ? []
        : [
            '',
            `def __init__(${list(['self', ...settings, ...process.map((x) => `${x}=None`)])}):`,
            ...indented(['super().__init__()', ...own.map((x) => `self.${x} = ${x}`)]),
          ]),
      '',
      `def forward(${list(['self', ...data, ...p.asked])}):`,
      `    return ${r.name}(${list([...args, ...p.asked, ...process.map((x) => `${x}=self.${x}`)])})`,
    ]),
    '',
  ];
}

/** A module with a function that has a `custom_vjp`. */
export function jaxAutograd(r: EmitRequest, words: PythonWords): string {
  const p = partsOf(r, words, false);
  const { m, halves } = p;
  const names = (all: readonly Tensor[]): string[] => all.map((t) => m.name(t));
  const kept = names([...p.outputs, ...halves.kept]);
  const results = list(names(p.outputs));
  const single = p.outputs.length === 1;
  const whole = p.inputs.flatMap((t, n) =>
    p.autograd.gradients[n]?.name != null || t.dtype === 'index'
      ? []
      : [`np.zeros(np.shape(${m.name(t)}), jax.dtypes.float0)`],
  );
  if (whole.length > 0) throw new Error('bug: an input without a gradient');
  return written([
    ...head(r, p),
    ...halfFunctions(p, false),
    '@jax.custom_vjp',
    `def ${r.name}(${list([...names(p.inputs), ...p.asked])}):`,
    ...indented([
      ...docstring(p),
      ...toldLines(p),
      `return _forward(${list([...names(p.inputs), ...p.more])})${single ? '[0]' : `[:${p.outputs.length}]`}`,
    ]),
    '',
    '',
    `def _kept(${list([...names(p.inputs), ...p.asked])}):`,
    ...indented([
      ...toldLines(p),
      `${tuple(kept)} = _forward(${list([...names(p.inputs), ...p.more])})`,
      `return ${single ? results : `(${results})`}, (${tuple([...names(halves.saved), ...p.asked, ...p.told.map((x) => `jnp.empty((${x.name}, 0))`)])})`,
    ]),
    '',
    '',
    'def _gradients(kept, upstream):',
    ...indented([
      `${tuple([...names(halves.saved), ...p.asked, ...p.told.map((x) => x.name)])} = kept`,
      // A size is no number that jax traces: an array without entries carries it.
      ...p.told.map((x) => `${x.name} = ${x.name}.shape[0]`),
      `${single ? names(p.upstream)[0] : tuple(names(p.upstream))} = upstream`,
      `return _backward(${list([...names([...p.upstream, ...halves.saved]), ...p.more])})`,
    ]),
    '',
    '',
    `${r.name}.defvjp(_kept, _gradients)`,
    '',
  ]);
}
