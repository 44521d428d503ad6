// What the words between the formulas say: properties, names of functions, dependencies, abbreviations, conditions.
// Not here: formulas themselves; which definition wins (`meaning/registry.ts`).
// Invariant: a sentence that fits no pattern says nothing.
import { must } from '../term/must.ts';
import { wordsFor } from './properties.ts';
import { readSurface } from '../language/parse.ts';
import { unwrap, type Surface } from '../language/surface.ts';
import { letterOf, scripted } from '../language/scripted.ts';
import { gradientInWords } from './gradient-words.ts';
import { lossesInWords } from './losses.ts';
import type { Item, Statement } from './statements.ts';

/** The text of a document with every statement replaced by `⟪n⟫`, n being its place in the list of items. */
export function flattened(items: readonly Item[]): string {
  return items
    .map((item, n) => {
      if (item.kind === 'statement') return ` ⟪${n}⟫ `;
      if (item.kind === 'prose')
        return (
          item.text.text.replace(/\*\*|__|\\(?:emph|textbf|textit)\{|[{}]/g, '') + (item.text.text === '' ? '\n' : '')
        );
      if (item.kind === 'heading') return '\n\n# ';
      return item.kind === 'paragraph' || item.kind === 'item' || item.kind === 'endheading' ? '\n\n' : '';
    })
    .join('')
    .replace(/[ \t]+/g, ' ')
    .replace(/(?<!\n) ?\n ?(?!\n)/g, ' ');
}

/** `left` stands for `right`; `defines`: the sentence says so in as many words, and another equation is a claim. */
export interface Abbreviation {
  readonly at: number;
  readonly left: Surface;
  readonly right: Surface;
  readonly defines?: true;
}

export interface WordFacts {
  readonly einstein: boolean;
  readonly functions: ReadonlyMap<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'>;
  readonly depends: readonly { readonly of: Statement; readonly on: Statement }[];
  readonly deltas: ReadonlySet<string>;
  readonly entryOf: string | null;
  readonly words: ReadonlySet<string>;
  /** `u(x, y)` mentioned by itself: a quantity with what it depends on. */
  readonly calls: readonly Surface[];
  /** Letters of the one entry that is 1. */
  readonly hotLetters: ReadonlySet<string>;
  readonly oneHot: readonly Statement[];
  readonly sumsToOne: readonly Statement[];
  /** The text speaks of one-hot labels without naming them. */
  readonly oneHotSomewhere: boolean;
  readonly symmetric: readonly string[];
  /** `left := right` told in words. */
  readonly abbreviations: readonly Abbreviation[];
  readonly vectors: readonly { readonly statement: Statement; readonly rank: number }[];
}

const roles: readonly (readonly [RegExp, 'sigmoid' | 'softmax' | 'tanh' | 'relu'])[] = [
  [/\b(?:sigmoid|logistic)\b/i, 'sigmoid'],
  [/\bsoftmax\b/i, 'softmax'],
  [/\btanh\b|hyperbolic tangent/i, 'tanh'],
  [/\bReLU\b|rectifie[rd]/i, 'relu'],
];

/** Everything that the words of a document say. */
export function readWords(items: readonly Item[]): WordFacts {
  const text = flattened(items);
  const at = (n: string | undefined): Statement | null => {
    const item = items[Number(n)];
    return item?.kind === 'statement' ? item : null;
  };
  return {
    einstein:
      /repeated (?:indices|index|indexes)[^.]{0,30}(?:summ|sum\b)|Einstein(?:'s|’s)?(?: summation)? (?:summation|notation|convention|sum|index)|summation convention|sum(?:med|ming)? over repeated|implied summation/i.test(
        text,
      ),
    functions: namedFunctions(text, at),
    depends: dependencies(text, at),
    deltas: deltaNames(text, items),
    entryOf: entryDerivativeOf(text, items),
    calls: items.flatMap((i) => {
      const s = i.kind === 'statement' && i.form === 'math' && !i.continues ? alone(i) : null;
      return s !== null && unwrap(s).kind === 'apply' ? [unwrap(s)] : [];
    }),
    hotLetters: hotLetters(text, at),
    words: new Set(text.toLowerCase().match(/[a-z]+/g) ?? []),
    oneHot: sentencesWith(text, wordsFor('oneHot').toldOrSaid, at),
    sumsToOne: sentencesWith(
      text,
      /sums? (?:up )?to (?:1|one)\b|probability distribution|add(?:s)? up to (?:1|one)/i,
      at,
    ),
    oneHotSomewhere: wordsFor('oneHot').said.test(text),
    symmetric: propertyNames(
      text,
      items,
      /(?<!not |non-|non|a)symmetric\b/i,
      /not symmetric|non-?symmetric|asymmetric/i,
    ),
    abbreviations: abbreviations(text, at, items),
    vectors: declaredRanks(text, at),
  };
}

function namedFunctions(
  text: string,
  at: (n: string | undefined) => Statement | null,
): Map<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'> {
  const found = new Map<string, 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown'>();
  const note = (n: string | undefined, words: string): void => {
    const name = functionNameOf(at(n));
    const role = roles.find(([pattern]) => pattern.test(words))?.[1];
    if (name !== null && role !== undefined && !found.has(name)) found.set(name, role);
  };
  for (const f of text.matchAll(
    /⟪(\d+)⟫\s*,?\s*(?:is|denotes|be|being|represents|means|stands for|as)\s+(?:the |a |our |an )?([^.⟪]{0,40}(?:function|activation|sigmoid|softmax|tanh|ReLU))/gi,
  ))
    note(f[1], must(f[2]));
  for (const f of text.matchAll(
    /(?:the |a )((?:logistic |sigmoid|softmax|tanh|ReLU|hyperbolic tangent)[^.⟪]{0,25}?)(?:function|activation|unit)s?\s*(?:of [^⟪.]{0,20})?,?\s*(?:is |be |:|denoted (?:by )?|\()?\s*⟪(\d+)⟫/gi,
  ))
    note(f[2], must(f[1]));
  for (const f of text.matchAll(
    /⟪(\d+)⟫\s*(?:is|denotes|be)\s+(?:the |an? |some |any )?(?:arbitrary |differentiable |nonlinear |non-linear |elementwise |element-wise )*(?:activation|nonlinearity|non-linearity)/gi,
  )) {
    const name = functionNameOf(at(f[1]));
    if (name !== null && !found.has(name)) found.set(name, 'unknown');
  }
  return found;
}

/** `σ`, `σ(z)`, `h_θ(x)`: the name of the function that a formula shows. */
function functionNameOf(s: Statement | null): string | null {
  const surface = s?.sides.length === 1 ? s.sides[0]?.surface : null;
  if (surface === null || surface === undefined) return null;
  const u = unwrap(surface);
  const sc = scripted(u.kind === 'apply' ? u.head : u);
  return sc === null || (u.kind !== 'apply' && !/^(?:sigma|phi|psi|f|g|h|S|varphi)$/.test(sc.name)) ? null : sc.name;
}

const dependencies = (
  text: string,
  at: (n: string | undefined) => Statement | null,
): { of: Statement; on: Statement }[] =>
  [
    ...text.matchAll(
      /⟪(\d+)⟫\s*(?:is|be|as)\s+(?:a |an |any |some |the )?(?:[a-z-]+ )*?(?:function|loss)\s+(?:that depends )?(?:of|on)\s+(?:the |all |all the )?(?:[a-z]+ )?⟪(\d+)⟫/gi,
    ),
  ].flatMap((f) => {
    const of = at(f[1]);
    const on = at(f[2]);
    return of !== null && on !== null ? [{ of, on }] : [];
  });

function deltaNames(text: string, items: readonly Item[]): Set<string> {
  const names = new Set<string>();
  for (const f of text.matchAll(
    /(?:Kronecker|delta function)[^.]{0,90}?(?:call(?:ed)?|denote[ds]?|write|written|as|by)\s+(?:it )?(?:as )?(?:⟪(\d+)⟫|([A-Z])_)/gi,
  )) {
    const item = f[1] === undefined ? null : items[Number(f[1])];
    const sc =
      item?.kind === 'statement' && item.sides[0]?.surface !== undefined && item.sides[0].surface !== null
        ? scripted(unwrap(item.sides[0].surface))
        : null;
    if (sc !== null) names.add(sc.name);
    else if (f[2] !== undefined) names.add(f[2]);
  }
  return names;
}

/** "d_i for the derivative with respect to o_i" */
function entryDerivativeOf(text: string, items: readonly Item[]): string | null {
  const plain =
    /\b(?:d|D|∂)_([a-z])\b[^.]{0,60}?(?:derivative|respect to|w\.?r\.?t)[^.]{0,40}?\b([A-Za-z]\w*?)_\1\b/.exec(text);
  if (plain !== null) return must(plain[2]);
  const found = /⟪(\d+)⟫[^.⟪]{0,60}(?:derivative|respect to|w\.?r\.?t)[^.⟪]{0,20}⟪(\d+)⟫/i.exec(text);
  if (found === null) return null;
  const [operator, by] = [items[Number(found[1])], items[Number(found[2])]];
  if (
    operator?.kind !== 'statement' ||
    by?.kind !== 'statement' ||
    !/^(?:\\partial|∂|[dD])_\{?[a-z]\}?$/.test(operator.text.trim())
  )
    return null;
  const surface = by.sides[0]?.surface;
  return surface === null || surface === undefined ? null : (scripted(unwrap(surface))?.name ?? null);
}

/** Statements in sentences that match a pattern. */
function sentencesWith(text: string, pattern: RegExp, at: (n: string | undefined) => Statement | null): Statement[] {
  return sentences(text)
    .filter((s) => pattern.test(s))
    .flatMap((s) => [...s.matchAll(/⟪(\d+)⟫/g)].flatMap((f) => at(f[1]) ?? []));
}
const sentences = (text: string): string[] => text.split(/(?<=[a-z)⟫0-9][.!?])\s+(?=[A-Z⟪])|\n\n/);

function propertyNames(text: string, items: readonly Item[], says: RegExp, denies: RegExp): string[] {
  return sentences(text)
    .filter((s) => says.test(s) && !denies.test(s))
    .flatMap((s) => {
      const inFormulas = [...s.matchAll(/⟪(\d+)⟫/g)].flatMap((f) => {
        const item = items[Number(f[1])];
        return item?.kind === 'statement' ? namesIn(item) : [];
      });
      return [...inFormulas, ...(s.match(/\b[A-Z]\b/g) ?? [])].filter(
        (n) => /^[A-Z]$|^Sigma$|^Lambda$/.test(n) && n !== 'I',
      );
    });
}
const namesIn = (s: Statement): string[] =>
  s.sides.flatMap((x) => (x.surface === null ? [] : (scripted(unwrap(x.surface))?.name ?? [])));

/** "a 1 for the true word $o$", "the correct class $c$", "`y_i` is 1 iff `i == o`". */
function hotLetters(text: string, at: (n: string | undefined) => Statement | null): Set<string> {
  const letters = new Set<string>();
  for (const s of sentencesWith(
    text,
    /one[- ]hot|1[- ]hot|\b(?:true|correct|target|actual|ground[- ]truth|right) (?:\w+ )?(?:class|label|word|category|index|token|answer)|is 1 if/i,
    at,
  )) {
    for (const side of s.sides) {
      const l = side.surface === null ? null : letterOf(unwrap(side.surface));
      if (l !== null && /^[a-z]$/.test(l) && !/^[xyzpwq]$/.test(l)) letters.add(l);
    }
  }
  return letters;
}

const alone = (s: Statement | null): Surface | null =>
  s !== null && s.sides.length === 1 ? (s.sides[0]?.surface ?? null) : null;

/** "we denote A as B", "let B be A", "B for the gradient with respect to A", "x scaled by a and shifted by b", "where x_0 is 1". */
function abbreviations(
  text: string,
  at: (n: string | undefined) => Statement | null,
  items: readonly Item[],
): Abbreviation[] {
  const out: Abbreviation[] = [];
  const push = (left: Surface | null, right: Surface | null, n: string | undefined): void => {
    if (left !== null && right !== null) out.push({ at: Number(n), left, right });
  };
  for (const f of text.matchAll(
    /(?:denote|abbreviate|write|call|define)\s+(?:the (?:sum|quantity|expression|term|denominator|normali[sz]er)[^⟪.]{0,20})?⟪(\d+)⟫\s+(?:as|by|simply as|simply)\s+⟪(\d+)⟫/gi,
  ))
    push(alone(at(f[2])), alone(at(f[1])), f[1]);
  for (const f of text.matchAll(
    /(?:let|with|where|and)\s+⟪(\d+)⟫\s+(?:denote|be|stand for|denotes|stands for|is)\s+(?:the (?:sum|quantity|expression|term|denominator)\s+)?⟪(\d+)⟫/gi,
  ))
    push(alone(at(f[1])), alone(at(f[2])), f[2]);
  for (const f of text.matchAll(/⟪(\d+)⟫\s+(?:denoted|abbreviated|written)\s+(?:as|by)?\s*⟪(\d+)⟫/gi))
    push(alone(at(f[2])), alone(at(f[1])), f[1]);
  for (const f of text.matchAll(/⟪(\d+)⟫\s+is\s+(1|0|one|zero)\b/gi))
    push(alone(at(f[1])), readSurface(/1|one/.test(must(f[2])) ? '1' : '0'), f[1]);
  for (const f of text.matchAll(gradientInWords)) {
    const [left, right] = [alone(at(f[1])), gradientSurface(alone(at(f[3])), alone(at(f[2])), items)];
    if (left !== null && right !== null) out.push({ at: Number(f[1]), left, right, defines: true });
  }
  for (const f of text.matchAll(
    /⟪(\d+)⟫([^.⟪]{0,60})⟪(\d+)⟫ (?:scaled|multiplied) by ⟪(\d+)⟫ (?:and|then) (?:shifted|translated|offset) by ⟪(\d+)⟫/gi,
  ))
    out.push(...affine(at(f[1]), at(f[3]), at(f[4]), at(f[5]), Number(f[1])));
  for (const f of text.matchAll(
    /⟪(\d+)⟫\s+(?:is |denotes |be )?(?:the |its )?(?:batch |mini-batch |sample |empirical )?mean\b(?! squared)/gi,
  ))
    out.push(...meanOf(at(f[1]), Number(f[1]), text, items));
  return [...out, ...lossesInWords(text, at).map((told) => ({ ...told, defines: true as const }))];
}

function gradientSurface(by: Surface | null, of: Surface | null, items: readonly Item[]): Surface | null {
  const loss = of ?? mostDifferentiated(items);
  return by === null || loss === null
    ? null
    : { kind: 'derivative', order: 1, of: loss, by: [by], start: by.start, end: by.end };
}

/** The name that the text differentiates most often. */
export function mostDifferentiated(items: readonly Item[]): Surface | null {
  const counts = new Map<string, { n: number; surface: Surface }>();
  for (const item of items) {
    if (item.kind !== 'statement') continue;
    const first = item.sides[0]?.surface;
    if (first?.kind !== 'derivative' || first.of.kind !== 'name') continue;
    const c = counts.get(first.of.name) ?? { n: 0, surface: first.of };
    c.n++;
    counts.set(first.of.name, c);
  }
  return [...counts.values()].sort((a, b) => b.n - a.n)[0]?.surface ?? null;
}

const latexOf = (s: Statement | null): string | null =>
  s !== null && s.sides.length === 1 ? (s.sides[0]?.text.text ?? null) : null;

/** y_i = γ x̂_i + β */
function affine(
  y: Statement | null,
  x: Statement | null,
  gamma: Statement | null,
  beta: Statement | null,
  n: number,
): { at: number; left: Surface; right: Surface }[] {
  const [a, b, c, d] = [latexOf(y), latexOf(x), latexOf(gamma), latexOf(beta)];
  if (a === null || b === null || c === null || d === null) return [];
  const entry = (name: string): string => (/_/.test(name) ? name : `{${name}}_i`);
  return read(`${entry(a)}`, `${c} ${entry(b)} + ${d}`, n);
}

/** "μ the batch mean": μ = (1/m) Σ x_i, with the size that the text names. */
function meanOf(
  mu: Statement | null,
  n: number,
  text: string,
  items: readonly Item[],
): { at: number; left: Surface; right: Surface }[] {
  const name = latexOf(mu);
  const size =
    /⟪(\d+)⟫\s+(?:is |denotes |be )?(?:the )?(?:batch size|mini-batch size|number of (?:examples|samples|elements|features|data points)|sample size)/i.exec(
      text,
    );
  const item = size === null ? undefined : items[Number(size[1])];
  const m = item?.kind === 'statement' ? latexOf(item) : null;
  if (name === null || !/^\\?mu|^\\bar|^\\mathbb\{E|^μ/.test(name.trim())) return [];
  return m === null ? [] : read(name, `\\frac{1}{${m}} \\sum_{i=1}^{${m}} x_i`, n);
}

function read(left: string, right: string, at: number): { at: number; left: Surface; right: Surface }[] {
  try {
    return [{ at, left: readSurface(left, { spelling: 'latex' }), right: readSurface(right, { spelling: 'latex' }) }];
  } catch {
    return [];
  }
}

const declaredRanks = (
  text: string,
  at: (n: string | undefined) => Statement | null,
): { statement: Statement; rank: number }[] =>
  [
    ...[
      ...text.matchAll(
        /(?<!\b(?:of|in|from|for) )⟪(\d+)⟫\s+(?:is|be|as|are)\s+(?:a |an |the |our )?(?:[a-z-]+ ){0,3}?(vector|matrix|scalar)s?\b/gi,
      ),
    ].map((f) => [f[1], f[2]] as const),
    ...[...text.matchAll(/\b(vector|matrix|scalar)\s+⟪(\d+)⟫/gi)].map((f) => [f[2], f[1]] as const),
  ].flatMap(([n, kind]) => {
    const statement = at(n);
    return statement === null
      ? []
      : [{ statement, rank: /vector/i.test(kind as string) ? 1 : /matrix/i.test(kind as string) ? 2 : 0 }];
  });

// --- conditions -------------------------------------------------------------------------------------------------------------

export interface IndexCondition {
  readonly left: string;
  readonly right: string;
  readonly equal: boolean;
}

/** `i = j`, `i \neq j` as a statement by itself. */
export function indexCondition(s: Statement): IndexCondition | null {
  const [a, b] = s.sides;
  if (
    s.sides.length !== 2 ||
    a?.surface === null ||
    a === undefined ||
    b?.surface === null ||
    b === undefined ||
    (b.link !== '=' && b.link !== '≠')
  )
    return null;
  const [left, right] = [letterOf(unwrap(a.surface)), letterOf(unwrap(b.surface))];
  return left === null || right === null || left === right ? null : { left, right, equal: b.link === '=' };
}

/** Conditions that a remark states: `since j = k`, `if i ≠ j`. */
export function conditionsIn(remark: string): IndexCondition[] {
  const text = remark
    .replace(/\\(?:text|mbox|textrm|mathrm)\s*\{([^}]*)\}/g, ' $1 ')
    .replace(/\\[,;:! ]|[&$]/g, ' ')
    .replace(/\\neq?\b|\\not\s*=|≠|!=|<>/g, '≠');
  if (/\b(?:both|either|or|all|any)\b/i.test(text)) return [];
  return [...text.matchAll(/(?<![\w\\^_{])([a-z]'?)\s*(==?|≠)\s*([a-z]'?)(?![\w'({])/g)].map((f) => ({
    left: must(f[1]),
    right: must(f[3]),
    equal: f[2] !== '≠',
  }));
}
