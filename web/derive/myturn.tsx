// My turn: the lines that follow are not there; you write the next one, and it is judged.
// Not here: judging, which is the library's (`work/turn-jobs.ts`).
// Invariant: what is hidden is not in the page at all, so that nothing can be read ahead.
import { useState } from 'preact/hooks';
import type { Step } from 'whygrad';
import { Formula, Words } from '../math/formula.tsx';
import { change, field } from '../state.ts';
import { client, JobError } from '../work/client.ts';
import type { Turn } from '../work/jobs.ts';
import { myturn as words, page } from '../words.ts';
import type { Question } from './asked.ts';

/** How many steps are shown; null where all are. */
export function turnNow(): number | null {
  const text = field('turn');
  return /^\d+$/.test(text) ? Number(text) : null;
}

interface Props {
  readonly steps: readonly Step[];
  readonly asked: Question;
  readonly from: string;
}
export function MyTurn({ steps, asked, from }: Props) {
  const at = turnNow() ?? 0;
  const next = steps[at];
  const [turn, set] = useState<Turn | 'working' | string | null>(null);
  const [hint, show] = useState(false);
  if (next === undefined)
    return (
      <li class="myturn">
        <p class="good" role="status">
          {words.done}
        </p>
        <p class="links">
          <button type="button" class="plain" onClick={() => change({ turn: '' })}>
            {words.leave}
          </button>
        </p>
      </li>
    );
  const reveal = (n: number): void => {
    set(null);
    show(false);
    change({ turn: `${n}` });
  };
  const judge = async (line: string): Promise<void> => {
    set('working');
    try {
      const told = await client.ask('turn', { line, from, lines: steps.map((s) => s.to), options: asked.options })
        .answer;
      const found = told.same === null ? -1 : told.same;
      if (told.verdict === 'holds' && found >= at) reveal(found + 1);
      else set(told);
    } catch (error) {
      set(error instanceof JobError ? error.fault.message : page.failed);
    }
  };
  return (
    <li class="myturn">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const line = String(new FormData(e.currentTarget).get('line') ?? '').trim();
          if (line !== '') judge(line);
        }}
      >
        <label>
          {words.label}
          <input type="text" name="line" spellcheck={false} autocomplete="off" placeholder={words.example} />
        </label>
        <button type="submit">{words.judge}</button>
      </form>
      <Told of={turn} />
      {hint && (
        <p>
          <b>{next.title}</b>: <Words text={next.say} />
        </p>
      )}
      <p class="links">
        {hint ? (
          <button type="button" class="plain" onClick={() => reveal(at + 1)}>
            {words.line}
          </button>
        ) : (
          <button type="button" class="plain" onClick={() => show(true)}>
            {words.rule}
          </button>
        )}
        <button type="button" class="plain" onClick={() => change({ turn: '' })}>
          {words.leave}
        </button>
      </p>
    </li>
  );
}

function Told({ of }: { readonly of: Turn | 'working' | string | null }) {
  if (of === null) return null;
  if (of === 'working')
    return (
      <p class="quiet" role="status">
        {page.working}
      </p>
    );
  if (typeof of === 'string')
    return (
      <p class="bad" role="status">
        {of}
      </p>
    );
  return (
    <p class={of.verdict === 'slip' ? 'bad' : 'good'} role="status">
      {of.line !== null && <Formula of={of.line} />}{' '}
      {of.verdict === 'holds' ? words.true : of.verdict === 'slip' ? words.false : words.unclear}{' '}
      {of.verdict !== 'holds' && <Words text={of.message} />}
    </p>
  );
}
