// Which argument of a backward pass is which: an input, a result of the forward pass, the upstream gradient, …
// Not here: forward passes (`forward.ts`), the operations themselves.
// Invariant: what speaks for a role is ranked: a call, a comment, the function's own text, a name, that it runs.
import { differentiated, type Operation } from '../operations/operation.ts';
import type { CallSite, FunctionOutline, Outline, Parameter } from '../run/program.ts';
import { parts, strongName } from './names.ts';
import {
  covers,
  isConstant,
  isWritten,
  mainGiven,
  nameFits,
  recordRole,
  sameName,
  strength,
  type Binding,
  type Bound,
  type Evidence,
  type Role,
} from './roles.ts';
import { namesIn } from '../tensor/notation.ts';
import { returnedNames } from './route.ts';

/** What speaks about an argument outside its own name. */
export interface Surroundings {
  readonly outline: Outline;
  readonly backward: FunctionOutline;
  readonly forward: FunctionOutline | null;
  /** Which input each parameter of the forward pass is. */
  readonly forwardRoles: ReadonlyMap<string, string>;
}

const lastWord = (callee: string): string => callee.slice(callee.lastIndexOf('.') + 1);
const inside = (f: FunctionOutline): readonly CallSite[] => f.calls;

/** Calls of the backward pass elsewhere in the file, with the function they stand in. */
function callSites(s: Surroundings): { readonly site: CallSite; readonly caller: FunctionOutline }[] {
  const name = lastWord(s.backward.name);
  const callers = [...s.outline.functions, ...s.outline.classes.flatMap((c) => c.methods)];
  return callers
    .filter((f) => f !== s.backward && f.name !== s.backward.name)
    .flatMap((caller) =>
      inside(caller)
        .filter((site) => lastWord(site.callee) === name)
        .map((site) => ({ site, caller })),
    );
}

/** Whether an argument is what the forward pass gave: written as its call, or a name that its result was given to. */
function isForwardResult(
  text: string,
  caller: FunctionOutline,
  forward: FunctionOutline | null,
  outputs: RegExp,
): boolean {
  const called = forward === null ? outputs : new RegExp(`^${lastWord(forward.name)}$`);
  const direct = /^([\w.]+)\s*\(/.exec(text);
  if (direct !== null && called.test(lastWord(direct[1] as string))) return true;
  return inside(caller).some(
    (c) => c.assigned?.length === 1 && c.assigned[0] === text && called.test(lastWord(c.callee)),
  );
}

const COMMENTS: readonly (readonly [RegExp, 'output' | 'input' | 'upstream' | 'label'])[] = [
  [/up-?stream|incoming|(^|[^\w])(gradients?|derivatives?)\b|grad(ient)? (flowing|coming)|dL\/d|d ?loss/i, 'upstream'],
  [/one-?hot|\blabels?\b|\btargets?\b|ground truth|class (number|index)/i, 'label'],
  [
    /output of|activations?\b|probabilit|already (been )?(activated|passed|applied)|softmax(ed)? (output|values|probab)|post-?activation|result of (the )?(forward|softmax|sigmoid)/i,
    'output',
  ],
  [/logits?|pre-?activation|\bscores?\b|raw|input of|inputs? to|un-?normali[sz]ed|weighted (sum|input)/i, 'input'],
];

/** What the comment says about one parameter. */
function commentOn(name: string, doc: string): 'output' | 'input' | 'upstream' | 'label' | null {
  for (const line of doc.split(/\n|;|(?<=\.)\s/)) {
    if (
      !new RegExp(`(^|[^\\w])${name}\\b\\s*(\\}|\\)|:|=|-|–|—|is|are|\\()`).test(line) &&
      !new RegExp(`@param\\s+(\\{.*?\\}\\s+)?${name}\\b`).test(line)
    )
      continue;
    for (const [pattern, what] of COMMENTS) if (pattern.test(line.replace(/^.*?\b@param\b/, ''))) return what;
  }
  return null;
}

const OUTPUT_NAME =
  /(from|of|given)_?(the_?)?(output|activation|softmax|sigmoid|probs?)|output_?to|FromOutput|_out$|Output/;

/** Everything that a parameter of a backward pass may be, with what speaks for it. */
function rolesOf(o: Operation, p: Parameter, s: Surroundings, index: number): Bound[] {
  const found: Bound[] = [];
  const add = (role: Role, because: Evidence, weight: number = strength[because]): void => {
    found.push({ parameter: p, role, because, weight });
  };
  const given = mainGiven(o);
  const inputs = o.inputs.filter((i) => !isConstant(i));
  const first = inputs[0];
  fromCalls(o, s, index, add);
  fromResults(p, s, add);
  const said = commentOn(p.name, s.backward.doc);
  if (said === 'output' && given !== undefined) add({ kind: 'given', name: given }, 'comment');
  if (said === 'input' && first !== undefined) add({ kind: 'input', name: first.name }, 'comment');
  if (said === 'upstream') add({ kind: 'upstream' }, 'comment');
  if (said === 'label')
    for (const i of inputs.filter((x) => /^(y|t)$/.test(x.name))) add({ kind: 'input', name: i.name }, 'comment');
  const alone = s.backward.parameters.filter((q) => q.default === undefined).length === 1;
  if (given !== undefined && alone && OUTPUT_NAME.test(s.backward.name)) add({ kind: 'given', name: given }, 'comment');
  fromBody(o, p, s, add);
  const shared = s.forwardRoles.get(p.name);
  if (shared !== undefined) add({ kind: 'input', name: shared }, 'name', 3.5);
  fromNames(o, p, add);
  const record = recordRole(o, p.name, s.backward.text);
  if (record !== null) add(record, 'name', 2 * record.entries.length);
  if (isWritten(p.name, s.backward.text)) add({ kind: 'buffer', name: bufferFor(o, p.name) }, 'body', 4);
  if (found.length === 0) unnamed(o, p, add);
  return found;
}

/** A name that says nothing may be anything; running tells the upstream gradient from the rest. */
function unnamed(o: Operation, p: Parameter, add: (role: Role, because: Evidence, weight?: number) => void): void {
  if (p.default !== undefined || meansLabels(p.name)) return;
  if (o.kind !== 'loss') add({ kind: 'upstream' }, 'it runs', -1);
  for (const i of o.inputs) if (!isConstant(i)) add({ kind: 'input', name: i.name }, 'it runs', -1);
  const given = mainGiven(o);
  if (given !== undefined) add({ kind: 'given', name: given }, 'it runs', -1.5);
}

/** Labels are no upstream gradient, whatever the operation. */
const meansLabels = (name: string): boolean => /label|target|truth|one_?hot|expected|^y_?true$|idx|index/i.test(name);

/** The input whose gradient is written into an argument: by its name, else the first. */
const bufferFor = (o: Operation, name: string): string => {
  const rest = name.replace(/^(grad_?|d_?)/i, '');
  const wrt = differentiated(o);
  return (wrt.find((i) => sameName(rest, i)) ?? wrt.find((i) => nameFits(rest, i)) ?? wrt[0])?.name ?? 'out';
};

function fromCalls(
  o: Operation,
  s: Surroundings,
  index: number,
  add: (role: Role, because: Evidence, weight?: number) => void,
): void {
  const given = mainGiven(o);
  for (const { site, caller } of callSites(s)) {
    const text = site.args[index];
    if (text === undefined) continue;
    if (given !== undefined && isForwardResult(text, caller, s.forward, o.names))
      add({ kind: 'given', name: given }, 'call site');
    for (const i of o.inputs) {
      const strong = /^(z\d?|Z\d?|logits?|scores|x|inputs?)$/;
      if (
        i.name === 'z' &&
        strong.test(text) &&
        !isForwardResult(text, caller, s.forward, o.names) &&
        isFed(text, caller, s.forward)
      )
        add({ kind: 'input', name: 'z' }, 'call site');
    }
  }
}

/** What the forward pass returns beside its output goes back as it is. */
function fromResults(
  p: Parameter,
  s: Surroundings,
  add: (role: Role, because: Evidence, weight?: number) => void,
): void {
  if (s.forward === null || s.forward === s.backward) return;
  const isObject = s.forward.returned.some((r) => r.trim().startsWith('{'));
  const names = returnedNames(s.forward);
  const path = (i: number): string => (names.length === 1 ? 'o' : isObject ? `o.${names[i]}` : `o[${i}]`);
  const same = names.indexOf(p.name);
  if (same >= 0 && names.length > 1) add({ kind: 'result', name: path(same) }, 'call site', 5);
  if (!parts.cache.test(p.name)) return;
  const kept = names.findIndex((n, i) => i > 0 && (parts.cache.test(n) || /^[([{]/.test(n) || names.length === 2));
  if (kept >= 0) add({ kind: 'result', name: path(kept) }, 'call site', 5);
  else add({ kind: 'result', name: 'o' }, 'it runs');
}

/** Whether the caller gives the same thing to the forward pass, too. */
const isFed = (text: string, caller: FunctionOutline, forward: FunctionOutline | null): boolean =>
  forward !== null &&
  inside(caller).some((c) => lastWord(c.callee) === lastWord(forward.name) && c.args.includes(text));

/** A function that takes the activation of its argument expects the input. */
function fromBody(
  o: Operation,
  p: Parameter,
  s: Surroundings,
  add: (role: Role, because: Evidence, weight?: number) => void,
): void {
  const first = o.inputs.find((i) => !isConstant(i));
  if (first === undefined) return;
  const text = s.backward.text;
  const activates = inside(s.backward).some(
    (c) =>
      c.args[0]?.trim() === p.name &&
      (o.names.test(lastWord(c.callee)) || (s.forward !== null && lastWord(c.callee) === lastWord(s.forward.name))),
  );
  const exponentiates = new RegExp(
    `exp\\(\\s*-?\\s*${p.name}\\b|\\b${p.name}\\.map\\(\\s*(Math\\.exp|\\(?\\w+\\)?\\s*=>\\s*Math\\.exp)`,
  ).test(text);
  // A name that means upstream or output says more than what is done to it: that may be the mistake.
  if (parts.upstream.test(p.name) && strongName(p.name, 'upstream') > 0) return;
  const isLogarithm = Object.keys(o.given)[0] === 'lp';
  if (activates || (exponentiates && first.name === 'z' && !isLogarithm))
    add({ kind: 'input', name: first.name }, 'body');
}

function fromNames(o: Operation, p: Parameter, add: (role: Role, because: Evidence, weight?: number) => void): void {
  for (const i of o.inputs) {
    if (nameFits(p.name, i))
      add({ kind: 'input', name: i.name }, 'name', sameName(p.name, i) ? 2.5 : 2 + strongName(p.name, i.name));
  }
  for (const [name, pattern] of Object.entries(o.given)) {
    if (pattern.test(p.name)) add({ kind: 'given', name }, 'name', 2 + strongName(p.name, name));
  }
  for (const part of ['upstream', 'cache', 'rate', 'count', 'columns', 'axis', 'context', 'epsilon'] as const)
    if (parts[part].test(p.name))
      add({ kind: part }, 'name', part === 'upstream' || part === 'cache' ? 2 + strongName(p.name, part) : 1.5);
}

/** Two parameters do not get the same thing. */
const overlap = (a: Role, b: Role): boolean =>
  parameterKey(a) === parameterKey(b) || covers(a).some((c) => covers(b).includes(c));

const parameterKey = (r: Role): string => ('name' in r ? `${r.kind} ${r.name}` : r.kind);

/** The ways to read the parameters of a backward pass, the best supported first. */
export function bindBackward(o: Operation, s: Surroundings): Binding[] {
  const usable = s.backward.parameters.filter((p) => p.rest !== true && (p.default === undefined || wanted(o, p)));
  let partial: Binding[] = [{ bound: [], weight: 0 }];
  usable.forEach((p) => {
    const index = s.backward.parameters.indexOf(p);
    const options = best(rolesOf(o, p, s, index));
    partial = partial
      .flatMap((b) =>
        options
          .filter(
            (r) =>
              r.role.kind === 'rate' ||
              r.role.kind === 'count' ||
              r.role.kind === 'columns' ||
              !b.bound.some((q) => overlap(q.role, r.role)),
          )
          .map((r) => ({ bound: [...b.bound, r], weight: b.weight + r.weight })),
      )
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 24);
  });
  return s.forward === null ? partial.filter((b) => isComplete(o, b)) : partial;
}

/** Without a forward pass the arguments must hold everything that the gradient is made of. */
function isComplete(o: Operation, b: Binding): boolean {
  const there = b.bound.flatMap((x) => covers(x.role));
  const given = there.some((c) => c in o.given);
  const used = new Set(o.backward.flatMap((s) => namesIn(s.value)));
  return o.inputs.every(
    (i) =>
      isConstant(i) ||
      there.includes(i.name) ||
      (given && i.sort === 'batch' && i.draw === 'normal') ||
      !used.has(i.name),
  );
}

/**
 * Parameters with a default are given a value only where it matters: constants, labels, an upstream that could be 1.
 */
const wanted = (o: Operation, p: Parameter): boolean =>
  (parts.upstream.test(p.name) && !parts.rate.test(p.name) && o.kind !== 'loss') ||
  o.inputs.some((i) => isConstant(i) && nameFits(p.name, i));

/** One entry for each role, the strongest. */
function best(options: readonly Bound[]): Bound[] {
  const strongest = new Map<string, Bound>();
  for (const b of options) {
    const key = parameterKey(b.role);
    const known = strongest.get(key);
    if (known === undefined || known.weight < b.weight) strongest.set(key, b);
  }
  return [...strongest.values()].sort((a, b) => b.weight - a.weight);
}
