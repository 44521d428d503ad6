// One program in a child process: loads it, runs scenarios, starts anew after a child has died.
// Not here: how a child is started (`python.ts`), what the answers mean.
// Invariant: requests go one after the other; a text that was loaded once is loaded again in a new child before it is
// used.
import type { Child } from './child.ts';
import {
  RunError,
  type Language,
  type Outcome,
  type Outline,
  type Program,
  type RunCode,
  type RunOptions,
  type Scenario,
  type SyntaxNode,
} from './program.ts';

/** Seconds that a child has beyond a limit to stop by itself. */
const GRACE = 0.1;
/** Children that may die in one run(). */
const DEATHS = 3;

/** How much of a program is executed when it is loaded. */
type Mode = 'whole' | 'definitions' | 'bare';
const fallback: Readonly<Record<Mode, Mode | null>> = { whole: 'definitions', definitions: 'bare', bare: null };

interface Text {
  readonly number: number;
  readonly source: string;
  mode: Mode;
  /** The child that has loaded it. */
  child: Child | null;
}

type Loaded = Outline & {
  readonly error?: { readonly code: RunCode; readonly message: string; readonly line?: number };
  readonly refused?: readonly string[];
};

export interface Setting {
  readonly language: Language;
  readonly path: string;
  readonly source: string;
  /** Seconds for the import and, unless said otherwise, for a scenario. */
  readonly timeout: number;
  /** Libraries that are known to be missing. */
  readonly absent: readonly string[];
  readonly notes: readonly string[];
  readonly lineOf: (line: number) => number;
  readonly start: () => Promise<Child>;
}

/** The children of one program, at most one alive. */
class Session {
  readonly setting: Setting;
  readonly notes: string[];
  #child: Child | null;
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(setting: Setting, child: Child) {
    this.setting = setting;
    this.notes = [...setting.notes];
    this.#child = child;
  }

  /** Does one thing after the other. */
  inTurn<T>(what: () => Promise<T>): Promise<T> {
    const next = this.#last.then(what, what);
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #alive(): Promise<Child> {
    if (this.#child === null || !this.#child.isAlive) this.#child = await this.setting.start();
    return this.#child;
  }

  async end(): Promise<void> {
    this.#child?.end();
    await this.#child?.gone();
  }

  /** Loads a text; where its import kills the child, in a new child its definitions, then those without calls. */
  async load(source: string, mode: Mode = 'whole'): Promise<{ readonly text: Text; readonly outline: Outline }> {
    const text: Text = { number: ++this.#count, source, mode, child: null };
    let because: Outline['because'];
    for (;;) {
      try {
        const { error, refused, ...outline } = await this.#loadNow(text);
        if (error !== undefined) throw refusal(error);
        this.#note(refused ?? []);
        return { text, outline: because === undefined ? outline : { ...outline, because } };
      } catch (error) {
        const next = fallback[text.mode];
        if (!(error instanceof RunError) || this.#child?.isAlive === true) throw error;
        because ??= { code: error.code, message: `importing it: ${error.message}` };
        if (next === null) throw new RunError('run-import', `the program cannot be loaded: ${error.message}`);
        text.mode = next;
      }
    }
  }

  async #loadNow(text: Text): Promise<Loaded> {
    const child = await this.#alive();
    const { path, timeout, absent } = this.setting;
    child.send({
      do: 'load',
      path,
      source: text.source,
      mode: text.mode,
      limit: timeout,
      program: text.number,
      absent,
    });
    const answer = (await child.next(timeout + GRACE)) as Loaded;
    text.child = child;
    return answer;
  }

  #note(refused: readonly string[]): void {
    for (const what of refused) if (!this.notes.includes(what)) this.notes.push(what);
  }

  async run(text: Text, scenarios: readonly Scenario[], limit: number): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    let deaths = 0;
    while (outcomes.length < scenarios.length) {
      try {
        const child = await this.#with(text);
        child.send({ do: 'run', program: text.number, limit, scenarios: scenarios.slice(outcomes.length) });
        while (outcomes.length < scenarios.length) outcomes.push((await child.next(limit + GRACE)) as Outcome);
      } catch (error) {
        if (!(error instanceof RunError) || ++deaths >= DEATHS) throw error;
        const { code, message } = error;
        outcomes.push({ steps: [], values: {}, error: { step: -1, type: code, message, fatal: true } });
      }
    }
    return outcomes;
  }

  async nodes(text: Text, name: string): Promise<readonly SyntaxNode[]> {
    const child = await this.#with(text);
    child.send({ do: 'nodes', program: text.number, name });
    return ((await child.next(this.setting.timeout)) as { readonly nodes: readonly SyntaxNode[] }).nodes;
  }

  /** A child that has loaded the text. */
  async #with(text: Text): Promise<Child> {
    const child = await this.#alive();
    if (text.child !== child) {
      const { error } = await this.#loadNow(text);
      if (error !== undefined) throw refusal(error);
    }
    return child;
  }

  async forget(text: Text): Promise<void> {
    if (text.child === null || text.child !== this.#child || !text.child.isAlive) return;
    text.child.send({ do: 'forget', program: text.number });
    await text.child.next(this.setting.timeout);
  }
}

function refusal(error: NonNullable<Loaded['error']>): RunError {
  return new RunError(error.code, error.message, error.line === undefined ? {} : { line: error.line });
}

/**
 * A program whose first child has been started. Rejects with a RunError where not even its definitions can be loaded.
 */
export async function openSession(setting: Setting, child: Child): Promise<Program> {
  const session = new Session(setting, child);
  try {
    const { text, outline } = await session.inTurn(() => session.load(setting.source));
    return program(session, text, outline, () => session.end());
  } catch (error) {
    await session.end();
    throw error;
  }
}

function program(session: Session, text: Text, outline: Outline, close: () => Promise<void>): Program {
  const { language, lineOf, timeout } = session.setting;
  return {
    language,
    source: text.source,
    outline,
    notes: session.notes,
    lineOf,
    run: (scenarios: readonly Scenario[], options: RunOptions = {}) =>
      session.inTurn(() => session.run(text, scenarios, options.limit ?? timeout)),
    nodes: (name) => session.inTurn(() => session.nodes(text, name)),
    edited: async (source) => {
      const mode = outline.loaded === 'definitions' && text.mode === 'whole' ? 'definitions' : text.mode;
      const next = await session.inTurn(() => session.load(source, mode));
      return program(session, next.text, next.outline, () => session.inTurn(() => session.forget(next.text)));
    },
    close,
  };
}
