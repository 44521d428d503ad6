// What letters set upright are: a name, a remark, or a formula that is only set upright.
// Not here: the commands that set them (`term/symbols.ts`).
// Invariant: words that say something about a formula never become names.
import { remarkWords } from './words.ts';

type Upright =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string; readonly run: boolean; readonly char: string };

/** The token for what stands in `\text{…}`; null where its own tokens are read. */
export function uprightToken(inner: string): Upright | null {
  const name = (text: string): Upright => ({ kind: 'name', name: text, run: true, char: '' });
  if (remarkWords.has(inner.toLowerCase())) return { kind: 'text', text: inner };
  if (/^[A-Za-z]+(?:[0-9]+[a-z]?)?$/.test(inner)) return name(inner);
  if (/^[a-z]+(?:[-_ ][a-z]+)+$/i.test(inner) && /^(log|soft|cross|arg|row)[-_ ]?(softmax|sum|max|exp)/i.test(inner))
    return name(inner.replace(/[- ]/g, '_'));
  // Braces around what is no word only set it upright (`\mathrm{d}x`, `\mathcal{L}_{CE}` keep their own tokens).
  return /[\\_^$]/.test(inner) && !/\$/.test(inner) && !/\s[a-z]{2,}\s/.test(inner)
    ? null
    : { kind: 'text', text: inner };
}
