// Finds the edit that makes a wrong gradient right, by running edited programs.
// Not here: the edits (`edits.ts`), changing the person's file.
// Invariant: a fix is told only when the edited program gives the true gradient in every draw.
import { must } from '../../term/must.ts';
import { confirm, judge, toleranceOf, tryAll, type Judgement } from '../judge.ts';
import type { FunctionOutline, Program } from '../run/program.ts';
import { RunError } from '../run/program.ts';
import { editsOf, type Edit, type Scope } from './edits.ts';
import { rewritten } from './rewrite.ts';

/** An edit that was tried and is right. Lines count in the file, from 1. */
export interface Mend {
  readonly line: number;
  /** The line as it is, and as it should be. */
  readonly before: string;
  readonly after: string;
  /** The range of the program's text that is replaced (UTF-16 offsets), and by what. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly error: number;
}

const COUNTED = /label|target|^y\w*$|logits|scores|^x\w*$|probs|grad|^z$|dout|inputs?|pred/i;

/** What edits of a function may use: its own names, and ways to say how many samples there are. */
function scopeOf(program: Program, f: FunctionOutline): Scope {
  const names = [...new Set([...f.parameters.map((p) => p.name), ...f.assigns])].filter((n) => /^[\w.]+$/.test(n));
  const isPython = program.language === 'python';
  const arrays = names.filter((n) => COUNTED.test(n)).slice(0, 3);
  const counts = isPython ? arrays.map((n) => `len(${n})`) : arrays.map((n) => `${n}.length`);
  const known = names.filter((n) => /^(n|N|m|M|batch\w*|num\w*)$/.test(n));
  return { language: program.language, names: names.slice(0, 10), counts: [...known, ...counts] };
}

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

const changed = (source: string, e: Edit): string => source.slice(0, e.start) + e.text + source.slice(e.end);

/** The error after an edit; null where the edited program does not run as before. */
async function errorAfter(program: Program, source: string, j: Judgement): Promise<number | null> {
  let edited: Program | null = null;
  try {
    edited = await program.edited(source);
    const [first] = await tryAll(edited, [j.reading], 0);
    if (first === undefined || first.agreement.kind !== j.agreement.kind || first.yours.size < j.outputs) return null;
    // Most edits are wrong at once; only the others are asked again.
    if (!(judge([first]).error < toleranceOf(j.reading))) return null;
    const [all] = await confirm(edited, [first]);
    return all === undefined ? null : judge(all).error;
  } catch (e) {
    if (e instanceof RunError) return null;
    throw e;
  } finally {
    await edited?.close();
  }
}

/** Tries edits of the judged function until one is right or the time (milliseconds) is over. */
export async function mend(program: Program, j: Judgement, time: number): Promise<Mend | null> {
  const f = j.reading.route.backward;
  const until = performance.now() + time;
  const nodes = await program.nodes(f.name);
  const scope = scopeOf(program, f);
  const small = editsOf(nodes, scope);
  // Small edits first; then the whole formula, which is a handful of runs more.
  return (
    (await firstRight(program, j, small, until)) ??
    (await firstRight(program, j, await rewritten(program, j, nodes, scope), until + time))
  );
}

/** The first of the edits that is right. */
async function firstRight(program: Program, j: Judgement, edits: readonly Edit[], until: number): Promise<Mend | null> {
  const { source } = program;
  for (const e of edits) {
    if (performance.now() > until) return null;
    const text = changed(source, e);
    const error = await errorAfter(program, text, j);
    if (error === null || !(error < toleranceOf(j.reading))) continue;
    const line = lineAt(source, e.start);
    return {
      line: program.lineOf(line),
      before: must(source.split('\n')[line - 1]).trim(),
      after: must(text.split('\n')[line - 1]).trim(),
      start: e.start,
      end: e.end,
      text: e.text,
      error,
    };
  }
  return null;
}

/** Where to look when no edit is known: the last return statement of the function, else its first line. */
export function likelyLine(program: Program, f: FunctionOutline): number {
  const lines = f.text.split('\n');
  const at = lines.findLastIndex((l) => /^\s*return\b/.test(l));
  return program.lineOf(f.line + Math.max(0, at));
}
