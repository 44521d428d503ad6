// A box that scrolls sideways when its formula is wider, and can be reached by keys only then.
// Not here: formulas.
// Invariant: what can be scrolled by a pointer can be scrolled by keys.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export function Scroll({
  children,
  class: name = '',
}: {
  readonly children: ComponentChildren;
  readonly class?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute('tabindex');
    };
    const watch = new ResizeObserver(look);
    watch.observe(element);
    look();
    return () => watch.disconnect();
  });
  return (
    <div ref={box} class={`scroll ${name}`.trim()}>
      {children}
    </div>
  );
}
