// Jobs for the worker, each with a clock: one past its time is ended with its worker, and the next one runs.
// Not here: the jobs (`jobs.ts`, `worker.ts`).
// Invariant: a promise of a job is always settled; a worker that was ended never answers.
import { page } from '../words.ts';
import type { Answered, Asked, Fault, JobName, Reply } from './jobs.ts';

/** A job's fault, as an error. */
export class JobError extends Error {
  readonly fault: Fault;
  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

interface Waiting {
  readonly id: number;
  readonly name: JobName;
  readonly asked: unknown;
  readonly milliseconds: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** A fresh worker. */
export const startWorker = (): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'whygrad' });

/** A queue of jobs before one worker; another one stands ready as soon as the first has been used. */
export class Client {
  #worker: Worker | null = null;
  #spare: Worker | null = null;
  #now: Waiting | null = null;
  #clock: ReturnType<typeof setTimeout> | undefined;
  readonly #queue: Waiting[] = [];
  #next = 0;

  /** Asks for a job; `milliseconds` is how long it may run. Rejects with a JobError. */
  ask<J extends JobName>(
    name: J,
    asked: Asked<J>,
    milliseconds = 20_000,
  ): { answer: Promise<Answered<J>>; stop: () => void } {
    const id = this.#next++;
    const answer = new Promise<Answered<J>>((resolve, reject) => {
      this.#queue.push({ id, name, asked, milliseconds, resolve: resolve as (value: never) => void, reject });
    });
    this.#run();
    return { answer, stop: () => this.#giveUp(id, page.timeout) };
  }

  #run(): void {
    if (this.#now !== null) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    this.#now = job;
    this.#worker ??= this.#spare ?? startWorker();
    this.#spare = null;
    this.#worker.onmessage = (event: MessageEvent<Reply>) => this.#settle(event.data);
    this.#worker.onerror = () => this.#giveUp(job.id, page.failed);
    this.#worker.postMessage({ id: job.id, name: job.name, asked: job.asked });
    this.#clock = setTimeout(() => this.#giveUp(job.id, page.timeout), job.milliseconds);
  }

  #settle(reply: Reply): void {
    const job = this.#now;
    if (job === null || job.id !== reply.id) return;
    this.#done();
    if ('fault' in reply) job.reject(new JobError(reply.fault));
    else job.resolve(reply.value as never);
    this.#spare ??= startWorker();
    this.#run();
  }

  #done(): void {
    clearTimeout(this.#clock);
    this.#now = null;
  }

  #giveUp(id: number, why: string): void {
    const fault = new JobError({ code: 'timeout', message: why, hint: page.hint, text: null, span: null });
    if (this.#now?.id === id) {
      const job = this.#now;
      this.#done();
      this.#worker?.terminate();
      this.#worker = null;
      job.reject(fault);
      this.#run();
      return;
    }
    const n = this.#queue.findIndex((job) => job.id === id);
    if (n >= 0) this.#queue.splice(n, 1)[0]?.reject(fault);
  }
}

export const client = new Client();
