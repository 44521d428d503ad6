// Which argument of a forward pass or loss is which input of an operation.
// Not here: backward passes (`backward.ts`).
// Invariant: every input is handed over exactly once, by name where the names say so.
import type { Input, Operation } from '../operations/operation.ts';
import type { Parameter } from '../run/program.ts';
import { parts, strongName, type Part } from './names.ts';
import {
  covers,
  isConstant,
  isWritten,
  mainGiven,
  nameFits,
  recordRole,
  sameName,
  type Binding,
  type Bound,
  type Evidence,
  type Role,
} from './roles.ts';

const HYPER: readonly Exclude<Part, 'output'>[] = ['rate', 'count', 'columns', 'axis', 'epsilon'];

interface Option {
  readonly role: Role | null;
  readonly because: Evidence;
  readonly weight: number;
}

/** What one parameter may get of the inputs that are left. */
function optionsFor(o: Operation, p: Parameter, left: readonly Input[], text: string): Option[] {
  const found: Option[] = [];
  for (const input of left) {
    const named = nameFits(p.name, input);
    if (!named && isConstant(input)) continue;
    const inOrder = left[0] === input ? 0.5 : 0;
    const gain = (sameName(p.name, input) ? 2.5 : named ? 2 + strongName(p.name, input.name) : -2) + inOrder;
    found.push({ role: { kind: 'input', name: input.name }, because: named ? 'name' : 'it runs', weight: gain });
  }
  // A loss of probabilities is the loss of logits, too, one step later.
  const given = mainGiven(o);
  const first = left[0];
  if (given !== undefined && o.kind === 'loss' && first?.name === 'z' && (o.given[given]?.test(p.name) ?? false))
    found.push({ role: { kind: 'given', name: given }, because: 'name', weight: 1.5 });
  const record = recordRole(o, p.name, text);
  if (record !== null && covers(record).every((c) => left.some((i) => i.name === c)))
    found.push({ role: record, because: 'name', weight: 2 * record.entries.length });
  if (isWritten(p.name, text)) found.push({ role: { kind: 'buffer', name: 'out' }, because: 'body', weight: 1 });
  const hyper = HYPER.filter((part) => parts[part].test(p.name));
  for (const kind of hyper) found.push({ role: { kind }, because: 'name', weight: -0.5 });
  if (hyper.length > 0) return found;
  if (p.default !== undefined) found.push({ role: null, because: 'it runs', weight: -0.5 });
  return found;
}

/** Whether a parameter with a default is given this input: a constant, labels without which there is no loss. */
const isWanted = (p: Parameter, i: Input): boolean =>
  (isConstant(i) && nameFits(p.name, i)) ||
  (/^(None|null|undefined)$/.test(p.default ?? '') && /^[yt]$/.test(i.name) && nameFits(p.name, i));

const without = (left: readonly Input[], o: Operation, role: Role | null): readonly Input[] => {
  if (role === null) return left;
  const gone = covers(role);
  const isMain = role.kind === 'given' && role.name === mainGiven(o);
  return left.filter((i) => !gone.includes(i.name) && !(isMain && i.name === 'z'));
};

/**
 * The ways to give an operation's inputs to a forward pass whose text is given; the best-fitting first, at most three.
 */
export function bindForward(
  o: Operation,
  parameters: readonly Parameter[],
  text: string,
  elsewhere: readonly string[] = [],
): Binding[] {
  const list = parameters
    .filter((p) => p.rest !== true && !parts.context.test(p.name))
    .filter((p) => p.default === undefined || o.inputs.some((i) => isWanted(p, i)));
  const found: Binding[] = [];
  const visit = (at: number, left: readonly Input[], bound: readonly Bound[], weight: number): void => {
    const p = list[at];
    if (p === undefined) {
      if (left.length === 0) found.push({ bound, weight });
      return;
    }
    for (const { role, because, weight: gain } of optionsFor(o, p, left, text))
      visit(
        at + 1,
        without(left, o, role),
        role === null ? bound : [...bound, { parameter: p, role, because, weight: gain }],
        weight + gain,
      );
  };
  const needed = o.inputs.filter((i) => !elsewhere.includes(i.name));
  if (list.length <= 8) visit(0, needed, [], 0);
  // Of many arguments some must be known by their names: what fits by its shape alone would be anything.
  const least = list.length >= 4 ? 0 : -2.2 * Math.max(1, list.filter((p) => p.default === undefined).length);
  return found
    .filter((b) => b.weight > least)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 6);
}
