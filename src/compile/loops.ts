// The loop IR: scalar values over named axes, stages that fill one tensor each, nests of stages that share outer axes.
// Not here: how terms become stages (`lower*`), how stages are grouped (`schedule*`), what they are printed as
// (`targets/`, `codegen/`).
// Invariant: all sizes are known numbers (in symbolic loops, for text with sizes as parameters, they are examples);
// places count from 0; an axis name is unique within its stage.
import type { Comparison, ReduceOp, SetId } from '../term/term.ts';

/**
 * A loop: a name (the author's letter where possible), the number of its steps, and the name of that size where it is
 * the whole of an index set.
 */
export interface Axis {
  readonly name: string;
  readonly size: number;
  readonly set?: SetId;
}

/**
 * A position along one axis of a tensor: Σ times·axis + plus + Σ times·(entry of an index tensor). In symbolic loops
 * `axis` may be a size, written `$n`.
 */
export interface Place {
  readonly terms: readonly { readonly axis: string; readonly times: number }[];
  readonly plus: number;
  readonly by: readonly { readonly load: Load; readonly times: number }[];
}

export type UnaryOp =
  | 'neg'
  | 'abs'
  | 'sqrt'
  | 'sign'
  | 'exp'
  | 'log'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'relu'
  | 'erf';
export type BinaryOp = 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'pow';

/** An entry of a tensor. */
export interface Load {
  readonly kind: 'load';
  readonly tensor: string;
  readonly at: readonly Place[];
}
/** A real number for each point of the loops around it. */
export type Value =
  | { readonly kind: 'number'; readonly value: number }
  | Load
  /** The size of an index set, in symbolic loops only (else it is a number). */
  | { readonly kind: 'size'; readonly set: SetId }
  /** A position as a number, as it stands (from 0). */
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'unary'; readonly op: UnaryOp; readonly of: Value }
  | { readonly kind: 'binary'; readonly op: BinaryOp; readonly left: Value; readonly right: Value }
  | { readonly kind: 'select'; readonly when: Test; readonly then: Value; readonly else: Value };
/** A truth value for each point of the loops around it. */
export type Test =
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Value; readonly right: Value }
  | { readonly kind: 'places'; readonly op: Comparison; readonly left: Place; readonly right: Place }
  | { readonly kind: 'and' | 'or'; readonly all: readonly Test[] }
  | { readonly kind: 'not'; readonly of: Test };

/**
 * `target[axes] = op over reduce.axes of body`, or without `reduce` just `body`. `at` names the written place where
 * that is not simply the axes (a diagonal, which may follow a stage of the same target).
 */
export interface MapStage {
  readonly kind: 'map';
  readonly target: string;
  readonly axes: readonly Axis[];
  readonly at?: readonly Place[];
  /** Where this does not hold nothing is written. */
  readonly when?: Test;
  readonly reduce: { readonly op: ReduceOp; readonly axes: readonly Axis[] } | null;
  readonly body: Value;
}
/**
 * `target[batch, i, j] = inverse of of[batch]`, or `target[batch] = determinant of of[batch]`; matrices are size ×
 * size.
 */
export interface MatrixStage {
  readonly kind: 'inverse' | 'determinant';
  readonly target: string;
  readonly of: string;
  readonly batch: readonly Axis[];
  readonly size: number;
  readonly set: SetId;
}
/**
 * `target` is `of` combined over the processes of a mesh axis: entry by entry with `op` (all-reduce), or put together
 * along axis `dim`, which runs over `set` (gather). Only programs that `arrays/shard.ts` has split hold them.
 */
export type ProcessStage =
  | {
      readonly kind: 'all-reduce';
      readonly target: string;
      readonly of: string;
      readonly mesh: string;
      readonly op: ReduceOp;
    }
  | {
      readonly kind: 'gather';
      readonly target: string;
      readonly of: string;
      readonly mesh: string;
      readonly dim: number;
      readonly set: SetId;
    };
export type Stage = MapStage | MatrixStage;
/** A stage of a program for array packages. */
export type ArrayStage = Stage | ProcessStage;

/** `input` is given, `output` is wanted, `state` is given and written back, `temporary` lives in between. */
export type TensorRole = 'input' | 'output' | 'state' | 'temporary';
export interface Tensor {
  readonly name: string;
  readonly dims: readonly number[];
  /** The index set of each axis. */
  readonly sets: readonly SetId[];
  readonly role: TensorRole;
  readonly dtype: 'float' | 'index';
  /** Every entry of an index tensor has to be a position of this set, from 0, or one of the numbers in `except`. */
  readonly of?: { readonly set: SetId; readonly size: number; readonly except: readonly number[] };
  /** The last axis is stored in panels of so many elements: all other axes of one panel, then the next panel. */
  readonly panel?: number;
}

/** Stages in an order in which each may be run after those before it. `copies` are done last: `to` receives `from`. */
export interface LoopProgram {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly stages: readonly Stage[];
  readonly copies: readonly { readonly from: string; readonly to: string }[];
  /** Sizes are names (`$n` in places), and the numbers beside them examples. */
  readonly symbolic: boolean;
  /** The quantities that a document names; other temporaries are of our making. */
  readonly named?: ReadonlySet<string>;
}

/** A program for array packages, which may run on several processes at once. */
export interface ArrayProgram extends Omit<LoopProgram, 'stages'> {
  readonly stages: readonly ArrayStage[];
}

/**
 * Loops over `axes` around `stages`, whose own axes begin with these; `locals` are tensors that live for one turn of
 * the outer loops (their dims are the stages' remaining axes).
 */
export interface Nest {
  readonly axes: readonly Axis[];
  readonly stages: readonly Stage[];
  readonly locals: ReadonlySet<string>;
  readonly softmax?: SoftmaxRows;
  /** The nest copies an operand into panels: the axis is walked so many elements at a time. */
  readonly panel?: { readonly axis: string; readonly step: number };
}

/**
 * What a row schedule of the softmax family needs to know of a nest: the stages `maximum`, `exponentials` and `sum` (of
 * e^(logits − maximum) along `axis`) are its own;
 * others read the exponentials divided by the sum, in the one stage `pass`, and the logarithm of the sum.
 */
export interface SoftmaxRows {
  readonly axis: Axis;
  readonly logits: Value;
  readonly maximum: string;
  /** Null where only the logarithm is wanted. */
  readonly exponentials: string | null;
  readonly sum: string;
  readonly pass: string | null;
}
