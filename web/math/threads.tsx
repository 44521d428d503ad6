// Threads that join a touched part with its origins in the lines above.
// Not here: which ones (`touch.ts`).
// Invariant: a thread is drawn only between parts that are on the page.
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Thread, Touch } from './touch.ts';

/** The threads as one drawing over their list, drawn anew when its size changes. */
export function Threads({ of }: { readonly of: readonly Thread[] }) {
  const drawing = useRef<SVGSVGElement>(null);
  useLayoutEffect(() => {
    const svg = drawing.current;
    const list = svg?.parentElement;
    if (svg === null || list === null || list === undefined) return;
    const draw = (): void => svg.replaceChildren(...of.flatMap((t) => pathOf(list, t)));
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(list);
    return () => watch.disconnect();
  }, [of]);
  return <svg ref={drawing} class="threads" aria-hidden="true" />;
}

const find = (list: Element, { line, path }: Touch): Element | null =>
  list.querySelector(`.formula[data-line="${line}"] [data-p="${path}"]`);

/** Where a part is seen; a group of spans has the box that holds all of them. */
function boxOf(part: Element): DOMRect {
  const range = document.createRange();
  range.selectNodeContents(part);
  return range.getBoundingClientRect();
}

function pathOf(list: Element, t: Thread): SVGPathElement[] {
  const [from, to] = [find(list, t.from), find(list, t.to)];
  if (from === null || to === null) return [];
  const [origin, a, b] = [list.getBoundingClientRect(), boxOf(from), boxOf(to)];
  const [x1, y1] = [a.x + a.width / 2 - origin.x, a.bottom - origin.y];
  const [x2, y2] = [b.x + b.width / 2 - origin.x, b.top - origin.y];
  const middle = (y1 + y2) / 2;
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', `M ${x1} ${y1} C ${x1} ${middle}, ${x2} ${middle}, ${x2} ${y2}`);
  return [path];
}
