// Nests printed as loops in a language of the C family: the frame that JavaScript and C share.
// Not here: declarations, functions and modules of one language (`javascript.ts`, `c.ts`).
// Invariant: brackets stand only where precedence asks for them; the order of operations is that of the values.
import { must } from '../../term/must.ts';
import type { Axis, MapStage, MatrixStage, Nest, Place, Stage, Tensor, Test, UnaryOp, Value } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { dimsAlong, soleAxis, writtenAt } from '../stages.ts';
import type { ReduceOp } from '../../term/term.ts';
import type { Names } from './names.ts';

/** What differs between the languages. */
export interface Dialect {
  readonly names: Names;
  readonly float: (x: number) => string;
  readonly unary: { readonly [K in UnaryOp]: (x: string) => string };
  /** A whole number as a real one. */
  readonly real: (x: string) => string;
  readonly power: (x: string, y: string) => string;
  readonly extreme: (op: 'max' | 'min', x: string, y: string) => string;
  readonly equal: string;
  readonly unequal: string;
  readonly loopHead: (index: string, from: string, to: string) => string;
  readonly declare: (name: string, value: string, constant: boolean) => string;
  readonly declareRow: (name: string, length: string) => string;
  readonly freeRow?: (name: string) => string;
  readonly sizeName: (a: Axis) => string;
  readonly matrix: (s: MatrixStage, target: string, of: string, batch: string, size: string) => string[];
}

/** A printed expression with its precedence: 1 choice … 9 entry. */
interface Printed {
  readonly text: string;
  readonly rank: number;
}
const RANK = { choice: 1, or: 2, and: 3, equal: 4, order: 5, sum: 6, product: 7, prefix: 8, entry: 9 } as const;
const wrap = (p: Printed, least: number): string => (p.rank < least ? `(${p.text})` : p.text);

/** The printer of one schedule. */
export class LoopPrinter {
  readonly #d: Dialect;
  readonly #tensors: ReadonlyMap<string, Tensor>;
  /** How many leading axes of a local tensor are the nest's own turn and not stored. */
  #locals = new Map<string, { drop: ReadonlySet<number>; axes: readonly Axis[] }>();
  constructor(s: Schedule, d: Dialect) {
    this.#d = d;
    this.#tensors = s.program.tensors;
  }

  /** The lines of one nest. */
  nest(n: Nest): string[] {
    this.#locals = new Map();
    const outer = new Set(n.axes.map((a) => a.name));
    for (const s of n.stages) {
      if (s.kind === 'map' && n.locals.has(s.target) && !this.#locals.has(s.target))
        this.#locals.set(s.target, { drop: dimsAlong(s, outer), axes: s.axes });
    }
    const local = n.stages.filter(
      (s, k): s is MapStage =>
        s.kind === 'map' && this.#isRow(s) && n.stages.findIndex((x) => x.target === s.target) === k,
    );
    const rows = local.map((s) => this.#d.declareRow(this.#name(s.target), this.#product(this.#ownAxes(s))));
    const freed = local.flatMap((s) => (this.#d.freeRow === undefined ? [] : [this.#d.freeRow(this.#name(s.target))]));
    const body = n.stages.flatMap((s) => (s.kind === 'map' ? this.#map(s, outer) : this.#matrix(s)));
    return [...rows, ...this.#around(n.axes, body), ...freed];
  }
  #ownAxes(s: MapStage): Axis[] {
    const local = this.#locals.get(s.target);
    const at = writtenAt(s).map(soleAxis);
    return local === undefined ? [...s.axes] : s.axes.filter((a) => !local.drop.has(at.indexOf(a.name)));
  }
  #isRow(s: MapStage): boolean {
    return this.#locals.has(s.target) && this.#ownAxes(s).length > 0;
  }
  #isScalar(s: MapStage): boolean {
    return this.#locals.has(s.target) && this.#ownAxes(s).length === 0;
  }
  #name(tensor: string): string {
    return this.#d.names.of('tensor', tensor);
  }
  #index(axis: string): string {
    return this.#d.names.of('axis', axis);
  }

  #around(axes: readonly Axis[], body: string[]): string[] {
    return axes.reduceRight<string[]>(
      (inside, a) => [
        `${this.#d.loopHead(this.#index(a.name), '0', this.#d.sizeName(a))} {`,
        ...inside.map((x) => `  ${x}`),
        '}',
      ],
      body,
    );
  }
  #product(axes: readonly Axis[]): string {
    return axes.length === 0 ? '1' : axes.map((a) => this.#d.sizeName(a)).join(' * ');
  }

  #map(s: MapStage, outer: ReadonlySet<string>): string[] {
    const own = s.axes.filter((a) => !outer.has(a.name));
    const target = this.#isScalar(s) ? this.#name(s.target) : this.#entry(s.target, writtenAt(s));
    if (s.reduce === null) {
      const value = this.value(s.body);
      const guard = s.when === undefined ? '' : `if (${this.#test(s.when).text}) `;
      return this.#isScalar(s)
        ? [this.#d.declare(target, value, true)]
        : this.#around(own, [`${guard}${target} = ${value};`]);
    }
    const sum = this.#isScalar(s) ? target : this.#d.names.of('helper', `${s.target} ${s.reduce.op}`);
    const step = this.#around(s.reduce.axes, [this.#accumulate(s.reduce.op, sum, s.body)]);
    const start = this.#d.declare(sum, this.#d.float(neutral[s.reduce.op]), false);
    return this.#around(own, [start, ...step, ...(this.#isScalar(s) ? [] : [`${target} = ${sum};`])]);
  }
  #accumulate(op: ReduceOp, into: string, body: Value): string {
    if (op === 'sum') return `${into} += ${this.value(body)};`;
    if (op === 'prod') return `${into} *= ${wrap(this.#print(body), RANK.product)};`;
    return `${into} = ${this.#d.extreme(op, into, this.value(body))};`;
  }
  #matrix(s: MatrixStage): string[] {
    const batch = this.#flat(
      s.batch.map((a) => ({ text: this.#index(a.name), rank: RANK.entry })),
      s.batch.map((a) => this.#d.sizeName(a)),
    );
    return this.#around(
      s.batch,
      this.#d.matrix(
        s,
        this.#name(s.target),
        this.#name(s.of),
        batch,
        this.#d.sizeName({ name: '', size: s.size, set: s.set }),
      ),
    );
  }

  value(v: Value): string {
    return this.#print(v).text;
  }
  #print(v: Value): Printed {
    switch (v.kind) {
      case 'number':
        return { text: this.#d.float(v.value), rank: v.value < 0 || Object.is(v.value, -0) ? RANK.prefix : RANK.entry };
      case 'size':
        return { text: this.#d.real(this.#d.names.of('size', v.set)), rank: RANK.prefix };
      case 'load':
        return { text: this.#load(v.tensor, v.at), rank: RANK.entry };
      case 'place': {
        const p = this.#place(v.place);
        const cast = this.#d.real(wrap(p, RANK.entry));
        return cast === wrap(p, RANK.entry) ? p : { text: cast, rank: RANK.prefix };
      }
      case 'unary':
        return v.op === 'neg'
          ? { text: `-${wrap(this.#print(v.of), RANK.entry)}`, rank: RANK.prefix }
          : { text: this.#d.unary[v.op](this.value(v.of)), rank: RANK.entry };
      case 'binary':
        return this.#binary(v);
      case 'select':
        return {
          text: `${wrap(this.#test(v.when), RANK.or)} ? ${wrap(this.#print(v.then), RANK.choice)} : ${wrap(this.#print(v.else), RANK.choice)}`,
          rank: RANK.choice,
        };
    }
  }
  #binary(v: Extract<Value, { kind: 'binary' }>): Printed {
    const [a, b] = [this.#print(v.left), this.#print(v.right)];
    switch (v.op) {
      case 'add':
        return { text: `${wrap(a, RANK.sum)} + ${wrap(b, RANK.product)}`, rank: RANK.sum };
      case 'sub':
        return { text: `${wrap(a, RANK.sum)} - ${wrap(b, RANK.product)}`, rank: RANK.sum };
      case 'mul':
        return { text: `${wrap(a, RANK.product)} * ${wrap(b, RANK.prefix)}`, rank: RANK.product };
      case 'div':
        return { text: `${wrap(a, RANK.product)} / ${wrap(b, RANK.prefix)}`, rank: RANK.product };
      case 'max':
      case 'min':
        return { text: this.#d.extreme(v.op, a.text, b.text), rank: RANK.entry };
      case 'pow':
        return { text: this.#d.power(a.text, b.text), rank: RANK.entry };
    }
  }
  #test(t: Test): Printed {
    switch (t.kind) {
      case 'compare':
        return this.#comparison(t.op, this.#print(t.left), this.#print(t.right));
      case 'places':
        return this.#comparison(t.op, this.#place(t.left), this.#place(t.right));
      case 'not':
        return { text: `!(${this.#test(t.of).text})`, rank: RANK.prefix };
      case 'and':
        return { text: t.all.map((x) => wrap(this.#test(x), RANK.and)).join(' && '), rank: RANK.and };
      case 'or':
        return { text: t.all.map((x) => wrap(this.#test(x), RANK.or)).join(' || '), rank: RANK.or };
    }
  }
  #comparison(op: string, a: Printed, b: Printed): Printed {
    const equality = op === '=' || op === '!=';
    const sign = op === '=' ? this.#d.equal : op === '!=' ? this.#d.unequal : op;
    return { text: `${wrap(a, RANK.sum)} ${sign} ${wrap(b, RANK.sum)}`, rank: equality ? RANK.equal : RANK.order };
  }

  #load(tensor: string, at: readonly Place[]): string {
    const local = this.#locals.get(tensor);
    return local !== undefined && local.drop.size === local.axes.length ? this.#name(tensor) : this.#entry(tensor, at);
  }
  #entry(tensor: string, at: readonly Place[]): string {
    const local = this.#locals.get(tensor);
    const t = this.#tensors.get(tensor);
    if (t === undefined) throw new Error(`bug: no tensor ${tensor}`);
    const sizes = t.dims.map((size, n) =>
      this.#d.sizeName({ name: '', size, ...(t.sets[n] === '' ? {} : { set: must(t.sets[n]) }) }),
    );
    const keep = (_: unknown, n: number): boolean => local === undefined || !local.drop.has(n);
    return `${this.#name(tensor)}[${this.#flat(
      at.filter(keep).map((p) => this.#place(p)),
      sizes.filter(keep),
    )}]`;
  }
  /** Row-major position: ((i·m + j)·k + …). */
  #flat(places: readonly Printed[], sizes: readonly string[]): string {
    if (places.length === 0) return '0';
    return places.slice(1).reduce<Printed>(
      (p, x, n) => ({
        text: `${wrap(p, RANK.product)} * ${sizes[n + 1]} + ${wrap(x, RANK.product)}`,
        rank: RANK.sum,
      }),
      must(places[0]),
    ).text;
  }
  #place(p: Place): Printed {
    const parts: { sign: number; text: string; rank: number }[] = [];
    const part = (times: number, text: string): void => {
      parts.push(
        Math.abs(times) === 1
          ? { sign: Math.sign(times), text, rank: RANK.entry }
          : { sign: Math.sign(times), text: `${Math.abs(times)} * ${text}`, rank: RANK.product },
      );
    };
    for (const t of p.terms)
      part(t.times, t.axis.startsWith('$') ? this.#d.names.of('size', t.axis.slice(1)) : this.#index(t.axis));
    for (const t of p.by) part(t.times, this.#load(t.load.tensor, t.load.at));
    if (p.plus !== 0 || parts.length === 0)
      parts.push({ sign: p.plus < 0 ? -1 : 1, text: `${Math.abs(p.plus)}`, rank: RANK.entry });
    parts.sort((a, b) => b.sign - a.sign);
    const text = parts
      .map((x, n) => (n === 0 ? `${x.sign < 0 ? '-' : ''}${x.text}` : ` ${x.sign < 0 ? '-' : '+'} ${x.text}`))
      .join('');
    return {
      text,
      rank: parts.length > 1 ? RANK.sum : parts[0]?.sign === -1 ? RANK.prefix : (parts[0]?.rank ?? RANK.entry),
    };
  }
}

const neutral: { [K in ReduceOp]: number } = { sum: 0, prod: 1, max: -Infinity, min: Infinity };

/** The tensors that a schedule allocates outside its nests: everything but inputs and locals. */
export function storedTensors(s: Schedule): Tensor[] {
  const locals = new Set(s.nests.flatMap((n) => [...n.locals]));
  return [...s.program.tensors.values()].filter((t) => !locals.has(t.name));
}
/** Every stage of every nest. */
export const allStages = (s: Schedule): Stage[] => s.nests.flatMap((n) => [...n.stages]);
