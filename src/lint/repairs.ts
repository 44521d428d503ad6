// Small changes of a formula that undo one mistake each, made in the author's own text.
// Not here: which change makes the claim true (`diagnose.ts`).
// Invariant: every repair is one edit of the text; likely ones come first.
import { must } from '../term/must.ts';
import { parts, unwrap, visitSurface, type Surface } from '../language/surface.ts';
import { letterOf, scripted, scriptText } from '../meaning/index.ts';
import { at, insert, isSum, sumSign, type Repair, type RepairScene } from './repair.ts';
import { exponents, factors } from './repairs-numbers.ts';

/** Every repair of a formula, the likelier kinds first. */
export function repairs(s: Surface, scene: RepairScene): Repair[] {
  const nodes: Surface[] = [];
  visitSurface(s, (x) => {
    nodes.push(x);
  });
  return [
    ...nodes.flatMap((x) => superscripts(x, scene)),
    ...nodes.flatMap((x) => indexArguments(x, scene)),
    ...missingSums(s, scene),
    ...nodes.flatMap((x) => droppedSums(x, scene)),
    ...nodes.flatMap((x) => signs(x, scene)),
    ...nodes.flatMap((x) => indices(x, scene)),
    ...nodes.flatMap((x) => exponents(x, scene)),
    ...factors(s, scene),
    ...nodes.flatMap((x) => deltas(x, scene)),
    ...nodes.flatMap((x) => transposes(x, scene)),
    ...nodes.flatMap((x) => omissions(x, scene)),
    ...nodes.flatMap((x) => otherVariables(x, scene)),
    ...nodes.flatMap((x) => otherNames(x, scene)),
    ...nodes.flatMap((x) => innerFactors(x, scene)),
    ...scene.before.map((t) => insert(s.end, ` ${t}`, 'lost-term', `the term ${t} is lost`)),
  ];
}

function superscripts(x: Surface, { text, latex }: RepairScene): Repair[] {
  if (
    x.kind !== 'power' ||
    scripted(x.base) === null ||
    letterOf(unwrap(x.exponent)) === null ||
    (x.base.kind === 'name' && x.base.name === 'e')
  )
    return [];
  const caret = text.indexOf('^', x.base.end);
  if (caret < 0 || caret > x.exponent.start || (!latex && text[caret] !== '^')) return [];
  const name = text.slice(x.base.start, x.base.end);
  const letter = scriptText(x.exponent);
  return [
    {
      mistake: 'superscript-for-subscript',
      start: caret,
      end: caret + 1,
      by: '_',
      say: `${name}^${letter} is a power of ${name}; the entry is ${name}_${letter}`,
    },
  ];
}

function indexArguments(x: Surface, { formals }: RepairScene): Repair[] {
  if (x.kind !== 'apply' || x.args.length !== 1) return [];
  const [head, letter] = [scripted(x.head), letterOf(unwrap(must(x.args[0])))];
  const formal = head === null ? undefined : formals.get(head.name);
  return letter === null || formal === undefined
    ? []
    : [
        at(
          must(x.args[0]),
          `${formal}_${letter}`,
          'index-used-as-argument',
          `the function is applied to the index ${letter} and not to the entry ${formal}_${letter}`,
        ),
      ];
}

/** A whole formula, or one term of it, under a sum that it lacks. */
function missingSums(s: Surface, scene: RepairScene): Repair[] {
  let derivatives = 0;
  visitSurface(s, (x) => {
    if (x.kind === 'derivative') derivatives++;
  });
  const id = derivatives > 1 ? 'missing-sum-in-chain-rule' : 'lost-sum';
  const say = (l: string): string =>
    derivatives > 1
      ? `the index ${l} is free on the right only: the chain rule sums over it`
      : `the sum over ${l} is missing`;
  const letters = [
    ...scene.onlyRight,
    ...scene.letters.filter((l) => !scene.onlyRight.includes(l) && !scene.leftLetters.includes(l)),
  ];
  const wrap = (node: Surface, l: string): Repair => {
    const body = scene.text.slice(node.start, node.end);
    const bracketed = isSum(node) ? (scene.latex ? `\\left( ${body} \\right)` : `(${body})`) : body;
    return at(node, `${sumSign(l, scene)}${bracketed}`, id, say(l));
  };
  const terms = s.kind === 'sum' ? s.terms.map((t) => t.value) : [];
  const inner: Surface[] = [];
  visitSurface(s, (x) => {
    if (x !== s && x.kind === 'sum') inner.push(...x.terms.map((t) => t.value));
    if (x.kind === 'fraction') inner.push(x.num, x.den);
  });
  return letters
    .slice(0, 4)
    .flatMap((l) => [s, ...terms, ...inner.filter((x) => !terms.includes(x)).slice(0, 12)].map((x) => wrap(x, l)));
}

function droppedSums(x: Surface, { leftLetters }: RepairScene): Repair[] {
  if (x.kind !== 'reduce' || x.op !== 'sum') return [];
  const shared = x.binding.letters.find((l) => leftLetters.includes(l));
  const cut = { start: x.start, end: x.body.start, by: '' };
  return shared !== undefined
    ? [
        {
          ...cut,
          mistake: 'bound-index-reused-as-free',
          say: `${shared} is free on the left and bound by the sum on the right: only the term with this ${shared} is left`,
        },
      ]
    : [{ ...cut, mistake: 'spurious-sum', say: 'there is no sum here' }];
}

const minus = /[-−–]/;

function signs(x: Surface, { text }: RepairScene): Repair[] {
  if (x.kind === 'apply') {
    const only = x.args.length === 1 ? must(x.args[0]) : null;
    return only === null || only.kind === 'sum'
      ? []
      : [insert(only.start, '-', 'sign-in-argument', 'the minus inside the argument is lost')];
  }
  if (x.kind !== 'sum') return [];
  return x.terms.flatMap((t, n) => {
    const before = text.slice(n === 0 ? x.start : must(x.terms[n - 1]).value.end, t.value.start);
    const base = n === 0 ? x.start : must(x.terms[n - 1]).value.end;
    const sign = before.search(/[-−–+]/);
    if (sign < 0) return n === 0 ? [insert(t.value.start, '-', 'sign', 'the sign is wrong')] : [];
    const flipped = minus.test(must(before[sign])) ? (n === 0 ? '' : '+') : '-';
    return [
      { mistake: 'sign', start: base + sign, end: base + sign + 1, by: flipped, say: 'the sign of this term is wrong' },
    ];
  });
}

/** One index letter at a time. */
function indices(x: Surface, { letters }: RepairScene): Repair[] {
  const slots =
    x.kind === 'subscript'
      ? x.parts
      : x.kind === 'apply'
        ? x.args.filter((a) => {
            const l = letterOf(unwrap(a));
            return l !== null && letters.includes(l);
          })
        : [];
  return slots
    .flatMap((p) => singleLetters(p))
    .flatMap((p) => {
      const letter = letterOf(p);
      return letter === null
        ? []
        : letters
            .filter((l) => l !== letter)
            .map((l) => at(p, l, 'index-swap', `the index ${letter} stands where ${l} is meant`));
    });
}
const singleLetters = (s: Surface): Surface[] => {
  const u = unwrap(s);
  return u.kind === 'product' ? u.factors.map((f) => f.value) : [u];
};

function deltas(x: Surface, { letters, latex }: RepairScene): Repair[] {
  if (x.kind !== 'number' || x.num !== 1n || x.den !== 1n) return [];
  const pairs = letters
    .flatMap((a, n) => letters.slice(n + 1).map((b) => [a, b].sort() as [string, string]))
    .slice(0, 6);
  return pairs.map(([a, b]) =>
    at(
      x,
      latex ? `\\delta_{${a}${b}}` : `delta_${a}${b}`,
      'diagonal-only',
      `this 1 is right on the diagonal only: off it, it is 0`,
    ),
  );
}

const isMatrixName = (x: Surface): boolean =>
  (x.kind === 'name' && /^[A-Z]|^Sigma$/.test(x.name)) || x.kind === 'derivative';

function transposes(x: Surface, { text, latex }: RepairScene): Repair[] {
  const body = text.slice(x.start, x.end);
  const say = 'a transpose is missing or too many';
  const own: Repair[] = [];
  if (isMatrixName(x))
    own.push(
      at(x, x.kind === 'name' ? `${body}^T` : latex ? `\\left( ${body} \\right)^T` : `(${body})^T`, 'transpose', say),
    );
  if ((x.kind === 'power' && scriptText(x.exponent) === 'T') || x.kind === 'transpose')
    own.push(at(x, text.slice(x.base.start, x.base.end), 'transpose', say));
  if (x.kind === 'product')
    for (let n = 0; n + 1 < x.factors.length; n++) {
      const [a, b] = [x.factors[n]?.value, x.factors[n + 1]?.value] as [Surface, Surface];
      if (!(hasMatrix(a) || hasMatrix(b))) continue;
      const [p, q] = [text.slice(a.start, a.end), text.slice(b.start, b.end)];
      own.push({
        mistake: 'transpose',
        start: a.start,
        end: b.end,
        by: `${q} ${p}`,
        say: 'the factors stand in the wrong order',
      });
      const [p0, q0] = [p, q].map((t) => t.replace(/\^\{?\s*(?:T|\\top|\\intercal)\s*\}?\s*$/, ''));
      if (p0 !== p)
        own.push({ mistake: 'transpose', start: a.start, end: b.end, by: `${wrapped(`${q}^T`, latex)} ${p0}`, say });
      if (q0 !== q)
        own.push({ mistake: 'transpose', start: a.start, end: b.end, by: `${q0} ${wrapped(`${p}^T`, latex)}`, say });
      for (const [u, v] of [
        [`${q}^T`, p],
        [q, `${p}^T`],
        [p, `${q}^T`],
        [`${p}^T`, q],
      ] as const)
        own.push({
          mistake: 'transpose',
          start: a.start,
          end: b.end,
          by: `${wrapped(u, latex)} ${wrapped(v, latex)}`,
          say,
        });
    }
  return own;
}
const wrapped = (t: string, latex: boolean): string =>
  t.endsWith('^T') && /\\frac|[ +-]/.test(t)
    ? latex
      ? `\\left( ${t.slice(0, -2)} \\right)^T`
      : `(${t.slice(0, -2)})^T`
    : t;
const hasMatrix = (s: Surface): boolean =>
  isMatrixName(s) || scripted(s)?.transposed === true || parts(s).some(hasMatrix);

/** A factor or a term left out. */
function omissions(x: Surface, { text }: RepairScene): Repair[] {
  if (x.kind === 'product')
    return x.factors.flatMap((f, n) => {
      const next = x.factors[n + 1]?.value;
      if (f.op === '/' || x.factors[n + 1]?.op === '/') return [];
      const [start, end] =
        n === 0 && next !== undefined ? [f.value.start, next.start] : [must(x.factors[n - 1]).value.end, f.value.end];
      return [
        {
          mistake: 'extra-factor',
          start,
          end,
          by: ' ',
          say: `the factor ${text.slice(f.value.start, f.value.end).trim()} does not belong here`,
        },
      ];
    });
  if (x.kind === 'sum' && x.terms.length > 1)
    return x.terms.flatMap((t, n) => {
      const start = n === 0 ? x.start : must(x.terms[n - 1]).value.end;
      return n === 0 && x.terms[1]?.sign === 1
        ? []
        : [
            {
              mistake: 'extra-term',
              start,
              end: t.value.end,
              by: ' ',
              say: `the term ${text.slice(t.value.start, t.value.end).trim()} does not belong here`,
            },
          ];
    });
  return [];
}

/** Differentiated by what the other side differentiates by. */
function otherVariables(x: Surface, { variables, text }: RepairScene): Repair[] {
  const by = x.kind === 'derivative' && x.by.length === 1 ? x.by[0] : undefined;
  if (by === undefined) return [];
  const own = text.slice(by.start, by.end).trim();
  return variables
    .filter((v) => v !== own)
    .map((v) => at(by, v, 'wrong-variable', `it is differentiated by ${own} where ${v} is meant`));
}

/** Another quantity with the same index. */
function otherNames(x: Surface, { names, text }: RepairScene): Repair[] {
  if (x.kind !== 'subscript' || scripted(x) === null) return [];
  const base = text.slice(x.base.start, x.base.end);
  return names
    .filter((n) => n !== base && /^\\?[A-Za-z{}\\ ]+$/.test(n))
    .slice(0, 6)
    .map((n) => at(x.base, n, 'wrong-quantity', `${base} stands where ${n} is meant`));
}

/** A factor that a sum or product lacks: an entry that occurs elsewhere, with the index that runs here. */
function innerFactors(x: Surface, { names, latex, text }: RepairScene): Repair[] {
  if (x.kind !== 'reduce' || x.op !== 'sum') return [];
  const letter = x.binding.letters[0];
  if (letter === undefined) return [];
  const body = text.slice(x.body.start, x.body.end);
  const bracketed = isSum(x.body) ? (latex ? `\\left( ${body} \\right)` : `(${body})`) : body;
  return names
    .filter((n) => /[_^]/.test(n))
    .flatMap((n) => withLetter(n, letter))
    .slice(0, 12)
    .map((n) => at(x.body, `${n} ${latex ? '' : '* '}${bracketed}`, 'lost-factor', `the factor ${n} is lost`));
}
/** The entry with each of its letters in turn replaced by the running one. */
function withLetter(entry: string, letter: string): string[] {
  const out = new Set<string>();
  const tail = /[_^]\{?([^{}]*)\}?$/.exec(entry);
  if (tail === null) return [];
  const inside = must(tail[1]);
  for (const found of inside.matchAll(/[a-z]'*/g)) {
    const changed = inside.slice(0, found.index) + letter + inside.slice(found.index + found[0].length);
    out.add(`${entry.slice(0, tail.index + 1)}{${changed}}`);
  }
  return [...out];
}

/** Places where one bracket more or less makes a formula readable. */
export function bracketRepairs(text: string): Repair[] {
  const out: Repair[] = [];
  const say = 'a bracket is not closed';
  let depth = 0;
  for (const c of text) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  if (depth > 0)
    for (let n = 1; n <= text.length; n++) {
      if (/[)\]}\w\d]/.test(text[n - 1] ?? '') && !/[\w\d]/.test(text[n] ?? ' '))
        out.push(insert(n, ')', 'unbalanced-bracket', say));
    }
  else
    for (let n = 0; n < text.length; n++)
      if (text[n] === ')')
        out.push({
          mistake: 'unbalanced-bracket',
          start: n,
          end: n + 1,
          by: '',
          say: 'a bracket closes that was never opened',
        });
  return out;
}
