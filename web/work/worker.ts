// The worker: answers jobs one after the other; another one of its kind is the lab of Moons.
// Not here: clocks, which only the page can keep (`client.ts`).
// Invariant: every job gets one reply, a fault included.
import { WhygradError } from 'whygrad';
import type { ToLab } from '../moons/settings.ts';
import { networkOf } from '../moons/settings.ts';
import { documentText, withDocument } from './documents.ts';
import type { Fault, JobName, Reply } from './jobs.ts';

type Job = (asked: never) => unknown;

const load: { readonly [J in JobName]: () => Promise<Job> } = {
  derive: async () => (await import('./derive-jobs.ts')).deriveJob,
  turn: async () => (await import('./turn-jobs.ts')).turnJob,
  numbers: async () => (await import('./read-jobs.ts')).numbersJob,
  speak: async () => (await import('./read-jobs.ts')).speakJob,
  emit: async () => (await import('./emit-jobs.ts')).emitJob,
  mistake: async () => (await import('./mistake-jobs.ts')).mistakeJob,
  lint: async () => (await import('./lint-jobs.ts')).lintJob,
  report: async () => (await import('./lint-jobs.ts')).reportJob,
  document:
    async () =>
    ({ name }: { readonly name: string }) =>
      documentText(name),
};

function faultOf(error: unknown): Fault {
  if (error instanceof WhygradError)
    return {
      code: error.code,
      message: error.message,
      hint: error.hint === '' ? null : error.hint,
      text: error.text,
      span: error.span === null ? null : [error.span.start, error.span.end],
    };
  return { code: 'bug', message: String(error), hint: null, text: null, span: null };
}

async function answer(id: number, name: JobName, asked: never): Promise<Reply> {
  try {
    return { id, value: await (await load[name]())((await withDocument(asked)) as never) };
  } catch (error) {
    return { id, fault: faultOf(error) };
  }
}

type Message = { readonly id: number; readonly name: JobName; readonly asked: never } | { readonly lab: ToLab };

// The lab's messages keep their order while its code and its network's document are loaded.
let order: Promise<unknown> = Promise.resolve();
async function toLab(m: ToLab): Promise<void> {
  const { told } = await import('../moons/lab-worker.ts');
  if (m.kind === 'start') await documentText(networkOf(m.settings));
  told(m);
}

addEventListener('message', ({ data }: MessageEvent<Message>) => {
  if ('lab' in data) {
    order = order.then(() => toLab(data.lab));
    return;
  }
  answer(data.id, data.name, data.asked).then((reply) => postMessage(reply));
});
