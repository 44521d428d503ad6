// A document as a function with its gradients by all inputs: what an automatic differentiation needs to call it.
// Not here: how it is written in a language (`compile/targets/`).
// Invariant: the gradients are those of the definitions for all values; nothing that the text assumes of them is used.
import type { Autograd } from '../compile/autograd.ts';
import type { Program, ProgramInput, ProgramOutput } from '../compile/program.ts';
import { derive } from '../derive/derive.ts';
import { contextFor } from '../derive/given.ts';
import { remembered } from '../derive/remembered.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { must } from '../term/must.ts';
import { print } from '../term/print.ts';
import { add, entry, freeIndex, type Term } from '../term/term.ts';
import { entryNames, replaceEntries, substituteFree } from '../term/walk.ts';
import { closedDefinitions, closedProgram, finalNames, outputsOf, type FormulaOptions } from './formula.ts';

/** The program of the outputs and of Σ upstream · ∂output/∂input for every input, and which name is which. */
export function autogradProgramOf(
  document: string,
  options: FormulaOptions,
): { program: Program; context: Context; autograd: Autograd } {
  const givens = { in: document, ...(options.given === undefined ? {} : { given: options.given }) };
  const context = contextFor(givens, options.outputs ?? []);
  const wanted = options.outputs ?? finalNames(closedDefinitions(context));
  const forward = wanted.map((name) => {
    if (!context.definitions.has(name))
      throw new WhygradError('not-a-quantity', `'${name}' is no quantity that the document defines.`, {
        hint: 'With autograd the gradients come by themselves: name what is computed, like L.',
      });
    return must(outputsOf(name, context, givens)[0]);
  });
  const upstream = forward.map((o): ProgramInput => ({ name: `grad ${o.name}`, sets: o.sets, linear: true }));
  const answers = new Map<string, ProgramOutput>();
  for (const [n, o] of forward.entries())
    for (const a of answersFor(o, must(upstream[n]).name, context, givens)) {
      const before = answers.get(a.name);
      answers.set(a.name, before === undefined ? a : { ...before, body: add(before.body, renamed(a, before.letters)) });
    }
  const program = inOrder(closedProgram([...forward, ...answers.values()], context, upstream), context);
  const inputs = program.inputs.filter((i) => !i.name.startsWith('grad '));
  return {
    program: {
      ...program,
      inputs: [...inputs, ...upstream.map((u) => ({ ...u, ...program.inputs.find((i) => i.name === u.name) }))],
    },
    context,
    autograd: {
      outputs: forward.map((o, n) => ({ name: o.name, upstream: must(upstream[n]).name })),
      gradients: inputs.map((i) => ({ input: i.name, name: answers.has(`grad ${i.name}`) ? `grad ${i.name}` : null })),
    },
  };
}

/** Upstream · ∂output/∂input for each input that the output depends on. */
function answersFor(
  o: ProgramOutput,
  upstream: string,
  context: Context,
  givens: { readonly in: string; readonly given?: readonly string[] },
): ProgramOutput[] {
  const asked = `vjp ${print(entry(o.name), { context })}`;
  const { answers } = must(remembered(derive(asked, { ...givens, assumptions: false })));
  return answers.flatMap(({ term, axes, by }) => {
    const input = must(by ?? undefined);
    const own = (name: string): boolean => !context.shapes.has(name) && !context.definitions.has(name);
    return [
      {
        name: `grad ${input}`,
        letters: axes.map((a) => a.index),
        sets: axes.map((a) => must(context.shapes.get(a.tensor)?.[a.axis])),
        body: replaceEntries(term, (e) => (own(e.name) ? entry(upstream, ...e.indices) : null)),
      },
    ];
  });
}
const renamed = (o: ProgramOutput, letters: readonly string[]): Term =>
  substituteFree(o.body, new Map(o.letters.map((x, n) => [x, freeIndex(must(letters[n]))])));

/** The inputs in the order in which the document names them. */
function inOrder(program: Program, context: Context): Program {
  const named = [...context.definitions.values()].flatMap((d) => [...entryNames(d.body)]);
  const place = (i: ProgramInput): number => (named.includes(i.name) ? named.indexOf(i.name) : named.length);
  return { ...program, inputs: [...program.inputs].sort((a, b) => place(a) - place(b)) };
}
