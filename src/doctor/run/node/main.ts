// Speaks with the parent: one JSON line a request, one or more JSON lines an answer, over pipes of their own.
// Not here: what a request does.
// Invariant: standard output belongs to the program and leads nowhere; requests go one after the other.
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Scenario } from '../program.ts';
import { closeDoors, refused } from './doors.ts';
import { Program } from './loading.ts';
import { toNode } from './nodes.ts';
import { run, seed } from './scenario.ts';
import { bodyOf, field, fields, isFunction } from './syntax.ts';
import type { Mode } from './transform.ts';

type Ask =
  | {
      readonly do: 'load';
      readonly path: string;
      readonly source: string;
      readonly mode: Mode;
      readonly limit: number;
      readonly program: number;
    }
  | { readonly do: 'run'; readonly program: number; readonly scenarios: readonly Scenario[]; readonly limit: number }
  | { readonly do: 'nodes'; readonly program: number; readonly name: string }
  | { readonly do: 'forget'; readonly program: number };

const [asks, answers] = [3, 4];
const { stringify, parse } = JSON;
const programs = new Map<number, Program>();

function tell(answer: unknown): void {
  const data = Buffer.from(`${stringify(answer)}\n`);
  for (let at = 0; at < data.length; ) at += writeSync(answers, data, at);
}

function loaded(number: number): Program {
  const program = programs.get(number);
  if (program === undefined) throw new Error(`bug: program ${number} is not loaded`);
  return program;
}

async function answer(ask: Ask): Promise<void> {
  if (ask.do === 'load') {
    process.argv = [process.execPath, ask.path];
    seed(0);
    const program = new Program(ask.path, ask.source);
    const said = await program.load(ask.mode, ask.limit);
    if (!('error' in said)) programs.set(ask.program, program);
    tell({ ...said, refused });
  } else if (ask.do === 'run') {
    for (const scenario of ask.scenarios) tell(await run(loaded(ask.program), scenario, ask.limit));
  } else if (ask.do === 'nodes') {
    tell({ nodes: nodes(loaded(ask.program), ask.name) });
  } else {
    programs.delete(ask.program);
    tell({});
  }
}

function nodes(program: Program, name: string): unknown[] {
  const loop = program.lifted.find((l) => l.name === name)?.loop;
  const node = program.found?.nodes.get(name) ?? null;
  if (loop !== undefined) return fields(field(loop, 'body'), 'body').map((n) => toNode(n, program.text));
  return isFunction(node) ? bodyOf(node).map((n) => toNode(n, program.text)) : [];
}

// What a program leaves behind (timers, rejected promises) says nothing about its gradients.
process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);

const input = new Socket({ fd: asks, readable: true, writable: false });
closeDoors();
let rest = '';
let last: Promise<void> = Promise.resolve();
input.setEncoding('utf8');
input.on('data', (data: string) => {
  const lines = (rest + data).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) last = last.then(() => answer(parse(line) as Ask));
});
input.on('close', () => process.kill(process.pid, 'SIGKILL'));
tell({ ready: process.version, missing: [] });
