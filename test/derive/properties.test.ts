// Laws that hold for every derivative, whatever the formula: commuting, linear, blind to names, to the order of definitions and to unfolding.
// Not here: the value of single derivatives (`random.test.ts`).
// Invariant: a fault prints its seed and is kept in a file that replays it.
import { describe, expect, test } from 'vitest';
import { equal, testEqual } from '../../src/check/equal.ts';
import { closedForm, workshop } from '../../src/derive/closed.ts';
import { unfold } from '../../src/rules/equality.ts';
import type { Assumption, Context, Definition } from '../../src/term/context.ts';
import {
  add,
  boundIndex,
  entry,
  freeIndex,
  integer,
  mul,
  one,
  partial,
  reduce,
  subtract,
  wholeSet,
  type Entry,
  type Term,
} from '../../src/term/term.ts';
import { mapNode, sameTerm, freeIndices, close } from '../../src/term/walk.ts';
import { keep, seedsOf } from './faults.ts';
import { randomFormula, type Formula } from './random-formula.ts';
import { replayedSeed } from './replayed.ts';
import { deriveFormula, verify } from './verify.ts';

const replayed = replayedSeed('properties');
const closed = (t: Term, context: Context): Term => closedForm(t, freeIndices(t), workshop(context)).term;
const differ = (a: Term, b: Term, context: Context): boolean => equal(a, b, context).verdict === 'different';

function faultsOf(first: number, count: number, law: (f: Formula) => string | null, options = {}): string[] {
  const faults: string[] = [];
  for (const seed of seedsOf(first, count, replayed)) {
    const f = randomFormula(seed, options);
    const fault = law(f);
    if (fault !== null) faults.push(keep('properties', seed, fault, f));
  }
  return faults;
}

/** The one ∂ of a question. */
const single = (f: Formula): { of: Entry; by: Entry } | null =>
  f.question.kind === 'partial' && f.question.body.kind === 'entry' ? { of: f.question.body, by: f.question.by } : null;

describe('laws of derivatives', () => {
  test('second derivatives by inputs commute', () => {
    expect(
      faultsOf(
        50_001,
        100,
        (f) => {
          const q = f.question;
          if (
            q.kind !== 'partial' ||
            q.body.kind !== 'partial' ||
            f.context.definitions.has(q.by.name) ||
            f.context.definitions.has(q.body.by.name)
          )
            return null;
          const turned = partial(partial(q.body.body, q.by), q.body.by);
          return differ(closed(q, f.context), closed(turned, f.context), f.context)
            ? 'the order of differentiation matters'
            : null;
        },
        { twice: 0.9, definitions: 1 },
      ),
    ).toEqual([]);
  });

  test('every second derivative is right, those by named quantities and under assumptions included', () => {
    expect(faultsOf(51_001, 80, (f) => verify(f).fault, { twice: 0.9, definitions: 3 })).toEqual([]);
  });

  test('a derivative is linear', () => {
    expect(
      faultsOf(52_001, 100, (f) => {
        const q = single(f);
        if (q === null || ['a', 'b'].includes(q.by.name)) return null;
        const other = entry(q.by.name, ...q.by.indices);
        const whole = closed(partial(add(mul(entry('a'), q.of), mul(integer(-3), other)), q.by), f.context);
        const parts = add(
          mul(entry('a'), closed(partial(q.of, q.by), f.context)),
          mul(integer(-3), closed(partial(other, q.by), f.context)),
        );
        return dependsOn(f, 'a', q.by.name) || !differ(whole, parts, f.context)
          ? null
          : 'a·f − 3·x is not differentiated term by term';
      }),
    ).toEqual([]);
  });

  test('the order in which definitions are written does not matter', () => {
    expect(
      faultsOf(53_001, 100, (f) => {
        const turned: Context = { ...f.context, definitions: new Map([...f.context.definitions].reverse()) };
        return differ(deriveFormula(f).term, deriveFormula({ ...f, context: turned }).term, f.context)
          ? 'other definitions first'
          : null;
      }),
    ).toEqual([]);
  });

  test('names do not matter', () => {
    const to: Readonly<Record<string, string>> = {
      a: 'tau',
      b: 'beta',
      x: 'u',
      y: 't',
      z: 'v',
      A: 'Q',
      B: 'M',
      W: 'V',
      h: 'f',
      p: 'w',
      q: 'E',
    };
    expect(
      faultsOf(54_001, 100, (f) => {
        const rename = (t: Term): Term => renameEntries(t, to);
        const definitions = new Map(
          [...f.context.definitions.values()].map((d): [string, Definition] => [
            to[d.name] ?? d.name,
            { ...d, name: to[d.name] ?? d.name, body: rename(d.body) },
          ]),
        );
        const shapes = new Map([...f.context.shapes].map(([n, s]) => [to[n] ?? n, s]));
        const context: Context = { ...f.context, definitions, shapes, assumptions: [] };
        const bare = { ...f, context: { ...f.context, assumptions: [] } };
        const found = deriveFormula({ ...f, context, question: rename(f.question) }).term;
        return differ(rename(deriveFormula(bare).term), found, context) ? 'other names, another answer' : null;
      }),
    ).toEqual([]);
  });

  test('definitions put in by hand give the same value', () => {
    expect(
      faultsOf(55_001, 100, (f) => {
        const q = single(f);
        if (q === null || f.context.definitions.has(q.by.name)) return null;
        const plain = closed(partial(unfold(q.of, f.context), q.by), { ...f.context, definitions: new Map() });
        return differ(deriveFormula(f).term, plain, f.context) ? 'unfolded, the answer is another' : null;
      }),
    ).toEqual([]);
  });

  test('an answer without an assumption holds under it as well', () => {
    expect(
      faultsOf(56_001, 200, (f) => {
        if (f.context.assumptions.length === 0) return null;
        const bare = deriveFormula({ ...f, context: { ...f.context, assumptions: [] } }).term;
        return differ(bare, deriveFormula(f).term, f.context) ? 'the assumption changes the value' : null;
      }),
    ).toEqual([]);
  });
});

function dependsOn(f: Formula, name: string, by: string): boolean {
  return name === by || [...f.context.definitions.keys()].includes(name);
}
function renameEntries(t: Term, to: Readonly<Record<string, string>>): Term {
  if (t.kind === 'entry') return { ...t, name: to[t.name] ?? t.name };
  const node = mapNode(t, (x) => renameEntries(x, to));
  return node.kind === 'partial' ? { ...node, by: { ...node.by, name: to[node.by.name] ?? node.by.name } } : node;
}

describe('an assumption is not differentiated', () => {
  const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
  const shapes = new Map([
    ['A', ['n', 'n']],
    ['x', ['n']],
    ['y', ['n']],
    ['z', ['n']],
    ['p', ['n']],
    ['L', []],
  ]);
  const sum = (letter: string, body: Term): Term => reduce('sum', letter, close(body, letter), wholeSet('n'));
  const make = (definitions: readonly Definition[], assumptions: readonly Assumption[]): Context => ({
    definitions: new Map(definitions.map((d) => [d.name, d])),
    assumptions,
    shapes,
    depends: new Map(),
    fixed: new Set(),
  });
  const holds = (question: Term, context: Context): Term => {
    const term = closed(question, context);
    expect(testEqual(question, term, context).verdict).toBe('tested');
    return term;
  };

  test('∂²/∂x∂A of xᵀAx with a symmetric A moves one entry of A', () => {
    const f: Definition = {
      name: 'L',
      params: [],
      body: sum(
        'r',
        sum(
          's',
          mul(entry('x', freeIndex('r')), entry('A', freeIndex('r'), freeIndex('s')), entry('x', freeIndex('s'))),
        ),
      ),
    };
    const context = make([f], [{ kind: 'property', of: 'A', property: 'symmetric' }]);
    holds(partial(partial(entry('L'), entry('x', i)), entry('A', j, k)), context);
    expect(
      sameTerm(
        holds(partial(partial(entry('L'), entry('x', i)), entry('x', j)), context),
        mul(integer(2), entry('A', i, j)),
      ),
    ).toBe(true);
  });

  test('∂²/∂z∂y of cross-entropy keeps Σy in the derivative', () => {
    const exponentials = (l: string): Term => ({ kind: 'call', fn: 'exp', args: [entry('z', freeIndex(l))] });
    const softmax: Definition = {
      name: 'p',
      params: [{ letter: 'j', set: 'n' }],
      body: close(
        mul(exponentials('j'), { kind: 'pow', base: sum('k', exponentials('k')), exponent: integer(-1) }),
        'j',
      ),
    };
    const loss: Definition = {
      name: 'L',
      params: [],
      body: mul(integer(-1), sum('k', mul(entry('y', k), { kind: 'call', fn: 'log', args: [entry('p', k)] }))),
    };
    const context = make(
      [softmax, loss],
      [{ kind: 'equation', left: reduce('sum', 'i', entry('y', boundIndex(0)), wholeSet('n')), right: one }],
    );
    const first = holds(partial(entry('L'), entry('z', i)), context);
    expect(equal(first, subtract(entry('p', i), entry('y', i)), context).verdict).toBe('proved');
    const second = holds(partial(partial(entry('L'), entry('z', i)), entry('y', j)), context);
    expect(equal(second, subtract(entry('p', i), { kind: 'delta', left: i, right: j }), context).verdict).toBe(
      'proved',
    );
  });

  test('∂²/∂x∂h by a quantity that is defined holds it as independent', () => {
    const h: Definition = {
      name: 'p',
      params: [{ letter: 'j', set: 'n' }],
      body: { kind: 'call', fn: 'exp', args: [entry('x', boundIndex(0))] },
    };
    const context = make([h, { name: 'L', params: [], body: sum('k', mul(entry('p', k), entry('p', k))) }], []);
    holds(partial(partial(entry('L'), entry('x', i)), entry('p', j)), context);
    holds(partial(partial(entry('L'), entry('p', j)), entry('x', i)), context);
  });
});
