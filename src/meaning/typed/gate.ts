// Notations that would be taken for what they are not: expectations, sums over a named set.
// Not here: runs of letters (`runs.ts`), functions (`meaning/elaborate/known.ts`), ranks.
// Invariant: what is refused here is refused by name, with how to write it; a name that the text gives keeps its
// meaning.
import { WhygradError } from '../../term/error.ts';
import { refuseOperators } from './operators.ts';
import { headName, type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { isGiven, type World } from './world.ts';

interface Gated {
  readonly text: string;
  readonly surface: Surface;
}

/** Refuses what has a meaning in the field that the language does not have. */
export function gate(t: Gated, world: World): void {
  refuseOperators(t, world);
  visitSurface(t.surface, (s) => {
    if (isExpectation(s, t.text, world))
      refuse(
        t,
        s,
        'an expectation is not part of the language',
        'write the sum over the distribution (sum_k p_k f_k) or the average over samples ((1/n) sum_i f_i)',
      );
    if (s.kind === 'reduce' && s.binding.member && s.binding.to !== null) {
      const set = unwrap(s.binding.to);
      if (set.kind === 'name' && !isGiven(world, set.name) && !world.sizes.has(set.name))
        refuse(
          t,
          set,
          `nothing says which positions the set ${set.name} holds`,
          `sum over all of them (sum_j …), over a range (sum_{j=1}^{n} …), or with a mask m_j that is 1 in ${set.name} and 0 elsewhere (sum_j m_j …)`,
        );
    }
  });
}

/** `\mathbb{E}[…]`, `E[…]`, `𝔼`. */
function isExpectation(s: Surface, text: string, world: World): boolean {
  const head = s.kind === 'apply' ? s.head : s;
  if (headName(head) !== 'E' || isGiven(world, 'E')) return false;
  if (s.kind === 'apply' && s.bracket === '[' && !isPlace(s)) return true;
  return s.kind === 'name' && /\\mathbb|\\E\b|𝔼|ℰ/.test(text.slice(s.start, s.end));
}

/** `E[i, j]` is an entry. */
const isPlace = (s: Surface & { kind: 'apply' }): boolean =>
  s.args.every((a) => {
    const u = unwrap(a);
    return u.kind === 'number' || (u.kind === 'name' && /^[a-z]$/.test(u.name) && s.args.length > 1);
  });

function refuse(t: Gated, s: Surface, message: string, hint: string): never {
  throw new WhygradError('not-in-language', message, { text: t.text, span: { start: s.start, end: s.end }, hint });
}
