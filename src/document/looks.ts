// Telling formulas from prose and from program code by their look.
// Not here: reading them.
// Invariant: doubt means prose; nothing here decides what a formula says.
import { formulaWords } from '../term/functions.ts';
import { must } from '../term/must.ts';

/** Words that occur inside formulas. */
const mathWords = new Set(
  `argmax argmin delta sigma mu alpha beta gamma theta lambda lam gam eps epsilon eta phi psi omega tau rho pi ce mse bce kl
  norm var sign logistic grad ell const hat bar otherwise if for when hessian`.split(/\s+/),
);
const isMathWord = (word: string): boolean => mathWords.has(word) || formulaWords.has(word);

/** The inside of a formula that is set apart by its delimiters says so by one of these. */
const mathCharacter = /[\\_^=+*/<>|{}()[\]∂∇ΣΠ∑∏√≠≤≥≈·×⊙∘−–²³¹⁰-₟ᵀᵢⱼα-ωΑ-Ω½]/u;

export const relation = /(?<![<>!:=])(?::=|==?|≔|≡|≈|≠|!=|<=|>=|≤|≥|∝)(?!=)/;

/** Runs of letters that are neither known in formulas nor written like a name with an index or an argument. */
export function proseWords(text: string): string[] {
  const bare = text
    .replace(/\\(?:text|mathrm|operatorname|textbf|mbox)\s*\{[^}]*\}/g, ' ')
    .replace(/\\[A-Za-z]+/g, ' ');
  const words: string[] = [];
  for (const found of bare.matchAll(/[A-Za-z][A-Za-z'’-]*[A-Za-z]/g)) {
    const word = found[0];
    const before = bare[found.index - 1] ?? ' ';
    const after = bare[found.index + word.length] ?? ' ';
    if (/[\\_^]/.test(before) || /[_^([=0-9]/.test(after) || isMathWord(word.toLowerCase())) continue;
    if (/^d?[A-Za-z]{1,2}$/.test(word) && !stopWords.has(word.toLowerCase())) continue;
    if (/^[A-Z]{2,4}$/.test(word) && !stopWords.has(word.toLowerCase())) continue;
    if (/^d/.test(word) && (before === '/' || after === '/')) continue;
    if (/\bd\/?$/.test(bare.slice(0, found.index))) continue;
    words.push(word);
  }
  return words;
}

const stopWords = new Set([
  'a',
  'is',
  'it',
  'in',
  'of',
  'we',
  'to',
  'so',
  'as',
  'be',
  'by',
  'on',
  'or',
  'if',
  'an',
  'at',
  'no',
  'do',
  'my',
  'he',
  'us',
  'am',
  'ie',
  'eg',
  'vs',
  'the',
  'and',
  'for',
  'are',
  'our',
  'can',
  'let',
  'you',
  'has',
  'how',
  'why',
  'now',
  'but',
  'not',
  'see',
  'get',
  'use',
  'all',
  'one',
  'two',
  'any',
  'its',
  'was',
]);

const withoutWords = (text: string): string => text.replace(/\s+/g, ' ').trim();

const longestEquation = 4000;

/** Whether a whole line or span is a formula with a relation in it. */
export function looksLikeEquation(text: string): boolean {
  const t = withoutWords(text);
  if (t.length < 3 || t.length > longestEquation || !relation.test(t)) return false;
  if (looksLikeCode(t) || /https?:|www\.|[?!]$/.test(t) || /<\/?[a-z]+[ >]/.test(t)) return false;
  if (/["“”@#$%&~`]|\w\.\w{2,}\(|->|=>/.test(t.replace(/&=|=&/g, '='))) return false;
  return (proseWords(t).length === 0 || definesInWords(t)) && /[A-Za-zα-ωΑ-Ω∂∇0-9]/u.test(t.split(relation)[0] ?? '');
}

/**
 * `loss = sum_i w_i x_i + bias`: one name on the left, words as names among signs of a formula on the right, none of
 * English and no two side by side.
 */
function definesInWords(t: string): boolean {
  const found = /^([A-Za-z]\w*(?:_\{[^{}]*\}|\[[^[\]]*\])?)\s*:?=([^=]+)$/.exec(t);
  if (found === null) return false;
  const right = must(found[2]);
  const words = right.match(/[A-Za-z][A-Za-z'’-]*/g) ?? [];
  return (
    /[_^*/(]/.test(right) &&
    !words.some((w) => stopWords.has(w.toLowerCase()) && w.length > 1) &&
    !/(?<![\w^_])[A-Za-z]{3,}\s+[A-Za-z]{3,}(?![\w^_(])/.test(right)
  );
}

/** Whether a span is a formula without needing a relation (`softmax(y_hat, j)`). */
export function looksLikeExpression(text: string): boolean {
  const t = withoutWords(text);
  if (t === '' || t.length > 400 || looksLikeCode(t) || /["“”@#$%&~`]|https?:/.test(t)) return false;
  return proseWords(t).length === 0 && (/^[A-Za-zα-ωΑ-Ω]$/u.test(t) || mathCharacter.test(t));
}

/** Whether a line would be an equation if it were not longer than any that a person writes. */
export const isOverlongEquation = (line: string): boolean =>
  line.length > longestEquation && relation.test(line) && mathCharacter.test(line) && isWordless(line.slice(0, 1000));

/** Neither prose nor a program, nor data. */
export const isWordless = (text: string): boolean =>
  proseWords(text).length === 0 && !looksLikeCode(text) && !/["“”@#$%&~`|;]|https?:/.test(text);

const codeHints =
  /\b(?:import|def|return|class|print|lambda|self|np|torch|tf|plt|function|const|let|var|elif|else:|for \w+ in|while|public|void|int|float|double|new)\b[\s.({:]|[;{]\s*$|^\s*\}\s*;?\s*$|\w+\.\w+\(|\+=|-=|\*\*|^\s*#\s|^\s*\/\/|@\s|\[\s*:|:\s*,|=\s*["']/;
export const looksLikeCode = (line: string): boolean => codeHints.test(line);

/** Whether the lines of a fenced or indented block are a program. */
export function isProgram(lines: readonly string[]): boolean {
  const full = lines.filter((l) => l.trim() !== '');
  const code = full.filter((l) => looksLikeCode(l)).length;
  return code > 0 && code * 4 >= full.length;
}

/** Languages of fenced blocks that hold formulas. */
export const formulaLanguages: ReadonlySet<string> = new Set([
  '',
  'text',
  'txt',
  'math',
  'tex',
  'latex',
  'plain',
  'plaintext',
  'ascii',
  'asciimath',
  'none',
  'katex',
  'mathjax',
  'pseudo',
  'formula',
  'whygrad',
]);

/** Whether what stands between two dollars is mathematics and not two prices. */
export function looksLikeDollarMath(inside: string): boolean {
  if (inside.trim() === '' || inside.length > 20000) return false;
  if (/\n\s*\n/.test(inside) && !inside.includes('\\begin')) return false;
  if (mathCharacter.test(inside)) return !/^\d[\d.,]*\s+[a-z]+\s/.test(inside);
  return /^\s*[A-Za-z0-9'’., ]{1,40}\s*$/.test(inside) && !/[a-z]{3,}\s+[a-z]{2,}/i.test(inside);
}

/** Parts of a sentence typed without any delimiters that are a formula with a relation: their start and end. */
export function formulasInSentence(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  const words = [...text.matchAll(/\S+/g)].map((w) => ({ start: w.index, end: w.index + w[0].length, text: w[0] }));
  const isMath = words.map((w) => mathToken(w.text));
  for (let n = 0; n < words.length; n++) {
    if (!relation.test(must(words[n]).text) || !isMath[n]) continue;
    let from = n;
    let to = n;
    while (from > 0 && isMath[from - 1] && !/[,;.:]$/.test(must(words[from - 1]).text)) from--;
    while (to + 1 < words.length && isMath[to + 1] && !/[;.:?]$/.test(must(words[to]).text)) to++;
    while (from < n && /^(?:a|A|I|is|as|or)$/.test(must(words[from]).text)) from++;
    const start = must(words[from]).start;
    const last = must(words[to]);
    const end = last.end - (/[.,;:?]+$/.exec(last.text)?.[0].length ?? 0);
    if (looksLikeEquation(text.slice(start, end))) found.push({ start, end });
    n = to;
  }
  return found;
}

function mathToken(word: string): boolean {
  const w = word.replace(/[.,;:?]+$/, '');
  if (w === '' || /https?:|@|["“”#$~`]/.test(w)) return false;
  if (/^[A-Za-z]$/.test(w)) return w !== 'I';
  return (
    proseWords(w).length === 0 &&
    !stopWords.has(w.toLowerCase()) &&
    !/^[A-Z]?[a-z]+$/.test(w.replace(/^(?:exp|log|ln|sum|softmax|dot|sigma|max|min)$/i, '1'))
  );
}
