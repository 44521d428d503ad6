// Losses that a sentence describes: "the cost $C$ is the mean of the squared difference between $f_i$ and $g_i$".
// Not here: losses given by a formula, single names for an expression (`prose.ts`).
// Invariant: only a description that names the loss and both quantities it compares is a definition.
import { readSurface } from '../language/parse.ts';
import { scripted, scriptText } from '../language/scripted.ts';
import { type Surface, unwrap } from '../language/surface.ts';
import { must } from '../term/must.ts';
import type { Statement } from './statements.ts';

export interface Told {
  readonly at: number;
  readonly left: Surface;
  readonly right: Surface;
}

const is = '(?:,? (?:is|be|denotes?|equals|means|as|being)|:| =)?';
const over =
  '(?:,? (?:taken )?(?:over|of|across) (?:all |the |our )*(?:⟪(?<size>\\d+)⟫ )?(?:training )?(?:samples|examples|points|data points|observations|outputs|rows|entries|components))?';
const total =
  '(?:(?<how>half of the (?:mean|sum)|half the (?:mean|sum)|half|mean|average|sum|total)\\b(?: of| over)?,? ?)?';
const quantity = (name: string): string => `(?:the |a |an |its |our )?(?:[a-z-]+ ){0,4}⟪(?<${name}>\\d+)⟫`;

/** "the squared gap between f and g", "the squared difference of f and g", "the square of f minus g". */
const squares = new RegExp(
  `⟪(?<loss>\\d+)⟫${is} (?:the |a |an )?(?:[a-z]+ )?${total}${over}(?: of)? ?(?:the )?(?:squared? (?:gap|error|difference|deviation|distance|residual)s?)${over.replace('<size>', '<later>')} (?:between|of) ${quantity('a')} and ${quantity('b')}`,
  'gi',
);
/** "the cross-entropy between the labels t and the predictions p". */
const entropies = new RegExp(
  `⟪(?<loss>\\d+)⟫${is} (?:the |a |an )?(?:[a-z]+ )?cross[- ]entropy(?: loss)?,? (?:between|of) (?<one>(?:the |a |an )?(?:[a-z-]+ ){0,4})⟪(?<a>\\d+)⟫ (?:and|with|with respect to|against) (?<other>(?:the |a |an )?(?:[a-z-]+ ){0,4})⟪(?<b>\\d+)⟫`,
  'gi',
);
const targets = /\b(?:labels?|targets?|truth|true|correct|one-?hot|ground|actual|desired|wanted)\b/i;

/** The losses that a flattened text (`⟪n⟫` for statement n) defines in words. */
export function lossesInWords(text: string, at: (n: string | undefined) => Statement | null): Told[] {
  const out: Told[] = [];
  for (const { groups } of text.matchAll(squares)) {
    const g = must(groups);
    const [loss, a, b] = [g['loss'], g['a'], g['b']].map((n) => head(at(n)));
    const told = loss && a && b ? squared(loss, a, b, g['how'] ?? '', name(at(g['size'] ?? g['later']))) : null;
    if (told !== null) out.push({ at: Number(g['loss']), ...told });
  }
  for (const { groups } of text.matchAll(entropies)) {
    const g = must(groups);
    const [loss, a, b] = [g['loss'], g['a'], g['b']].map((n) => head(at(n)));
    const [first, second] = [targets.test(g['one'] ?? ''), targets.test(g['other'] ?? '')];
    if (!loss || !a || !b || first === second) continue;
    const told = entropy(loss, first ? a : b, first ? b : a);
    if (told !== null) out.push({ at: Number(g['loss']), ...told });
  }
  return out;
}

/** The quantity that a statement begins with, as text: the f_i of "the prediction $f_i = ω v_i$". */
function head(s: Statement | null): string | null {
  const first = s?.sides[0];
  return first?.surface == null || scripted(unwrap(first.surface)) === null ? null : first.text.text.trim();
}
const name = (s: Statement | null): string | null => {
  const surface = s?.sides.length === 1 ? s.sides[0]?.surface : null;
  return surface == null ? null : scriptText(surface);
};

/** The one index letter of `f_i`; '' where it has none, null where it has more. */
function letterIn(text: string): string | null {
  const found = /_\{?\s*([a-z])\s*\}?$/.exec(text);
  return found !== null ? must(found[1]) : /_/.test(text) ? null : '';
}

function squared(loss: string, a: string, b: string, how: string, size: string | null): Omit<Told, 'at'> | null {
  const letter = letterIn(a);
  if (letter === null || letterIn(b) !== letter || letterIn(loss) === null) return null;
  const half = /half/i.test(how) ? '\\frac{1}{2} ' : '';
  const isTotal = /mean|average|sum|total/i.test(how) && letterIn(loss) === '';
  if (isTotal && letter === '') return null;
  const end = size ?? 'n';
  const factor = /mean|average/i.test(how) ? `\\frac{1}{${end}} ` : '';
  const sum = isTotal ? `\\sum_{${letter}=1}^{${end}} ` : '';
  return read(loss, `${half}${isTotal ? factor : ''}${sum}(${a} - ${b})^2`);
}

function entropy(loss: string, target: string, prediction: string): Omit<Told, 'at'> | null {
  const [t, p] = [letterIn(target), letterIn(prediction)];
  if (letterIn(loss) !== '' || t === null || p !== t) return null;
  const k = t === '' ? 'k' : t;
  const entry = (x: string): string => (t === '' ? `{${x}}_${k}` : x);
  return read(loss, `-\\sum_{${k}} ${entry(target)} \\log ${entry(prediction)}`);
}

function read(left: string, right: string): Omit<Told, 'at'> | null {
  try {
    return { left: readSurface(left, { spelling: 'latex' }), right: readSurface(right, { spelling: 'latex' }) };
  } catch {
    return null;
  }
}
