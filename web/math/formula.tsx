// A formula on the page, set by KaTeX through DOM nodes.
// Not here: which parts light up (`touch.ts`).
// Invariant: what a reader copies, or hears, is the formula without marks.
import katex, { type KatexOptions } from 'katex';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { marked, type Shown } from './mark.ts';

export const katexOptions: KatexOptions = {
  throwOnError: false,
  strict: false,
  trust: (context) => context.command === '\\htmlData',
};

interface Props {
  readonly of: Shown;
  readonly display?: boolean;
  /** Paths that are lit. */
  readonly lit?: ReadonlySet<string>;
  readonly class?: string;
}

/** The formula; while the page is prerendered it is a place for its LaTeX. */
export function Formula({ of, display = false, lit, class: name = '' }: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const tex = marked(of);
  useLayoutEffect(() => {
    if (element.current === null) return;
    katex.render(tex, element.current, { ...katexOptions, displayMode: display });
    const source = element.current.querySelector('annotation');
    if (source !== null) source.textContent = of.latex;
  }, [tex, display]);
  useLayoutEffect(() => {
    for (const part of element.current?.querySelectorAll('[data-p]') ?? [])
      part.classList.toggle('hot', lit?.has(part.getAttribute('data-p') ?? '') === true);
  }, [tex, lit]);
  return (
    <span
      ref={element}
      class={`math ${name}`.trim()}
      data-tex={tex}
      data-latex={of.latex}
      data-display={display ? '1' : undefined}
    />
  );
}

/** Words of the library; entries in them (`z_i`) are set with their subscripts. */
export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(?<![\w\\])(\p{L}\u0302?_(?:\{[^}]*\}|[A-Za-z0-9]+))/u).map((part, n) => {
        if (n % 2 === 0) return part;
        const [name = '', index = ''] = part.split('_');
        return (
          <var>
            {name}
            <sub>{index.replace(/[{}]/g, '')}</sub>
          </var>
        );
      })}
    </>
  );
}
