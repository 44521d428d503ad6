// The names of tensors, indices and Greek letters in the three spellings.
// Not here: which letter a bound index gets (`scope.ts`).
// Invariant: two different names have different spellings within one spelling.

import { must } from '../must.ts';
import { combiningAccents, subscripts as lowered, superscripts as raised } from '../symbols.ts';

// Letters that LaTeX has a command for; capitals that look Latin have none.
const greekLetters: readonly (readonly [string, string])[] = [
  ['alpha', 'α'],
  ['beta', 'β'],
  ['gamma', 'γ'],
  ['delta', 'δ'],
  ['epsilon', 'ε'],
  ['zeta', 'ζ'],
  ['eta', 'η'],
  ['theta', 'θ'],
  ['iota', 'ι'],
  ['kappa', 'κ'],
  ['lambda', 'λ'],
  ['mu', 'μ'],
  ['nu', 'ν'],
  ['xi', 'ξ'],
  ['pi', 'π'],
  ['rho', 'ρ'],
  ['sigma', 'σ'],
  ['tau', 'τ'],
  ['upsilon', 'υ'],
  ['phi', 'φ'],
  ['chi', 'χ'],
  ['psi', 'ψ'],
  ['omega', 'ω'],
  ['Gamma', 'Γ'],
  ['Delta', 'Δ'],
  ['Theta', 'Θ'],
  ['Lambda', 'Λ'],
  ['Xi', 'Ξ'],
  ['Phi', 'Φ'],
  ['Psi', 'Ψ'],
  ['Omega', 'Ω'],
  ['ell', 'ℓ'],
];
/** Greek letters (and ℓ) by name. The characters Σ and Π are signs, so these two names stay words in Unicode. */
const greek: ReadonlyMap<string, string> = new Map(greekLetters);
/** The character of a Greek letter's name. */
export const greekLetter = (name: string): string | undefined => greek.get(name);
const latexCommands: ReadonlySet<string> = new Set([...greek.keys(), 'Sigma', 'Pi']);

/** Marks over a letter by the suffix that they give to a name. */
const marks: ReadonlyMap<string, string> = new Map(
  [...combiningAccents].reverse().map(([mark, suffix]) => [suffix, mark]),
);

/** A name taken apart: `y_hat` has an accent, `a^(L)` a label, `sigma(z)` arguments, `sigma2` no part. */
export interface NameParts {
  readonly base: string;
  readonly accent: string | null;
  readonly suffix: string;
  readonly label: string | null;
  readonly args: readonly string[] | null;
}

export function nameParts(name: string): NameParts {
  const call = /^([^()^]+)\(([^()]*)\)$/.exec(name);
  if (call !== null)
    return {
      base: must(call[1]),
      accent: null,
      suffix: '',
      label: null,
      args: must(call[2])
        .split(',')
        .map((s) => s.trim()),
    };
  const labelled = /^([^^]+)\^\{?(.+?)\}?$/.exec(name);
  if (labelled !== null) return { ...nameParts(must(labelled[1])), label: must(labelled[2]) };
  const cut = name.lastIndexOf('_');
  const tail = name.slice(cut + 1);
  if (cut > 0 && marks.has(tail))
    return { base: name.slice(0, cut), accent: tail, suffix: '', label: null, args: null };
  const first = name.indexOf('_');
  if (first > 0)
    return { base: name.slice(0, first), accent: null, suffix: name.slice(first + 1), label: null, args: null };
  return { base: name, accent: null, suffix: '', label: null, args: null };
}

/** A name as printed, and whether it ends in a superscript (so that a power of it needs brackets). */
export interface NameText {
  readonly text: string;
  readonly raised: boolean;
  readonly call: boolean;
}

export function plainName(name: string): NameText {
  const parts = nameParts(name);
  const raised = parts.label !== null;
  if (!raised) return { text: name, raised, call: parts.args !== null };
  const base = name.slice(0, name.indexOf('^'));
  return { text: `${base}^{${parts.label}}`, raised, call: false };
}

const escaped = (text: string): string => text.replace(/[_#%&$]/g, '\\$&');
const latexWord = (word: string): string =>
  latexCommands.has(word) ? `\\${word}` : /^.'*$/u.test(word) ? word : `\\mathrm{${escaped(word)}}`;
// Words in a label stand upright; an expression like L-1 does not.
const latexLabel = (label: string): string => label.replace(/[A-Za-z]{2,}/g, (word) => latexWord(word));

export function latexName(name: string): NameText {
  const parts = nameParts(name);
  const base = parts.base.includes('_') ? latexName(parts.base).text : latexWord(parts.base);
  const accented = parts.accent === null ? base : `\\${parts.accent}{${base}}`;
  if (parts.label === null && /^\d+$/.test(parts.suffix))
    return { text: `${accented}_{${parts.suffix}}`, raised: false, call: false };
  // A second subscript would be an error of LaTeX, so a suffix goes up like a label.
  const label =
    parts.suffix === 'star'
      ? '*'
      : parts.suffix !== ''
        ? `(${latexWord(parts.suffix)})`
        : parts.label === null
          ? null
          : latexLabel(parts.label);
  const labelled = label === null ? accented : label === '*' ? `${accented}^*` : `${accented}^{${label}}`;
  if (parts.args === null) return { text: labelled, raised: label !== null, call: false };
  return { text: `${labelled}(${parts.args.map((a) => latexName(a).text).join(', ')})`, raised: false, call: true };
}

const inverted = (table: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map(
    [...table].flatMap(([character, text]) =>
      [...text].length === 1 && text !== '⊤' ? [[text, character] as const] : [],
    ),
  );
const superscripts = inverted(raised);
const subscripts = inverted(lowered);

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
  const parts = nameParts(name);
  const base = parts.base.includes('_') ? unicodeName(parts.base).text : (greek.get(parts.base) ?? parts.base);
  const marked =
    parts.accent === null
      ? base
      : [...base].length === 1
        ? (base + marks.get(parts.accent)).normalize('NFC')
        : `${base}_${parts.accent}`;
  const suffixed = parts.suffix === '' ? marked : `${marked}_${parts.suffix}`;
  const labelled = parts.label === null ? suffixed : `${suffixed}${raise(parts.label) ?? `^{${parts.label}}`}`;
  if (parts.args === null) return { text: labelled, raised: parts.label !== null, call: false };
  return { text: `${labelled}(${parts.args.map((a) => unicodeName(a).text).join(', ')})`, raised: false, call: true };
}
