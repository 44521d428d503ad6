// Which quantities a definition or unknown quantity is computed from, directly and through others.
// Not here: how a derivative uses this (`world.ts`).
// Invariant: the answer does not contain the name itself; a circle of definitions is an error.
import { WhygradError } from '../term/error.ts';
import type { Context } from '../term/context.ts';
import { entryNames } from '../term/walk.ts';

const known = new WeakMap<Context, Map<string, ReadonlySet<string>>>();

/** All names that the value of `name` depends on. Throws WhygradError('circular-definition'). */
export function dependencies(name: string, context: Context): ReadonlySet<string> {
  let all = known.get(context);
  if (all === undefined) known.set(context, (all = new Map()));
  return collect(name, context, all, []);
}

function collect(
  name: string,
  context: Context,
  all: Map<string, ReadonlySet<string>>,
  path: readonly string[],
): ReadonlySet<string> {
  const done = all.get(name);
  if (done !== undefined) return done;
  if (path.includes(name)) {
    throw new WhygradError(
      'circular-definition',
      `${name} is defined by itself (${[...path.slice(path.indexOf(name)), name].join(' → ')}).`,
      { hint: 'Break the circle: one of these must be an input.' },
    );
  }
  const definition = context.definitions.get(name);
  const direct = definition !== undefined ? entryNames(definition.body) : new Set(context.depends.get(name));
  const found = new Set<string>();
  for (const d of direct) {
    found.add(d);
    for (const deeper of collect(d, context, all, [...path, name])) found.add(deeper);
  }
  all.set(name, found);
  return found;
}
