// The keys of a derivation: up and down through lines, left and right through terms, Enter for the smaller steps.
// Not here: what lights up (`math/touch.ts`).
// Invariant: whatever a pointer can touch the keys reach.
import { touched } from '../math/touch.ts';

const linesIn = (list: Element): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('.formula[data-line]')];
const pathsIn = (line: Element): string[] =>
  [...line.querySelectorAll('[data-p]')]
    // Of parts that look the same the inner one.
    .filter((e) => e.querySelector('[data-p]')?.textContent !== e.textContent)
    .map((e) => e.getAttribute('data-p') ?? 'r')
    .filter((p) => p !== 'r');

/** Answers a key pressed in a line; `open` shows or hides a step's smaller steps. */
export function pressed(event: KeyboardEvent, open: (id: string) => void): void {
  const list = event.currentTarget as HTMLElement;
  const line = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('.formula[data-line]') : null;
  if (line === null || event.altKey || event.ctrlKey || event.metaKey) return;
  const id = line.dataset['line'] ?? '';
  const act: Readonly<Record<string, () => void>> = {
    ArrowDown: () => goTo(list, line, 1),
    ArrowUp: () => goTo(list, line, -1),
    ArrowRight: () => step(line, id, 1),
    ArrowLeft: () => step(line, id, -1),
    Enter: () => open(id),
    Escape: () => {
      touched.value = null;
    },
  };
  const asked = act[event.key];
  if (asked === undefined) return;
  event.preventDefault();
  asked();
}

function goTo(list: HTMLElement, line: HTMLElement, by: number): void {
  const lines = linesIn(list);
  const next = lines[lines.indexOf(line) + by];
  next?.focus();
  if (next !== undefined) touched.value = null;
}

function step(line: HTMLElement, id: string, by: number): void {
  const paths = pathsIn(line);
  const now = touched.value?.line === id ? paths.indexOf(touched.value.path) : by > 0 ? -1 : paths.length;
  const path = paths[Math.max(0, Math.min(paths.length - 1, now + by))];
  if (path !== undefined) touched.value = { line: id, path };
}
