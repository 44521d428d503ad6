// What somebody gives and claims beside a document, as statements of it: equations, conditions on indices, words.
// Not here: the document's own statements (`statements.ts`).
// Invariant: what is given stands before all that the document says, the claim behind it, where none of the text's own
// conditions is in force; the claim is the last item.
import { readSurface } from '../language/parse.ts';
import { scripted } from '../language/scripted.ts';
import { unwrap } from '../language/surface.ts';
import { WhygradError } from '../term/error.ts';
import { type Asked, extract, type Extracted } from './extract.ts';
import { expandMacros } from './macros.ts';
import { inserted } from './mapped.ts';
import { propertiesIn } from './properties.ts';
import { indexCondition } from './prose.ts';
import { statements, typedStatements, type Item, type Statement } from './statements.ts';

/**
 * A document's items with what is given and claimed; its own equations for quantities that are given are left out.
 * @throws WhygradError for what cannot be read.
 */
export function withAsked(
  own: readonly Item[],
  { given, claim, asserted }: Asked,
  { macros, files }: Extracted,
): Item[] {
  const at = files[0]?.text.length ?? 0;
  const say = (words: string): Item => ({ kind: 'prose', text: inserted(words, at) });
  const read: Read = (text, display) => typedStatements(expandMacros(inserted(text, at), macros), display);
  const told = given.map((text) => toldBy(text, claim, read));
  const heads = new Set(told.map((t) => (t.kind === 'equation' ? headName(t.statement) : null)));
  const before = told.flatMap((t): Item[] => {
    if (t.kind === 'case') return [];
    if (t.kind === 'text') return [...t.items, { kind: 'paragraph' }];
    const lead = t.kind === 'equation' && headName(t.statement) !== null ? 'Let ' : 'Assume ';
    return [say(lead), t.statement, say('. '), { kind: 'paragraph' }];
  });
  const cases = told.flatMap((t): Item[] => (t.kind === 'case' ? [say(' for '), t.statement] : []));
  const lead = cases.length === 0 ? [say('In general ')] : [...cases, say(', ')];
  const kept = own.filter((i) => i.kind !== 'statement' || headName(i) === null || !heads.has(headName(i)));
  const asked: Statement = { ...equation(claim, read), asked: true, ...(asserted === true ? { asserted } : {}) };
  return [...before, ...kept, { kind: 'paragraph' }, ...lead, asked];
}

type Read = (text: string, display: boolean) => Statement[];
type Told =
  | { readonly kind: 'equation' | 'case' | 'fact'; readonly statement: Statement }
  /** A sentence, as a document has it. */
  | { readonly kind: 'text'; readonly items: readonly Item[] };

function toldBy(text: string, claim: string, read: Read): Told {
  // Which axis a size is of, the formulas tell.
  if (/^\s*\w+\s*=\s*(?:size|\\operatorname\{size\})\s*\(/.test(text)) return { kind: 'text', items: [] };
  if (isSentence(text)) return { kind: 'text', items: statements(extract(`${text}.`)) };
  const fact = inWords(text, read);
  if (fact !== null) return { kind: 'fact', statement: fact };
  // "in" between a name and a set is a word of plain notation alone.
  const plain = text.replace(/^(\s*[\w, ]+?)\s+in\s+(?=\(?(?:R|ℝ)(?![a-z]))/, '$1 ∈ ');
  const [inline] = read(plain, false);
  if (inline !== undefined && isCase(inline, claim)) return { kind: 'case', statement: inline };
  const statement = equation(plain, read);
  if (!isOrder(statement)) return { kind: 'equation', statement };
  return { kind: 'fact', statement: { ...statement, states: isPositive(statement) ? 'positive' : 'order' } };
}

/** `i ≠ j`; `i = j` of letters that the claim has as indices, since another equation of two letters gives a value. */
function isCase(s: Statement, claim: string): boolean {
  const condition = indexCondition(s);
  if (condition === null) return false;
  const indices = [...claim.matchAll(/_(?:\{([^{}]*)\}|(\w+))/g)].map((m) => m[1] ?? m[2] ?? '').join();
  return !condition.equal || [condition.left, condition.right].every((letter) => indices.includes(letter));
}

/** `$y$ is a one-hot vector`, "repeated indices are summed". */
const isSentence = (text: string): boolean =>
  text.includes('$') ||
  (/^\s*(?:[A-Za-z][\w'’-]*[\s,.:;]+){2,}[A-Za-z][\w'’-]*[\s.]*$/.test(text) && !/\b(?:is|be)\b/.test(text));

const isOrder = (s: Statement): boolean => s.sides.slice(1).every((x) => x.link !== null && '<>≤≥≠'.includes(x.link));

/** `x > 0` of a name: every entry. */
function isPositive({ sides: [left, right, ...more] }: Statement): boolean {
  const zero = right?.surface == null ? null : unwrap(right.surface);
  return (
    more.length === 0 &&
    right?.link === '>' &&
    zero?.kind === 'number' &&
    zero.num === 0n &&
    left?.surface != null &&
    unwrap(left.surface).kind === 'name'
  );
}

/** `A symmetric`, `y is one-hot`. */
function inWords(text: string, read: Read): Statement | null {
  const found = /^\s*(\S+(?:\s*_\s*\S+)?)\s+(?:is\s+|be\s+|\\text\{\s*)?(?:an?\s+)?([A-Za-z][A-Za-z -]*?)\}?\s*$/.exec(
    text,
  );
  const [, name, words] = found ?? [];
  if (name === undefined || words === undefined) return null;
  const [states] = propertiesIn(words);
  const [statement] = read(name, false);
  return states === undefined || statement === undefined ? null : { ...statement, states };
}

/** The name that stands alone, with scripts or arguments, before an equals sign. */
function headName(s: Statement): string | null {
  const [left, right] = s.sides;
  if (left?.surface == null || s.continues || !/^:?=$/.test(right?.link ?? '')) return null;
  const head = unwrap(left.surface);
  return scripted(head.kind === 'apply' ? head.head : head)?.name ?? null;
}

/** The one statement that a text holds. */
function equation(text: string, read: Read): Statement {
  const statements = read(text, true);
  const s = statements[0];
  const fault = s?.sides.find((x) => x.fault !== null)?.fault;
  if (fault != null) throw fault;
  if (s !== undefined && statements.length === 1 && s.sides.length > 1 && !s.continues) return s;
  // What is no formula at all has a fault of its own.
  readSurface(text);
  throw new WhygradError('not-an-equation', 'one equation A = B was expected', {
    text,
    span: { start: 0, end: text.length },
    hint: 'write both sides with = between them',
  });
}
