// Whether everything that an expression needs has a meaning, before a number is made of it.
// Not here: values and sizes (`evaluate.ts`).
// Invariant: no number comes of a function or quantity that nothing defines.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { calledFunctions } from '../term/functions.ts';
import { didYouMean } from '../term/near.ts';
import type { Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';

/** Throws `unknown-function` or `undefined-quantity` for what stands in the term or in the definitions behind it. */
export function refuseUnknown(body: Term, context: Context, hasValue: (name: string) => boolean, text: string): void {
  const seen = new Set<string>();
  const fail = (code: string, name: string, message: string, hint: string): never => {
    const at = text.indexOf(name);
    throw new WhygradError(code, message, {
      ...(at < 0 ? {} : { text, span: { start: at, end: at + name.length } }),
      hint,
    });
  };
  const go = (t: Term): void =>
    visit(t, (x) => {
      if (x.kind === 'apply')
        fail(
          'unknown-function',
          x.fn,
          `The function ${x.fn} is nowhere defined, so it has no value.`,
          `${didYouMean(x.fn, calledFunctions())}define it: ${x.fn}(x) = …`,
        );
      if (x.kind !== 'entry' || seen.has(x.name)) return;
      seen.add(x.name);
      const d = context.definitions.get(x.name);
      if (hasValue(x.name)) return;
      if (d !== undefined) go(d.body);
      else if (context.depends.has(x.name))
        fail(
          'undefined-quantity',
          x.name,
          `${x.name} is nowhere defined, so it has no value.`,
          `define it: ${x.name} = …`,
        );
    });
  go(body);
}
