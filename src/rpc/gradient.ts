// A function and its gradient that live in the process of the caller: judged by asking that process to call them.
// Not here: lines (`serve.ts`), the verdict (`expect/judged.ts`).
// Invariant: nothing of the caller's runs here; what it answers is data.
import { judgePair, reportOf, type Asked, type Diagnosis, type Pair, type Program } from '../expect/judged.ts';
import { WhygradError } from '../index.ts';
import { inFloats, outOfFloats } from './floats.ts';

type Args = Readonly<Record<string, unknown>>;
/** Asks the caller's process something and waits for its answer. */
export type Ask = (question: unknown) => Promise<unknown>;

/** How the caller tells its functions: an outline of each, and the text that they stand in. */
interface Told {
  readonly pair: Pair;
  readonly source: string;
  readonly functions: Program['outline']['functions'];
  readonly options: Asked;
}

const bad = (message: string): WhygradError =>
  new WhygradError('bad-request', message, { hint: 'The Python package shows how: expect_gradient.' });

function told(args: Args): Told {
  const { forward, backward, source, functions, options } = args;
  if (typeof forward !== 'string' || typeof source !== 'string' || !Array.isArray(functions))
    throw bad('"forward" and "source" have to be texts, "functions" outlines.');
  if (typeof backward !== 'string' && backward !== null) throw bad('"backward" has to be a text or null.');
  if (typeof options !== 'object' || options === null) throw bad('"options" has to be an object.');
  return { pair: { forward, backward }, source, functions, options: inFloats(options) as Asked };
}

/** The caller's functions as a program: a run is one question. */
function remote({ source, functions }: Told, ask: Ask): Program {
  return {
    language: 'python',
    source,
    outline: { loaded: 'whole', functions, classes: [], constants: {} },
    notes: [],
    lineOf: (line) => line,
    run: async (scenarios) => {
      if (scenarios.length === 0) return [];
      const outcomes = inFloats(await ask({ scenarios: outOfFloats(scenarios) }));
      if (!Array.isArray(outcomes) || outcomes.length !== scenarios.length)
        throw bad('The answer has to hold one outcome for each scenario.');
      return outcomes;
    },
    nodes: async () => [],
    edited: () => Promise.reject(new Error('bug: functions of a test cannot be edited')),
    close: async () => undefined,
  };
}

/** The diagnosis of a pair of the caller's, with its report as text. Errors: WhygradError. */
export async function gradient(args: Args, ask: Ask): Promise<{ diagnosis: Diagnosis; report: string }> {
  const all = told(args);
  const diagnosis = await judgePair(remote(all, ask), all.pair, all.options);
  return { diagnosis, report: reportOf(diagnosis) };
}
