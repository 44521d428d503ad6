// A formula or a document as files of another language.
// Not here: the program that is written (`formula.ts`, `autograd.ts`), the languages (`compile/targets/`).
// Invariant: what is asked of a program is decided here, once for all languages.
import { emitProgram, type EmittedFile } from '../compile/emit.ts';
import { autogradProgramOf } from './autograd.ts';
import { chunkNamed } from './chunks.ts';
import { programOf, sizesFor, type EmitFormulaOptions } from './formula.ts';
import { setsNamed } from './split.ts';

/**
 * Writes a formula or document in another language: `javascript`, `wasm`, `numpy`, `torch`, `jax`, `c`, `onnx`,
 * `latex`.
 * @throws WhygradError as `compile` does, for an unknown target, for what a target cannot do, and `not-shardable`.
 */
export function emit(formulaOrDocument: string, options: EmitFormulaOptions): readonly EmittedFile[] {
  const { program, context, autograd } =
    options.autograd === true
      ? autogradProgramOf(formulaOrDocument, options)
      : { ...programOf(formulaOrDocument, options), autograd: undefined };
  return emitProgram(program, {
    to: options.to,
    name: options.name ?? 'formula',
    dtype: options.dtype === 'float64' ? 'f64' : 'f32',
    ...(options.sizes === undefined ? {} : { sizes: sizesFor(context, options.sizes) }),
    ...(autograd === undefined ? {} : { autograd }),
    ...(options.tests === true ? { tests: true } : {}),
    ...(options.names === undefined ? {} : { names: new Map(Object.entries(options.names)) }),
    ...(options.shard === undefined ? {} : { shard: setsNamed(options.shard, program, context) }),
    ...(options.chunk === undefined ? {} : { chunk: chunkNamed(options.chunk, program, context) }),
  });
}
