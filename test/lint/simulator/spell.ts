// An expression as an author writes it: LaTeX, ASCII or Unicode.
// Not here: which letters there are (`letters.ts`), what stands around formulas (`write.ts`).
// Invariant: brackets stand wherever leaving them out would change the meaning.
import type { Author } from './habits.ts';
import type { Letters } from './letters.ts';
import { freeIndices, type Index, type Maths, type SetName } from './maths.ts';

/** How tightly a spelling holds together. */
const [SUM, PRODUCT, POWER, ATOM] = [1, 2, 3, 4] as const;
type Tightness = typeof SUM | typeof PRODUCT | typeof POWER | typeof ATOM;
interface Spelt {
  readonly text: string;
  readonly tight: Tightness;
  /** Whether what follows it would be drawn into it (Σ, a function without brackets). */
  readonly open?: boolean;
}
const atom = (text: string): Spelt => ({ text, tight: ATOM });

export interface Speaker {
  readonly author: Author;
  readonly letters: Letters;
  /** Quantities whose first axis counts examples. */
  readonly byExample: ReadonlySet<string>;
  /** Quantities that are vectors or matrices. */
  readonly ranks: ReadonlyMap<string, number>;
}

const isLatex = (a: Author): boolean => a.syntax === 'markdown' || a.syntax === 'latex';

/** The text of an expression. */
export function spell(m: Maths, by: Speaker): string {
  return isLatex(by.author) ? spelt(m, by).text : plainly(spelt(m, by).text, by.author);
}

function spelt(m: Maths, s: Speaker): Spelt {
  const of = (x: Maths): Spelt => spelt(x, s);
  switch (m.k) {
    case 'number':
      return atom(String(m.value));
    case 'size':
      return atom(sizeName(m.of, s));
    case 'entry':
      return m.at.length === 0 ? named(m.name, s) : entry(m.name, m.at, s);
    case 'whole':
      return named(m.name, s, s.author.bold === 'bold');
    case 'add':
      return { text: m.terms.map((t, n) => term(t, n, s)).join(' '), tight: SUM };
    case 'minus':
      return { text: `-${held(of(m.body), PRODUCT, s)}`, tight: SUM, open: of(m.body).open ?? false };
    case 'times':
      return factors(m.factors, s);
    case 'product':
      // Who reads `a ⊙ b c` cannot know which comes first.
      return {
        text: m.factors.map((f) => held(of(f), f.k === 'entrywise' ? POWER : PRODUCT, s)).join(' '),
        tight: PRODUCT,
      };
    case 'entrywise':
      return { text: m.factors.map((f) => held(of(f), POWER, s)).join(' \\odot '), tight: PRODUCT };
    case 'transpose':
      return {
        text: `${held(of(m.body), ATOM, s)}${{ T: '^T', top: '^\\top', prime: "'" }[transposeOf(s)]}`,
        tight: POWER,
      };
    case 'over':
      return quotient(of(m.top), of(m.bottom), s);
    case 'power':
      return raised(m.base, of(m.exponent).text, s);
    case 'call':
      return called(m.name, m.body, s);
    case 'sum':
      return { text: `${sumSign(m.over, s)} ${held(of(m.body), PRODUCT, s)}`, tight: PRODUCT, open: true };
    case 'delta':
      return delta(m.a, m.b, s);
    case 'cases':
      return atom(
        `\\begin{cases} ${of(m.equal).text} & ${letter(m.a, s)} = ${letter(m.b, s)} \\\\ ${of(m.unequal).text} & ${letter(m.a, s)} \\neq ${letter(m.b, s)} \\end{cases}`,
      );
    case 'partial':
      return derivative(m.of, m.by, s);
  }
}

const transposeOf = (s: Speaker): Author['transpose'] =>
  isLatex(s.author) || s.author.transpose === 'T' ? s.author.transpose : 'T';
const letter = (i: Index, s: Speaker): string => s.letters.index.get(i) ?? i;
const sizeName = (of: SetName, s: Speaker): string => s.letters.size.get(of) ?? of;

function bracketed(text: string, s: Speaker): string {
  const { parentheses: p } = s.author;
  if (!isLatex(s.author) || p === 'plain') return `(${text})`;
  if (p === 'sized') return `\\left( ${text} \\right)`;
  return p === 'square' ? `\\left[ ${text} \\right]` : `\\big(${text}\\big)`;
}
const held = (x: Spelt, least: Tightness, s: Speaker): string => (x.tight < least ? bracketed(x.text, s) : x.text);

function term(t: Maths, n: number, s: Speaker): string {
  if (t.k !== 'minus') return (n === 0 ? '' : '+ ') + held(spelt(t, s), n === 0 ? SUM : PRODUCT, s);
  return (n === 0 ? '-' : '- ') + held(spelt(t.body, s), PRODUCT, s);
}

/** Factors side by side; a Σ that is not the last would take the rest with it. */
function factors(all: readonly Maths[], s: Speaker): Spelt {
  const between = {
    nothing: ' ',
    dot: isLatex(s.author) ? ' \\cdot ' : ' * ',
    'thin-space': isLatex(s.author) ? ' \\, ' : ' * ',
  }[s.author.product];
  const sep = s.author.syntax === 'plain' ? ' * ' : between;
  const texts = all.map((f, n) => {
    const x = spelt(f, s);
    const last = n === all.length - 1;
    const divides = / \/ /.test(x.text) && x.tight === PRODUCT && !isPlainShare(f);
    const loose = (x.open === true && !last) || (n > 0 && x.tight === SUM) || (divides && !last);
    return loose ? bracketed(x.text, s) : held(x, PRODUCT, s);
  });
  const open = spelt(all.at(-1) as Maths, s).open === true;
  return { text: texts.join(sep), tight: PRODUCT, open };
}

/** `1/N` before a sum needs no brackets: nobody takes the sum into the denominator. */
const isPlainShare = (m: Maths): boolean =>
  m.k === 'over' && m.top.k === 'number' && (m.bottom.k === 'size' || m.bottom.k === 'number');

function quotient(top: Spelt, bottom: Spelt, s: Speaker): Spelt {
  if (isLatex(s.author) && s.author.fractions !== 'slash')
    return { text: `\\${s.author.fractions}{${top.text}}{${bottom.text}}`, tight: POWER };
  const above = top.open === true || top.tight === SUM ? bracketed(top.text, s) : top.text;
  return {
    text: `${above} / ${bottom.tight < POWER || bottom.open === true ? bracketed(bottom.text, s) : bottom.text}`,
    tight: PRODUCT,
  };
}

function raised(base: Maths, exponent: string, s: Speaker): Spelt {
  const b = spelt(base, s);
  const needs = b.tight !== ATOM || /\^|_.*\(/.test(b.text) || (isLatex(s.author) && /^\\(?:frac|begin)/.test(b.text));
  return {
    text: `${needs ? bracketed(b.text, s) : b.text}^${/^.$/.test(exponent) ? exponent : `{${exponent}}`}`,
    tight: POWER,
  };
}

function called(name: string, body: Maths, s: Speaker): Spelt {
  const inner = spelt(body, s).text;
  const latex = isLatex(s.author);
  if (name === 'sqrt') return atom(latex ? `\\sqrt{${inner}}` : `sqrt(${inner})`);
  if (name === 'exp' && s.author.exponential === 'power') return { text: `e^{${inner}}`, tight: POWER };
  const word = name === 'log' ? s.author.logarithm : name;
  const simple = body.k === 'entry' && name === 'log';
  if (latex && simple) return { text: `\\${word} ${inner}`, tight: PRODUCT, open: true };
  const arg =
    latex && name === 'exp' && s.author.exponential === 'call-sized' ? `\\left( ${inner} \\right)` : `(${inner})`;
  return atom(`${latex ? '\\' : ''}${word}${arg}`);
}

function sumSign(over: Index, s: Speaker): string {
  const i = letter(over, s);
  const limits = s.author.limits;
  if (limits === 'index') return `\\sum_${i}`;
  const range = `_{${i}=1}^{${sizeName(over[0] as SetName, s)}}`;
  return `\\sum${limits === 'limits-command' && isLatex(s.author) ? '\\limits' : ''}${range}`;
}

function delta(a: Index, b: Index, s: Speaker): Spelt {
  const [i, j] = [letter(a, s), letter(b, s)];
  if (s.author.delta === 'indicator') return atom(isLatex(s.author) ? `\\mathbb{1}\\{${i} = ${j}\\}` : `1{${i}=${j}}`);
  if (s.author.delta === 'bold-indicator' && isLatex(s.author)) return atom(`\\mathbf{1}_{[${i} = ${j}]}`);
  return atom(`\\delta_{${i}${s.author.subscripts === 'comma' ? ',' : ''}${j}}`);
}

function derivative(of: Maths, by: readonly Maths[], s: Speaker): Spelt {
  const order = by.length > 1 ? `^${by.length}` : '';
  const head = spelt(of, s);
  const below = by.map((b) => `\\partial ${spelt(b, s).text}`).join(isLatex(s.author) ? ' \\, ' : ' ');
  const whole = by[0]?.k === 'whole';
  if (whole && s.author.gradient === 'nabla' && isLatex(s.author))
    return { text: `\\nabla_{${spelt(by[0] as Maths, s).text}} ${head.text}`, tight: PRODUCT, open: true };
  const name = s.author.derivative;
  if (!isLatex(s.author) || name === 'slash')
    return { text: `\\partial${order} ${head.text} / ${by.length > 1 ? below : below}`, tight: PRODUCT };
  if (name === 'operator' && order === '')
    return { text: `\\frac{\\partial}{${below}} ${head.text}`, tight: PRODUCT, open: true };
  return { text: `\\frac{\\partial${order} ${head.text}}{${below}}`, tight: POWER };
}

/** A name without indices, with its layer where layers are told apart by numbers. */
function named(name: string, s: Speaker, bold = false): Spelt {
  const layer = layerOf(name, s);
  const own = layer === null ? (s.letters.quantity.get(name) ?? name) : (s.letters.quantity.get('second') ?? 'W');
  const base = bold && (s.ranks.get(name) ?? 0) > 0 ? boldly(own) : own;
  if (layer === null) return atom(base);
  return atom(
    {
      bracket: `${base}^{[${layer}]}`,
      parenthesis: `${base}^{(${layer})}`,
      subscript: `${base}_${layer}`,
      letters: base,
    }[s.author.layers],
  );
}

function layerOf(name: string, s: Speaker): number | null {
  if (!isLatex(s.author) || s.author.layers === 'letters') return null;
  return name === 'first' ? 1 : name === 'second' ? 2 : null;
}

const boldly = (own: string): string =>
  /^\\(?!hat|bar|tilde|mathcal)/.test(own) ? `\\boldsymbol{${own}}` : /^\\/.test(own) ? own : `\\mathbf{${own}}`;

function entry(name: string, at: readonly Index[], s: Speaker): Spelt {
  const [first, ...rest] = at;
  const own = s.letters.quantity.get(name) ?? name;
  const layer = layerOf(name, s);
  const comma = s.author.subscripts === 'comma' ? ',' : '';
  const run = (of: readonly Index[]): string => {
    const text = of.map((i) => letter(i, s)).join(comma);
    return text.length === 1 ? `_${text}` : `_{${text}}`;
  };
  if (layer !== null && s.author.layers !== 'subscript') return atom(`${named(name, s).text}${run(at)}`);
  if (first === undefined || !s.byExample.has(name) || s.author.examples === 'subscript') return squared(own, run(at));
  if (s.author.examples === 'last' || !isLatex(s.author)) return squared(own, run([...rest, first]));
  return atom(`${bareSquare(own)}^{(${letter(first, s)})}${rest.length > 0 ? run(rest) : ''}`);
}

const bareSquare = (own: string): string => own.replace(/\^2$/, '');
/** `σ²` with an index is `σ_i²`. */
const squared = (own: string, scripts: string): Spelt =>
  own.endsWith('^2') ? { text: `${bareSquare(own)}${scripts}^2`, tight: POWER } : atom(`${own}${scripts}`);

const greek: Readonly<Record<string, string>> = {
  pi: 'π',
  theta: 'θ',
  beta: 'β',
  mu: 'μ',
  sigma: 'σ',
  rho: 'ρ',
  tau: 'τ',
  alpha: 'α',
  lambda: 'λ',
  eta: 'η',
  Theta: 'Θ',
  Phi: 'Φ',
  delta: 'δ',
  ell: 'ℓ',
  partial: '∂',
  sum: 'Σ',
  odot: '⊙',
  nabla: '∇',
};

/** The same in plain signs: `\partial L` becomes `dL` or `∂L`, `\hat{y}` becomes `y_hat` or `ŷ`. */
function plainly(text: string, a: Author): string {
  const unicode = a.syntax === 'unicode';
  const marks: Readonly<Record<string, string>> = { hat: '\u0302', bar: '\u0304', tilde: '\u0303' };
  return text
    .replace(/\\mathcal\{(.)\}/g, '$1')
    .replace(/\\(?:mathbf|boldsymbol)\{([^}]*)\}/g, '$1')
    .replace(/\\(hat|bar|tilde)\{(.)\}/g, (_, mark: string, l: string) =>
      unicode ? `${l}${marks[mark]}`.normalize('NFC') : `${l}_${mark}`,
    )
    .replace(/\\ell\b/g, 'l')
    .replace(
      /\\partial(\^2)? /g,
      (_, square: string | undefined) => `${unicode ? '∂' : 'd'}${square ?? ''}${square ? ' ' : ''}`,
    )
    .replace(/\\odot/g, unicode ? '⊙' : '*')
    .replace(/\\(\w+?)(?=[_^ ()0-9]|$)/g, (_, word: string) => (unicode ? (greek[word] ?? word) : word))
    .replace(/\^2(?![0-9])/g, unicode ? '²' : '^2')
    .replace(/\^T\b/g, unicode ? 'ᵀ' : '^T');
}

/** Names of the indices that an expression leaves free. */
export const freeLetters = (m: Maths, s: Speaker): string[] => freeIndices(m).map((i) => letter(i, s));
