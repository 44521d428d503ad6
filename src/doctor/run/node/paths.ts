// Names with fields and items: `h`, `h.grads[0].dx`, `cache["z"]`.
// Not here: what is done with what they lead to (`scenario.ts`).
// Invariant: only names, fields and literal keys are followed; text never becomes code.

export class NoSuchName extends Error {
  override readonly name = 'NoSuchName';
}

const step = /\.([\w$]+)|\[(-?\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/y;

export function split(path: string): { readonly first: string; readonly steps: readonly string[] } {
  const first = /^[\p{L}_$][\p{L}\w$]*/u.exec(path)?.[0];
  if (first === undefined) throw new NoSuchName(`'${path}' is no path`);
  const steps: string[] = [];
  let at = first.length;
  while (at < path.length) {
    step.lastIndex = at;
    const found = step.exec(path);
    if (found === null) throw new NoSuchName(`'${path}' is no path`);
    steps.push(found[1] ?? found[2] ?? found[3] ?? found[4] ?? '');
    at = step.lastIndex;
  }
  return { first, steps };
}

export type Holder = Record<string, unknown>;

export function follow(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const name of steps) {
    if (here === null || here === undefined) throw new NoSuchName(`nothing has no '${name}'`);
    const holder = here as Holder;
    if (here instanceof Map && here.has(name)) here = here.get(name);
    else if (Array.isArray(here) && name.startsWith('-')) here = here.at(Number(name));
    else if (name in Object(here)) here = holder[name];
    else throw new NoSuchName(`${typeof here} has no '${name}'`);
  }
  return here;
}
