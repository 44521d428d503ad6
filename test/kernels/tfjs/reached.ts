// Which of our kernels the running spec has reached.
// Not here: the specs.
// Invariant: only a call that one of our kernels answered counts.
const names = new Set<string>();

export function startSpec(): void {
  names.clear();
}
export function note(kernel: string): void {
  names.add(kernel);
}
export const reached = (): string[] => [...names];
