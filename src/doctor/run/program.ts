// What the rest of the doctor sees of a person's program: its outline, the values that go in and come out, and
// scenarios to run.
// Not here: how a child process runs it (`open.ts`), what is made of the answers.
// Invariant: everything here is plain data; a person's fault is an outcome or a RunError, never an exception of ours.
import { WhygradError } from '../../term/error.ts';

export type Language = 'python' | 'javascript' | 'typescript' | 'json-lines';

/** What went wrong while a program ran: the codes of RunError and the types of a fatal outcome. */
export type RunCode =
  | 'run-timeout' // took longer than its limit
  | 'run-memory' // took more memory than its limit
  | 'run-exit' // ended itself
  | 'run-output' // answered more than anybody wants to read
  | 'run-forbidden' // wrote a file, started a process, opened a connection
  | 'run-builtins' // replaced what the language has built in
  | 'run-pipe' // closed or filled the pipe that the answers take
  | 'run-syntax' // cannot be read
  | 'run-import' // could not be loaded, not even its definitions
  | 'run-no-python' // no Python on this machine
  | 'run-missing-module' // no Python here has what the file imports
  | 'run-language' // not a language that is known here
  | 'run-unreadable'; // no such file

/** A program could not be run. `text` and `span` point into its source where that is known. */
export class RunError extends WhygradError {
  declare readonly code: RunCode;
  /** The line of the program, from 1, where that is known. */
  readonly line: number | null;
  constructor(code: RunCode, message: string, options: { hint?: string; line?: number } = {}) {
    super(code, message, options.hint === undefined ? {} : { hint: options.hint });
    this.line = options.line ?? null;
  }
}

/** How a tensor is written in its language: nested lists, a tuple of numbers, numpy, torch, a typed array. */
export type TensorForm = 'list' | 'tuple' | 'numpy' | 'torch' | 'typed';
export type Dtype = 'float64' | 'float32' | 'int64' | 'int32' | 'bool';

/** Numbers in row-major order with their shape. */
export interface TensorValue {
  readonly tensor: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly as: TensorForm;
}

/** Anything that goes into a call or comes out of one. */
export type Value =
  | TensorValue
  | { readonly number: number; readonly as: 'float' | 'int' | 'bool' }
  | { readonly text: string }
  | { readonly none: true }
  | { readonly items: readonly Value[]; readonly as: 'tuple' | 'list'; readonly names?: readonly string[] }
  | {
      readonly fields: Readonly<Record<string, Value>>;
      readonly as: 'dict' | 'object';
      readonly class?: string;
      readonly methods?: readonly string[];
    }
  | { readonly function: string };

/** A name, and from there fields and items: `h`, `h.grads[0].dx`, `cache["z"]`. */
export type Path = string;
/** A value, something that has a name, or the very object that is argument number `same`. */
export type Arg = Value | { readonly ref: Path } | { readonly same: number };

/** One thing to do. Its result can be given a name that later steps of the same scenario use. */
export type Step =
  | { readonly let: string; readonly value: Arg }
  | {
      readonly let?: string;
      readonly call: Path;
      readonly args: readonly Arg[];
      readonly named?: Readonly<Record<string, Arg>>;
    }
  | { readonly set: Path; readonly value: Arg }
  | { readonly let?: string; readonly get: Path }
  | {
      readonly let?: string;
      readonly grad: Path;
      readonly args: readonly Arg[];
      readonly wrt: readonly number[];
      readonly upstream: Arg | null;
    };

/** Steps that run one after the other with names of their own, after the module's data has been put back. */
export interface Scenario {
  readonly steps: readonly Step[];
  /** Names or paths whose values come back at the end; without it every step's result comes back. */
  readonly want?: readonly Path[];
  /** Seeds every generator of random numbers before the first step; 0 unless said. */
  readonly seed?: number;
  /** Functions of the module whose calls are written down. */
  readonly record?: readonly string[];
  /** Whether arguments and receivers are told as they are after each call. */
  readonly watch?: boolean;
}

export interface StepOutcome {
  readonly result?: Value;
  readonly args?: readonly Value[];
  readonly object?: Value;
  /** The arguments whose memory the result shares. */
  readonly shares?: readonly number[];
}

export interface OutcomeError {
  /** The step, from 0; −1 where it is not known. */
  readonly step: number;
  /** The error's class in its language, or a RunCode. */
  readonly type: string;
  readonly message: string;
  readonly line?: number;
  /** The child had to be ended. */
  readonly fatal?: boolean;
}

/** One call that was written down: the arguments as they were before it. */
export interface Recorded {
  readonly function: string;
  readonly args: readonly Value[];
  readonly named: Readonly<Record<string, Value>>;
  readonly returned: Value;
  /** The function that called. */
  readonly by: string;
}

export interface Outcome {
  readonly steps: readonly StepOutcome[];
  readonly values: Readonly<Record<string, Value>>;
  readonly error?: OutcomeError;
  readonly recorded?: readonly Recorded[];
}

export interface Parameter {
  readonly name: string;
  readonly hint?: string;
  /** The text of its default value. */
  readonly default?: string;
  readonly rest?: boolean;
  readonly keyword?: boolean;
}

/** A call as it is written: `args` are texts, `assigned` the names that the result is given to. */
export interface CallSite {
  readonly callee: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly assigned?: readonly string[];
}

export interface FunctionOutline {
  /** `softmax_grad`, `Softmax.backward`, `makeSoftmax.backward` (nested), `<module>`, `<script>` (lifted). */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly isStatic?: boolean;
  readonly isNested?: boolean;
  readonly isLifted?: boolean;
  readonly isExported?: boolean;
  readonly isProperty?: boolean;
  readonly doc: string;
  readonly returns?: string;
  readonly line: number;
  readonly endLine: number;
  readonly text: string;
  readonly calls: readonly CallSite[];
  readonly assigns: readonly string[];
  readonly returned: readonly string[];
  /** The module's own values of a lifted function's parameters. */
  readonly defaults?: Readonly<Record<string, Value>>;
}

export interface ClassOutline {
  readonly name: string;
  readonly bases: readonly string[];
  readonly doc: string;
  readonly constructor: FunctionOutline | null;
  readonly methods: readonly FunctionOutline[];
  readonly fields: readonly string[];
  readonly line: number;
  readonly endLine: number;
  /** A torch.autograd.Function. */
  readonly autograd?: boolean;
}

export interface Outline {
  /**
   * `definitions`: importing trained, failed or took too long, so only definitions were loaded, for the reason in
   * `because`.
   */
  readonly loaded: 'whole' | 'definitions';
  readonly because?: { readonly code: string; readonly message: string; readonly line?: number };
  readonly functions: readonly FunctionOutline[];
  readonly classes: readonly ClassOutline[];
  readonly constants: Readonly<Record<string, Value>>;
}

export type NodeKind =
  | 'number'
  | 'name'
  | 'binary'
  | 'unary'
  | 'call'
  | 'compare'
  | 'subscript'
  | 'attribute'
  | 'keyword'
  | 'assign'
  | 'augassign'
  | 'return'
  | 'other';

/** A node of a function's syntax with its place: half-open UTF-16 offsets into the source. */
export interface SyntaxNode {
  readonly kind: NodeKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly operator?: string;
  readonly name?: string;
  readonly children: readonly SyntaxNode[];
}

export interface RunOptions {
  /** Seconds that one scenario may take. */
  readonly limit?: number;
}

export interface OpenOptions {
  /** The Python to use; else the first one that has what the file imports. */
  readonly python?: string;
  /** Seconds for the import, and for each scenario: 10 unless said. */
  readonly timeout?: number;
  /** Bytes of memory for the whole tree of processes: 2 GiB unless said. */
  readonly memory?: number;
  /** Text to load instead of the file's. */
  readonly source?: string;
}

/** A person's program in a child process that stays alive between runs. */
export interface Program {
  readonly language: Language;
  /** The text that lines and offsets count in: the file's, or a notebook's code cells joined. */
  readonly source: string;
  readonly outline: Outline;
  /** What a report may want to say: the Python that was chosen, cells that were left out. */
  readonly notes: readonly string[];
  /** The line in the file of a line of `source`, both from 1. */
  lineOf(line: number): number;
  /**
   * Runs scenarios in order. A scenario that kills the child has a fatal outcome; the rest runs in a new child. Rejects
   * with RunError after three such.
   */
  run(scenarios: readonly Scenario[], options?: RunOptions): Promise<readonly Outcome[]>;
  /** The syntax of a function that the outline names. */
  nodes(name: string): Promise<readonly SyntaxNode[]>;
  /** The same program with another text, in the same child. */
  edited(source: string): Promise<Program>;
  /** Ends the child, and removes what it left. */
  close(): Promise<void>;
}
