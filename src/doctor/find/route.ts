// Ways in which a program offers a gradient: a class, a pair of functions, one function for loss and gradient, …
// Not here: which operation it is and what its arguments are (`forward.ts`, `backward.ts`).
// Invariant: a route names functions of the outline; whether it runs is found out later.
import { must } from '../../term/must.ts';
import type { ClassOutline, FunctionOutline, Outline, Parameter } from '../run/program.ts';
import { gradientField, gradientName, methods, parts, userName } from './names.ts';

/**
 * `class`: methods of an object; `pair`: two functions; `joint`: one function that returns loss and gradient; `flag`:
 * one
 * function with a switch; `autograd`: torch; `closure`: a function that returns its value and a function for the
 * gradient; `lone`: a gradient without a forward pass; `lifted`: the body of a loop.
 */
export type Style = 'class' | 'factory' | 'closure' | 'pair' | 'joint' | 'flag' | 'autograd' | 'lone' | 'lifted';

export interface Route {
  readonly style: Style;
  /** The name that a report gives. */
  readonly target: string;
  readonly backward: FunctionOutline;
  readonly backwardPath: string;
  readonly forward: FunctionOutline | null;
  readonly forwardPath: string | null;
  readonly owner?: ClassOutline;
  /** A function that gives the object that the methods belong to. */
  readonly factory?: FunctionOutline;
  readonly flag?: Parameter;
  /**
   * How well the two belong together: 3 the same stem, 2.5 the same parameters, 2 one calls the other, 1 the same file.
   */
  readonly kinship: number;
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const required = (f: FunctionOutline): readonly Parameter[] => f.parameters.filter((p) => p.default === undefined);

/** What is left of a name without the words for forward and backward. */
const stem = (name: string): string =>
  lastPart(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter(
      (w) =>
        !/^(grad|gradient|gradients|deriv|derivative|backward|backprop|bwd|back|prime|d|jacobian|vjp|forward|fwd|der|pullback|delta|of|and|from|output|to|row|dx|compute|get|calc|the|fn|func|loss|cost)$/.test(
          w,
        ),
    )
    .join('_')
    .replace(/^d(?=[a-z]{3})/, '');

const isGradient = (f: FunctionOutline): boolean => {
  const name = lastPart(f.name);
  return gradientName.test(name) && !userName.test(name);
};
const isPrivateHelper = (f: FunctionOutline): boolean => f.name.startsWith('<');

const sameParameters = (a: FunctionOutline, b: FunctionOutline): boolean => {
  const names = new Set(required(b).map((p) => p.name));
  const own = required(a);
  return own.length > 0 && own.length === names.size && own.every((p) => names.has(p.name));
};

const kinship = (backward: FunctionOutline, forward: FunctionOutline): number => {
  const [a, b] = [stem(backward.name), stem(forward.name)];
  if (a === b) return 3;
  if (sameParameters(backward, forward)) return 2.5;
  if (a !== '' && b !== '' && (a.includes(b) || b.includes(a))) return 2;
  return backward.calls.some((c) => lastPart(c.callee) === lastPart(forward.name)) ? 2 : 1;
};

/** A class with the methods of those that it extends. */
const withInherited = (c: ClassOutline, all: readonly ClassOutline[]): ClassOutline => {
  const parents = c.bases.flatMap((b) => all.filter((o) => o.name === lastPart(b) && o !== c));
  const own = new Set(c.methods.map((m) => lastPart(m.name)));
  const inherited = parents
    .map((p) => withInherited(p, all))
    .flatMap((p) => p.methods.filter((m) => !own.has(lastPart(m.name))));
  const constructor = c.constructor ?? parents.map((p) => p.constructor).find((k) => k !== null) ?? null;
  return {
    ...c,
    methods: [...c.methods, ...inherited],
    constructor,
    fields: [...c.fields, ...parents.flatMap((p) => p.fields)],
  };
};

/** The name of a method without the underscores of a private one. */
const bareName = (m: FunctionOutline): string => lastPart(m.name).replace(/^[_#$]+(?=[a-zA-Z])/, '');
const GRADIENT_METHOD = /grad|deriv|back_?prop|backward|jacobian|vjp|pullback|delta/i;

const isBackwardMethod = (m: FunctionOutline): boolean => {
  const name = bareName(m);
  if (/forward$/i.test(name)) return false;
  return methods.backward.test(name) || (GRADIENT_METHOD.test(name) && !userName.test(name) && m.isProperty !== true);
};
const isForwardMethod = (m: FunctionOutline): boolean =>
  methods.forward.test(lastPart(m.name)) || methods.forward.test(bareName(m));

function ofClass(c: ClassOutline): Route[] {
  const joint = (c.autograd === true ? [] : c.methods).flatMap((m) =>
    ofJoint(m, m.isStatic === true ? `${c.name}.${lastPart(m.name)}` : `h.${lastPart(m.name)}`, c),
  );
  const backs = c.methods.filter((m) => isBackwardMethod(m) && !joint.some((r) => r.backward === m));
  const fronts = c.methods.filter((m) => isForwardMethod(m) && !backs.includes(m));
  return [...joint, ...ofMethods(c, backs, fronts)];
}

/** Each backward method of a class with each of its forward methods. */
function ofMethods(c: ClassOutline, backs: readonly FunctionOutline[], fronts: readonly FunctionOutline[]): Route[] {
  return backs.flatMap((backward) => {
    const target = `${c.name}.${lastPart(backward.name)}`;
    const path = backward.isStatic === true ? target : `h.${lastPart(backward.name)}`;
    const common = { target, backward, backwardPath: path, owner: c };
    if (c.autograd === true) {
      const forward = fronts.find((m) => lastPart(m.name) === 'forward') ?? null;
      return [{ ...common, style: 'autograd' as const, forward, forwardPath: `${c.name}.apply`, kinship: 3 }];
    }
    const routes = fronts.map(
      (forward): Route => ({
        ...common,
        style: 'class',
        forward,
        forwardPath: forward.isStatic === true ? `${c.name}.${lastPart(forward.name)}` : `h.${lastPart(forward.name)}`,
        kinship: 3,
      }),
    );
    return routes.length > 0
      ? routes
      : [{ ...common, style: 'class' as const, forward: null, forwardPath: null, kinship: 1 }];
  });
}

/** Functions `make.forward` and `make.backward` inside a function that returns both; `thing.forward` of an object. */
function ofGroups(outline: Outline): Route[] {
  const groups = new Map<string, FunctionOutline[]>();
  for (const f of outline.functions) {
    const at = f.name.lastIndexOf('.');
    if (at > 0 && !f.name.startsWith('<'))
      groups.set(f.name.slice(0, at), [...(groups.get(f.name.slice(0, at)) ?? []), f]);
  }
  return [...groups].flatMap(([name, members]) => {
    const factory = outline.functions.find((f) => f.name === name);
    const backs = members.filter((m) => methods.backward.test(lastPart(m.name)));
    const fronts = members.filter((m) => methods.forward.test(lastPart(m.name)) && !backs.includes(m));
    return backs.flatMap((backward) =>
      fronts.map((forward): Route => {
        const object = factory === undefined ? name : 'h';
        return {
          style: factory === undefined ? 'pair' : 'factory',
          target: factory === undefined ? backward.name : name,
          backward,
          backwardPath: `${object}.${lastPart(backward.name)}`,
          forward,
          forwardPath: `${object}.${lastPart(forward.name)}`,
          ...(factory === undefined ? {} : { factory }),
          kinship: 3,
        };
      }),
    );
  });
}

/** A factory whose methods have no outline of their own. */
function ofFactories(outline: Outline, known: readonly Route[]): Route[] {
  return outline.functions
    .filter((f) => f.isNested !== true && !isPrivateHelper(f) && !known.some((r) => r.factory === f))
    .filter((f) => f.returned.some((r) => /^\{.*\bforward\b.*\bbackward\b|^\{.*\bf\b.*\bdf\b/s.test(r)))
    .map((factory): Route => {
      const [front, back] = factory.returned.some((r) => /\bforward\b/.test(r)) ? ['forward', 'backward'] : ['f', 'df'];
      const blank = { ...factory, parameters: [{ name: 'x' }] };
      return {
        style: 'factory',
        target: factory.name,
        backward: { ...blank, name: `${factory.name}.${back}`, parameters: [{ name: 'grad' }] },
        backwardPath: `h.${back}`,
        forward: { ...blank, name: `${factory.name}.${front}` },
        forwardPath: `h.${front}`,
        factory,
        kinship: 3,
      };
    });
}

/** The names of what a function returns, as far as its return statements tell. */
export const returnedNames = (f: FunctionOutline): string[] =>
  partsReturned(f).map((part) => {
    const pair = /^['"]?(\w+)['"]?\s*:/.exec(part);
    return pair?.[1] ?? part.trim();
  });

const partsOf = (text: string): string[] => splitTop(text.replace(/^[([{]\s*([\s\S]*?)\s*[)\]}]$/, '$1'));

/** The texts of what a function returns: of its last statement that returns several things, else of its first. */
const partsReturned = (f: FunctionOutline): string[] => {
  const all = f.returned.filter((r) => r.trim() !== '').map(partsOf);
  return all.findLast((p) => p.length > 1) ?? all[0] ?? [];
};

/** Splits at commas that stand in no bracket. */
export function splitTop(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if ('([{'.includes(c)) depth++;
    if (')]}'.includes(c)) depth--;
    if (c === ',' && depth === 0) {
      found.push(text.slice(from, i));
      from = i + 1;
    }
  }
  found.push(text.slice(from));
  return found.map((s) => s.trim()).filter((s) => s !== '');
}

const returnsSeveral = (f: FunctionOutline): boolean =>
  f.returned.some((r) => /^[\w.[\]]+\s*,|^[([{].*,/s.test(r.trim())) && returnedNames(f).length > 1;
const LOSSY = /loss|cost|entropy|error|nll|mse|bce|objective|likelihood|energy|log_?p|kl/i;

/** One function that returns a loss (or probabilities) and its gradient. */
const ofJoint = (f: FunctionOutline, path: string = f.name, owner?: ClassOutline): Route[] => {
  if (!returnsSeveral(f) || userName.test(lastPart(f.name))) return [];
  const names = returnedNames(f);
  const graded = names.filter(
    (n) => gradientField.test(lastPart(n).replace(/\(.*/s, '')) || /jac|matrix|grad/i.test(n),
  );
  if (graded.length === names.length || partsReturned(f).some((p) => functionIn(p, []) !== null)) return [];
  // Nothing in the place of a loss: `return grad, None` of torch.
  if (names.every((n) => graded.includes(n) || /^(None|null|undefined|true|false)$/i.test(n))) return [];
  if (graded.length === 0 && (owner !== undefined || !(gradientName.test(f.name) || LOSSY.test(f.name)))) return [];
  const target = owner === undefined ? f.name : `${owner.name}.${lastPart(f.name)}`;
  const common = { target, backward: f, backwardPath: path, forward: f, forwardPath: path, kinship: 3 };
  return [{ ...common, style: 'joint', ...(owner === undefined ? {} : { owner }) }];
};

const INLINE =
  /^(?:['"]?(\w+)['"]?\s*:\s*)?(?:(?:async\s+)?function\s*\w*\s*\(([^)]*)\)|\(([^)]*)\)\s*(?::[^=]+)?=>|(\w+)\s*=>|lambda\s+([^:]*):)/;
const METHOD = /^(\w+)\s*\(([^)]*)\)\s*(?::[^{]+)?\{/;

/** The parameters of a function that stands in what is returned, or is named there; null where it is none. */
function functionIn(part: string, nested: readonly FunctionOutline[]): readonly Parameter[] | null {
  const named = nested.find((f) => lastPart(f.name) === part.replace(/^['"]?\w+['"]?\s*:\s*/, '').trim());
  if (named !== undefined) return named.parameters;
  const inline = INLINE.exec(part.trim()) ?? METHOD.exec(part.trim());
  if (inline === null) return null;
  const list = inline[2] ?? inline[3] ?? inline[4] ?? inline[5] ?? '';
  return splitTop(list).map((p) => ({ name: p.replace(/\s*[:=].*$/s, '') }));
}

/** A function that returns its value together with a function that takes the gradient back. */
function ofClosures(outline: Outline): Route[] {
  const outer = outline.functions.filter(
    (f) => f.isNested !== true && !f.name.startsWith('<') && f.parameters.length > 0,
  );
  return outer.flatMap((forward) => {
    const nested = outline.functions.filter((g) => g.isNested === true && g.name.startsWith(`${forward.name}.`));
    const given = partsReturned(forward);
    const at = given.findIndex((part) => functionIn(part, nested) !== null);
    const functions = given.filter((part) => functionIn(part, nested) !== null);
    if (functions.length !== 1 || given.length < 2) return [];
    const part = must(given[at]).trim();
    const parameters = must(functionIn(part, nested) ?? undefined);
    const isObject = forward.returned.some((r) => r.trim().startsWith('{'));
    const key = returnedNames(forward)[at]?.replace(/\(.*$/s, '').trim();
    const own = nested.find((g) => lastPart(g.name) === part.replace(/^['"]?\w+['"]?\s*:\s*/, ''));
    const backward = {
      ...forward,
      returned: [],
      ...own,
      name: own?.name ?? `${forward.name}.${key ?? 'backward'}`,
      parameters,
    };
    return [
      {
        style: 'closure' as const,
        target: forward.name,
        backward,
        backwardPath: isObject ? `o.${key}` : `o[${at}]`,
        forward,
        forwardPath: forward.name,
        kinship: 3,
      },
    ];
  });
}

const ofFlag = (f: FunctionOutline, path: string, owner?: ClassOutline): Route[] => {
  const flag = f.parameters.find(
    (p) => parts.flag.test(p.name) && p.default !== undefined && /^(false|False|0|null|None)$/.test(p.default),
  );
  if (flag === undefined) return [];
  return [
    {
      style: 'flag',
      target: f.name,
      backward: f,
      backwardPath: path,
      forward: f,
      forwardPath: path,
      flag,
      kinship: 3,
      ...(owner === undefined ? {} : { owner }),
    },
  ];
};

function ofFunctions(outline: Outline): Route[] {
  const all = outline.functions.filter((f) => !isPrivateHelper(f) && f.isNested !== true && f.parameters.length > 0);
  const backs = all.filter((f) => isGradient(f) && !(f.name.includes('.') && methods.forward.test(lastPart(f.name))));
  const fronts = all.filter(
    (f) => !backs.includes(f) && (!userName.test(lastPart(f.name)) || LOSSY.test(lastPart(f.name))),
  );
  return backs.flatMap((backward) => {
    const common = { target: backward.name, backward, backwardPath: backward.name };
    const pairs = fronts.map(
      (forward): Route => ({
        ...common,
        style: 'pair',
        forward,
        forwardPath: forward.name,
        kinship: kinship(backward, forward),
      }),
    );
    return [...pairs, { ...common, style: 'lone' as const, forward: null, forwardPath: null, kinship: 0 }];
  });
}

/** Bodies of loops: of the script itself; inside functions only where there is nothing else. */
const ofLifted = (outline: Outline, others: readonly Route[]): Route[] =>
  outline.functions
    .filter((f) => f.isLifted === true && (f.name.startsWith('<') || others.length === 0))
    .map((f) => ({
      style: 'lifted',
      target: f.name,
      backward: f,
      backwardPath: f.name,
      forward: null,
      forwardPath: null,
      kinship: 0,
    }));

/** Every way in which the program may offer a gradient, the likeliest first. */
export function routesOf(outline: Outline): Route[] {
  const classes = outline.classes.map((c) => withInherited(c, outline.classes));
  const grouped = ofGroups(outline);
  const plain = outline.functions.filter((f) => !isPrivateHelper(f) && f.isNested !== true);
  const named = [
    ...classes.flatMap(ofClass),
    ...grouped,
    ...ofFactories(outline, grouped),
    ...ofClosures(outline),
    ...plain.flatMap((f) => ofFlag(f, f.name)),
    ...plain.flatMap((f) => ofJoint(f)),
    ...ofFunctions(outline),
  ];
  return [...named, ...ofLifted(outline, named)].sort((a, b) => b.kinship - a.kinship);
}
