// What the code of every nest of a module is written with.
// Not here: the code (`nest.ts`, `matrices.ts`, `softmax.ts`).
// Invariant: one function, one arithmetic and one layout; nothing here changes while the nest is written, save the
// function itself.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import type { Tensor } from '../loops.ts';
import type { Style } from '../math/chain.ts';
import type { Layout } from './layout.ts';

export interface NestContext {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly style: Style;
  readonly layout: Layout;
  readonly tensors: ReadonlyMap<string, Tensor>;
}
