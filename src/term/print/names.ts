// The names of tensors, indices and Greek letters in the three spellings.
// Not here: which letter a bound index gets (`scope.ts`).
// Invariant: two different names have different spellings within one spelling.

const greekLetters: readonly (readonly [string, string])[] = [
  ['alpha', 'α'], ['beta', 'β'], ['gamma', 'γ'], ['delta', 'δ'], ['epsilon', 'ε'], ['varepsilon', 'ϵ'], ['zeta', 'ζ'], ['eta', 'η'], ['theta', 'θ'],
  ['iota', 'ι'], ['kappa', 'κ'], ['lambda', 'λ'], ['mu', 'μ'], ['nu', 'ν'], ['xi', 'ξ'], ['pi', 'π'], ['rho', 'ρ'], ['sigma', 'σ'],
  ['tau', 'τ'], ['upsilon', 'υ'], ['phi', 'φ'], ['varphi', 'ϕ'], ['chi', 'χ'], ['psi', 'ψ'], ['omega', 'ω'],
  ['Gamma', 'Γ'], ['Delta', 'Δ'], ['Theta', 'Θ'], ['Lambda', 'Λ'], ['Xi', 'Ξ'], ['Pi', 'Π'], ['Sigma', 'Σ'], ['Phi', 'Φ'], ['Psi', 'Ψ'], ['Omega', 'Ω'], ['ell', 'ℓ'],
];
/** Greek letters (and ℓ) by their LaTeX names. */
export const greek: ReadonlyMap<string, string> = new Map(greekLetters);

/** Marks over a letter: the suffix of the plain name, the LaTeX macro, the combining character. */
export const accents: ReadonlyMap<string, { readonly latex: string; readonly mark: string }> = new Map([
  ['hat', { latex: '\\hat', mark: '\u0302' }],
  ['bar', { latex: '\\bar', mark: '\u0304' }],
  ['tilde', { latex: '\\tilde', mark: '\u0303' }],
  ['vec', { latex: '\\vec', mark: '\u20d7' }],
  ['dot', { latex: '\\dot', mark: '\u0307' }],
  ['ddot', { latex: '\\ddot', mark: '\u0308' }],
]);

/** A name taken apart: `y_hat` has an accent, `a^(L)` a label, `sigma(z)` arguments, `sigma2` no part. */
interface NameParts { readonly base: string; readonly accent: string | null; readonly suffix: string; readonly label: string | null; readonly args: readonly string[] | null }

function splitName(name: string): NameParts {
  const call = /^([^()^]+)\(([^()]*)\)$/.exec(name);
  if (call !== null) return { base: call[1] as string, accent: null, suffix: '', label: null, args: (call[2] as string).split(',').map((s) => s.trim()) };
  const labelled = /^([^^]+)\^\{?(.+?)\}?$/.exec(name);
  if (labelled !== null) return { ...splitName(labelled[1] as string), label: labelled[2] as string };
  const cut = name.lastIndexOf('_');
  const tail = name.slice(cut + 1);
  if (cut > 0 && accents.has(tail)) return { base: name.slice(0, cut), accent: tail, suffix: '', label: null, args: null };
  const first = name.indexOf('_');
  if (first > 0) return { base: name.slice(0, first), accent: null, suffix: name.slice(first + 1), label: null, args: null };
  return { base: name, accent: null, suffix: '', label: null, args: null };
}

/** A name as printed, and whether it ends in a superscript (so that a power of it needs brackets). */
export interface NameText { readonly text: string; readonly raised: boolean; readonly call: boolean }

export function plainName(name: string): NameText {
  const parts = splitName(name);
  const raised = parts.label !== null;
  if (!raised) return { text: name, raised, call: parts.args !== null };
  const base = name.slice(0, name.indexOf('^'));
  return { text: `${base}^{${parts.label}}`, raised, call: false };
}

const latexWord = (word: string): string =>
  greek.has(word) ? `\\${word}` : /^.'*$/u.test(word) ? word : `\\mathrm{${word.replace(/[_#%&$]/g, '\\$&')}}`;

export function latexName(name: string): NameText {
  const parts = splitName(name);
  const base = parts.base.includes('_') ? latexName(parts.base).text : latexWord(parts.base);
  const accented = parts.accent === null ? base : `${accents.get(parts.accent)?.latex}{${base}}`;
  const suffixed = parts.suffix === '' ? accented : `\\mathrm{${`${parts.base}_${parts.suffix}`.replace(/_/g, '\\_')}}`;
  const labelled = parts.label === null ? suffixed : `${suffixed}^{${parts.label}}`;
  if (parts.args === null) return { text: labelled, raised: parts.label !== null, call: false };
  return { text: `${labelled}(${parts.args.map((a) => latexName(a).text).join(', ')})`, raised: false, call: true };
}

const superscripts = new Map([...'0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW'].map((c, n) =>
  [c, [...'⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ'][n] as string]));
const subscripts = new Map([...'0123456789+-=()aehijklmnoprstuvx'].map((c, n) =>
  [c, [...'₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ'][n] as string]));

function translate(text: string, table: ReadonlyMap<string, string>): string | null {
  let out = '';
  for (const c of text) {
    const to = table.get(c);
    if (to === undefined) return null;
    out += to;
  }
  return out;
}
/** The text in raised characters, or null where Unicode has none. */
export const raise = (text: string): string | null => translate(text, superscripts);
/** The text in lowered characters, or null where Unicode has none. */
export const lower = (text: string): string | null => translate(text, subscripts);

export function unicodeName(name: string): NameText {
  const parts = splitName(name);
  const base = parts.base.includes('_') ? unicodeName(parts.base).text : (greek.get(parts.base) ?? parts.base);
  const marked = parts.accent === null ? base : [...base].length === 1 ? (base + accents.get(parts.accent)?.mark).normalize('NFC') : `${base}_${parts.accent}`;
  const suffixed = parts.suffix === '' ? marked : `${marked}_${parts.suffix}`;
  const labelled = parts.label === null ? suffixed : `${suffixed}${raise(parts.label) ?? `^{${parts.label}}`}`;
  if (parts.args === null) return { text: labelled, raised: parts.label !== null, call: false };
  return { text: `${labelled}(${parts.args.map((a) => unicodeName(a).text).join(', ')})`, raised: false, call: true };
}
