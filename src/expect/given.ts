// JavaScript functions that a test holds, as a program that the doctor can run: in the same process, without a child.
// Not here: functions of other languages (`rpc/` asks their own process), what is made of the answers (`judged.ts`).
// Invariant: calls get copies of the arguments; Math.random is as it was when a run is over.
import { outline as outlineOf } from '../doctor/run/node/outline.ts';
import { follow, split } from '../doctor/run/node/paths.ts';
import { parse } from '../doctor/run/node/syntax.ts';
import { uniform } from '../doctor/probe/draw.ts';
import { decode, encode } from '../doctor/run/node/values.ts';
import type {
  Arg,
  FunctionOutline,
  Outcome,
  Outline,
  Program,
  Scenario,
  Step,
  StepOutcome,
} from '../doctor/run/program.ts';

type Callable = (...given: never[]) => unknown;
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a test calls a function: its own name, or another where it has none. */
export const nameOf = (f: Callable, otherwise: string): string =>
  /^[\p{L}_$][\p{L}\w$]*$/u.test(f.name) ? f.name : otherwise;

const assigned = (name: string, f: Callable): string => {
  const text = Function.prototype.toString.call(f);
  // A method's text is none of an expression.
  const isExpression = /^(?:async\s+)?(?:function\b|class\b|\(|[\w$]+\s*=>)/.test(text);
  return `const ${name} = ${isExpression ? text : `function ${text.replace(/^(?:async\s+)?/, '')}`};\n`;
};

/** The outline of functions by their names; a text that cannot be read has parameters by number. */
function outlined(functions: ReadonlyMap<string, Callable>): { readonly outline: Outline; readonly source: string } {
  const texts = [...functions].map(([name, f]) => ({ name, f, text: assigned(name, f) }));
  const found = texts.flatMap(({ name, f, text }) => {
    try {
      return outlineOf(parse(text, `${name}.ts`)).functions.filter((o) => o.name === name);
    } catch {
      return [unread(name, f)];
    }
  });
  const outline: Outline = { loaded: 'whole', functions: found, classes: [], constants: {} };
  return { outline, source: texts.map((t) => t.text).join('') };
}

const unread = (name: string, f: Callable): FunctionOutline => ({
  name,
  parameters: Array.from({ length: f.length }, (_, i) => ({ name: `argument${i + 1}` })),
  doc: '',
  line: 1,
  endLine: 1,
  text: '',
  calls: [],
  assigns: [],
  returned: [],
});

/** The functions as a program. */
export function programOf(functions: ReadonlyMap<string, Callable>): Program {
  const { outline, source } = outlined(functions);
  return {
    language: 'typescript',
    source,
    outline,
    notes: [],
    lineOf: (line) => line,
    run: async (scenarios) => {
      const outcomes: Outcome[] = [];
      for (const scenario of scenarios) outcomes.push(await outcomeOf(functions, scenario));
      return outcomes;
    },
    nodes: async () => [],
    edited: () => Promise.reject(new Error('bug: functions of a test cannot be edited')),
    close: async () => undefined,
  };
}

async function outcomeOf(functions: ReadonlyMap<string, Callable>, scenario: Scenario): Promise<Outcome> {
  const names = new Map<string, unknown>();
  const steps: StepOutcome[] = [];
  const { random } = Math;
  Math.random = uniform(scenario.seed ?? 0);
  try {
    for (const step of scenario.steps) {
      const outcome: Writable<StepOutcome> = {};
      steps.push(outcome);
      const result = await done(step, functions, names, outcome);
      if ('let' in step && step.let !== undefined) names.set(step.let, result);
      outcome.result = encode(result);
    }
    return { steps, values: {} };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    return { steps, values: {}, error: { step: steps.length - 1, type: name, message } };
  } finally {
    Math.random = random;
  }
}

type Names = ReadonlyMap<string, unknown>;

const found = (path: string, functions: ReadonlyMap<string, Callable>, names: Names): unknown => {
  const { first, steps } = split(path);
  return follow(names.has(first) ? names.get(first) : functions.get(first), steps);
};

function argument(given: Arg, before: readonly unknown[], functions: ReadonlyMap<string, Callable>, names: Names) {
  if ('ref' in given) return found(given.ref, functions, names);
  return 'same' in given ? before[given.same] : decode(given);
}

function done(
  step: Step,
  functions: ReadonlyMap<string, Callable>,
  names: Names,
  outcome: Writable<StepOutcome>,
): unknown {
  if (!('call' in step)) throw new TypeError('this cannot be asked of a function');
  const f = found(step.call, functions, names) as (...given: unknown[]) => unknown;
  const args: unknown[] = [];
  for (const each of step.args) args.push(argument(each, args, functions, names));
  const result: unknown = f(...args);
  outcome.args = args.map((a) => encode(a));
  return result;
}
