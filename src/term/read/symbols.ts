// What single characters and LaTeX commands stand for.
// Not here: how tokens are put together (`tokens.ts`) and what commands with arguments do (`grammar.ts`).
// Invariant: every table is a Map, so that a user's word can never reach an object's own properties.

const greek: readonly [string, string, string][] = [
  ['alpha', 'α', 'Α'], ['beta', 'β', 'Β'], ['gamma', 'γ', 'Γ'], ['delta', 'δ', 'Δ'], ['epsilon', 'ε', 'Ε'], ['zeta', 'ζ', 'Ζ'],
  ['eta', 'η', 'Η'], ['theta', 'θ', 'Θ'], ['iota', 'ι', 'Ι'], ['kappa', 'κ', 'Κ'], ['lambda', 'λ', 'Λ'], ['mu', 'μ', 'Μ'],
  ['nu', 'ν', 'Ν'], ['xi', 'ξ', 'Ξ'], ['pi', 'π', 'Π'], ['rho', 'ρ', 'Ρ'], ['sigma', 'σ', 'Σ'], ['tau', 'τ', 'Τ'],
  ['upsilon', 'υ', 'Υ'], ['phi', 'φ', 'Φ'], ['chi', 'χ', 'Χ'], ['psi', 'ψ', 'Ψ'], ['omega', 'ω', 'Ω'],
];
const greekNames: ReadonlySet<string> = new Set(greek.map(([name]) => name));
/** Whether a word is the name of a small Greek letter. */
export const isGreek = (word: string): boolean => greekNames.has(word);
/** Whether a typed word is one letter and no run of them: in plain text only the long Greek names are (`x_mu` has the indices m and u). */
export const isOneLetter = (word: string, latex: boolean): boolean => isGreek(word) && (latex || word.length >= 5);
const capital = (name: string): string => name[0]?.toUpperCase() + name.slice(1);

/** Greek letters and other letter-like characters as names. */
export const letterNames: ReadonlyMap<string, string> = new Map([
  ...greek.flatMap(([name, lower, upper]): [string, string][] => [[lower, name], [upper, capital(name)]]),
  ['ϵ', 'epsilon'], ['ϕ', 'phi'], ['ϑ', 'theta'], ['ℓ', 'ell'], ['µ', 'mu'], ['ς', 'sigma'], ['ı', 'i'], ['∞', 'infinity'],
]);

/** LaTeX commands that are a name. */
export const commandNames: ReadonlyMap<string, string> = new Map([
  ...greek.flatMap(([name]): [string, string][] => [[name, name], [capital(name), capital(name)]]),
  ['varepsilon', 'epsilon'], ['varphi', 'phi'], ['vartheta', 'theta'], ['varrho', 'rho'], ['varsigma', 'sigma'], ['ell', 'ell'],
  ['imath', 'i'], ['jmath', 'j'], ['infty', 'infinity'],
  ...['exp', 'log', 'ln', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'arcsin', 'arccos', 'arctan', 'cot', 'sec', 'csc', 'coth', 'det', 'max', 'min', 'tr', 'sgn', 'softmax', 'diag']
    .map((n): [string, string] => [n, n]),
]);

/** LaTeX commands and Unicode characters that are an operator or bracket, in the spelling of the grammar. */
export const commandOperators: ReadonlyMap<string, string> = new Map([
  ['cdot', '·'], ['times', '×'], ['ast', '*'], ['odot', '⊙'], ['circ', '⊙'], ['le', '<='], ['leq', '<='], ['leqslant', '<='], ['ge', '>='], ['geq', '>='],
  ['geqslant', '>='], ['ne', '!='], ['neq', '!='], ['lt', '<'], ['gt', '>'], ['in', '∈'], ['notin', '∉'], ['mid', '|'], ['vert', '|'], ['lvert', '|'],
  ['rvert', '|'], ['|', '‖'], ['Vert', '‖'], ['lVert', '‖'], ['rVert', '‖'], ['{', '\\{'], ['}', '\\}'], ['lbrace', '\\{'], ['rbrace', '\\}'],
  ['lbrack', '['], ['rbrack', ']'], ['sum', 'Σ'], ['prod', 'Π'], ['partial', '∂'], ['nabla', '∇'], ['top', '⊤'], ['intercal', '⊤'], ['dots', '…'],
  ['ldots', '…'], ['cdots', '…'], ['vdots', '…'], ['ddots', '…'], ['prime', "'"], ['equiv', ':='], ['coloneqq', ':='], ['approx', '≈'], ['sim', '≈'],
  ['simeq', '≈'], ['to', '→'], ['rightarrow', '→'], ['mapsto', '→'], ['leftarrow', '←'], ['implies', '⇒'], ['Rightarrow', '⇒'], ['iff', '⇔'],
  ['land', '∧'], ['wedge', '∧'], ['lor', '∨'], ['vee', '∨'], ['pm', '±'], ['div', '/'], ['setminus', '∖'], ['propto', '∝'], ['%', '%'], ['#', '#'],
  ['langle', '⟨'], ['rangle', '⟩'], ['otimes', '⊗'], ['oplus', '⊕'], ['int', '∫'], ['star', '⋆'], ['forall', '∀'], ['therefore', '∴'], ['because', '∵'],
  ['newline', '\\\\'], ['cr', '\\\\'], ['blacksquare', '∎'],
]);

export const characterOperators: ReadonlyMap<string, string> = new Map([
  ['−', '-'], ['–', '-'], ['—', '-'], ['‐', '-'], ['‑', '-'], ['×', '×'], ['·', '·'], ['⋅', '·'], ['∙', '·'], ['•', '·'], ['∗', '*'], ['⊙', '⊙'], ['∘', '⊙'], ['÷', '/'], ['∕', '/'],
  ['⁄', '/'], ['≤', '<='], ['≥', '>='], ['≠', '!='], ['∈', '∈'], ['∉', '∉'], ['∥', '‖'], ['‖', '‖'], ['∣', '|'], ['∑', 'Σ'], ['∏', 'Π'], ['∂', '∂'], ['∇', '∇'], ['⊤', '⊤'], ['√', '√'],
  ['…', '…'], ['⋯', '…'], ['⋮', '…'], ['′', "'"], ['’', "'"], ['‘', "'"], ['≔', ':='], ['≡', ':='], ['≈', '≈'], ['→', '→'], ['←', '←'], ['⇒', '⇒'], ['⇔', '⇔'], ['∧', '∧'],
  ['∨', '∨'], ['±', '±'], ['∞', '∞'], ['⟨', '⟨'], ['⟩', '⟩'], ['∝', '∝'], ['⊗', '⊗'], ['∴', '∴'],
]);

/** Commands that only move things about: left out together with nothing. */
export const silentCommands: ReadonlySet<string> = new Set([
  'quad', 'qquad', ',', ';', ':', '!', ' ', '>', 'displaystyle', 'textstyle', 'scriptstyle', 'limits', 'nolimits', 'nonumber', 'notag', 'left', 'right', 'middle',
  'big', 'Big', 'bigg', 'Bigg', 'bigl', 'bigr', 'Bigl', 'Bigr', 'biggl', 'biggr', 'Biggl', 'Biggr', 'bigm', 'Bigm', 'hfill', 'mathstrut', 'strut', 'smallskip', 'medskip',
  'mathop', 'mathbin', 'mathrel', 'mathord', 'mathopen', 'mathclose', 'thinspace', 'enspace', 'rm', 'bf', 'it', 'normalsize', 'small', 'large', 'allowbreak', 'noindent', '-', '/', 'hline',
]);
/** Commands after which a bracket of any kind, or a dot for none, may stand. */
export const sizingCommands: ReadonlySet<string> = new Set(['left', 'right', 'middle']);
/** Commands that are left out together with their argument. */
export const droppedCommands: ReadonlySet<string> = new Set(['color', 'textcolor', 'tag', 'label', 'eqref', 'ref', 'hspace', 'vspace', 'phantom', 'hphantom', 'vphantom', 'htmlClass', 'htmlId', 'cite', 'footnote']);
/** Commands whose argument stands for itself. */
export const transparentCommands: ReadonlySet<string> = new Set(['boxed', 'fbox', 'ensuremath', 'mathstrut', 'cancel', 'bcancel', 'xcancel', 'smash', 'mathinner', 'underline', 'overbrace', 'underbrace']);
/** Commands that set their argument as upright letters: a word. */
export const wordCommands: ReadonlySet<string> = new Set(['text', 'mathrm', 'operatorname', 'mbox', 'textrm', 'textit', 'textsf', 'texttt', 'mathit', 'mathsf', 'mathtt', 'hbox', 'textnormal', 'operatorname*', 'mathcal', 'mathscr', 'mathfrak']);
/** Commands that mark a vector or matrix. */
export const boldCommands: ReadonlySet<string> = new Set(['mathbf', 'boldsymbol', 'bm', 'bold', 'vec', 'textbf', 'pmb', 'mathbb', 'vb', 'va']);
/** Commands that put an accent, and the suffix that it gives to the name. */
export const accentCommands: ReadonlyMap<string, string> = new Map([
  ['hat', 'hat'], ['widehat', 'hat'], ['bar', 'bar'], ['overline', 'bar'], ['tilde', 'tilde'], ['widetilde', 'tilde'], ['dot', 'dot'], ['ddot', 'ddot'], ['check', 'check'], ['breve', 'breve'], ['acute', 'acute'], ['grave', 'grave'],
]);
/** Combining characters that put an accent. */
export const combiningAccents: ReadonlyMap<string, string> = new Map([
  ['\u0302', 'hat'], ['\u0304', 'bar'], ['\u0305', 'bar'], ['\u0303', 'tilde'], ['\u0307', 'dot'], ['\u0308', 'ddot'], ['\u030c', 'check'], ['\u0306', 'breve'], ['\u0301', 'acute'], ['\u0300', 'grave'],
]);
/** Suffixes that belong to a name (`y_hat`) although they are runs of letters after `_`. */
export const nameSuffixes: ReadonlySet<string> = new Set([
  'hat', 'bar', 'tilde', 'dot', 'ddot', 'check', 'breve', 'acute', 'grave', 'star', 'prime', 'true', 'pred', 'new', 'old', 'ref', 'opt', 'avg', 'mean', 'var', 'std', 'max', 'min', 'train', 'test', 'loss', 'total', 'norm', 'softmax',
]);

export const superscripts: ReadonlyMap<string, string> = new Map([
  ...[...'⁰¹²³⁴⁵⁶⁷⁸⁹'].map((c, n): [string, string] => [c, String(n)]),
  ['⁺', '+'], ['⁻', '-'], ['⁽', '('], ['⁾', ')'], ['ᵀ', '⊤'], ['ⁱ', 'i'], ['ʲ', 'j'], ['ᵏ', 'k'], ['ˡ', 'l'], ['ᵐ', 'm'], ['ⁿ', 'n'], ['ᵃ', 'a'], ['ᵇ', 'b'], ['ᶜ', 'c'], ['ᵈ', 'd'], ['ᵗ', 't'], ['ˢ', 's'], ['ʳ', 'r'], ['ᵖ', 'p'], ['ˣ', 'x'], ['ʸ', 'y'], ['ᶻ', 'z'], ['ᴸ', 'L'], ['ᵉ', 'e'], ['ᵒ', 'o'], ['ᵘ', 'u'], ['ᵛ', 'v'], ['ʷ', 'w'], ['ᵍ', 'g'], ['ʰ', 'h'], ['ᶠ', 'f'],
]);
export const subscripts: ReadonlyMap<string, string> = new Map([
  ...[...'₀₁₂₃₄₅₆₇₈₉'].map((c, n): [string, string] => [c, String(n)]),
  ['₊', '+'], ['₋', '-'], ['₌', '='], ['₍', '('], ['₎', ')'], ['ₐ', 'a'], ['ₑ', 'e'], ['ₕ', 'h'], ['ᵢ', 'i'], ['ⱼ', 'j'], ['ₖ', 'k'], ['ₗ', 'l'], ['ₘ', 'm'], ['ₙ', 'n'], ['ₒ', 'o'], ['ₚ', 'p'], ['ᵣ', 'r'], ['ₛ', 's'], ['ₜ', 't'], ['ᵤ', 'u'], ['ᵥ', 'v'], ['ₓ', 'x'], ['ᵦ', 'beta'], ['ᵧ', 'gamma'],
]);
/** Vulgar fractions. */
export const fractions: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['½', [1, 2]], ['⅓', [1, 3]], ['⅔', [2, 3]], ['¼', [1, 4]], ['¾', [3, 4]], ['⅕', [1, 5]], ['⅖', [2, 5]], ['⅗', [3, 5]], ['⅘', [4, 5]], ['⅙', [1, 6]], ['⅚', [5, 6]], ['⅐', [1, 7]], ['⅛', [1, 8]], ['⅜', [3, 8]], ['⅝', [5, 8]], ['⅞', [7, 8]], ['⅑', [1, 9]], ['⅒', [1, 10]],
]);
