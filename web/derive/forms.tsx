// The result in the forms that people use, as tabs, each with a way to copy it.
// Not here: the forms, which the library gives.
// Invariant: what is copied is clean text or LaTeX, without marks.
import { useEffect, useState } from 'preact/hooks';
import type { Derivation } from 'whygrad';
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { markedLetters, type Shown } from '../math/mark.ts';
import { change, field } from '../state.ts';
import { client, JobError } from '../work/client.ts';
import { derive as words, page } from '../words.ts';
import { answer, type Question } from './asked.ts';

interface Tab {
  readonly id: string;
  readonly say: string;
}

/** The forms of a result that differ, in the order in which people ask for them. */
function tabsOf(d: Derivation): readonly Tab[] {
  const order = ['matrix', 'index', 'cases', 'expanded', 'factored'] as const;
  const there = order.filter((form) => d.result.forms.some((f) => f.form === form));
  return [
    ...there.map((form) => ({ id: form, say: words.forms[form] })),
    { id: 'numpy', say: words.numpy },
    { id: 'torch', say: words.torch },
    { id: 'latex', say: words.latex },
  ];
}

export function Forms({ of, asked }: { readonly of: Derivation; readonly asked: Question }) {
  const tabs = tabsOf(of);
  const chosen = tabs.find((t) => t.id === field('form')) ?? tabs[0];
  if (chosen === undefined) return null;
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const next = tabs[(tabs.indexOf(chosen) + by + tabs.length) % tabs.length];
    change({ form: next?.id ?? '' }, 'replace');
    event.preventDefault();
    const list = event.currentTarget as HTMLElement;
    queueMicrotask(() => list.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  return (
    <section class="forms">
      <div class="tabs" role="tablist" aria-label={words.formsLabel} onKeyDown={move}>
        {tabs.map((t) => (
          <button
            type="button"
            role="tab"
            id={`tab-${t.id}`}
            aria-controls="form"
            aria-selected={t.id === chosen.id}
            tabIndex={t.id === chosen.id ? 0 : -1}
            onClick={() => change({ form: t.id }, 'replace')}
          >
            {t.say}
          </button>
        ))}
      </div>
      <div class="form" id="form" role="tabpanel" aria-labelledby={`tab-${chosen.id}`} tabIndex={0}>
        <Form id={chosen.id} of={of} asked={asked} />
      </div>
    </section>
  );
}

function Form({ id, of, asked }: { readonly id: string; readonly of: Derivation; readonly asked: Question }) {
  if (id === 'numpy' || id === 'torch') return <Code to={id} asked={asked} />;
  const left = of.question.latex;
  if (id === 'latex') {
    const text = `${left} = ${of.result.latex}`;
    return (
      <Copied text={text}>
        <pre>
          <code>{text}</code>
        </pre>
      </Copied>
    );
  }
  const forms = of.result.forms.filter((f) => f.form === id);
  return (
    <>
      {forms.map((f) => {
        const sign = id === 'matrix' ? '' : `${left} = `;
        const shown: Shown = {
          ...(f.parts === undefined ? { marked: markedLetters(f.latex) } : {}),
          latex: sign + f.latex,
          ...(f.parts === undefined ? {} : { parts: f.parts.map((p) => shifted(p, sign.length)) }),
        };
        return (
          <Copied text={shown.latex}>
            <Formula of={shown} display />
            {f.when !== undefined && <span class="quiet small">{f.when}</span>}
          </Copied>
        );
      })}
    </>
  );
}

const shifted = <P extends { readonly latex: readonly [number, number] }>(p: P, by: number): P => ({
  ...p,
  latex: [p.latex[0] + by, p.latex[1] + by],
});

function Copied({ text, children }: { readonly text: string; readonly children: preact.ComponentChildren }) {
  const [done, say] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    say(true);
    setTimeout(() => say(false), 1500);
  };
  return (
    <div class="copied">
      <Scroll>{children}</Scroll>
      <button type="button" class="plain tiny" onClick={copy}>
        {done ? page.copied : words.copy}
      </button>
    </div>
  );
}

const programs = new Map<string, string>();
function Code({ to, asked }: { readonly to: 'numpy' | 'torch'; readonly asked: Question }) {
  const key = JSON.stringify([to, asked]);
  const [text, set] = useState(programs.get(key) ?? '');
  useEffect(() => {
    const known = programs.get(key);
    if (known !== undefined) return set(known);
    const job = client.ask('emit', { ...asked, to });
    const show = (t: string): void => {
      programs.set(key, t);
      if (answer.peek().asked === asked || JSON.stringify(answer.peek().asked) === JSON.stringify(asked)) set(t);
    };
    job.answer.then(
      (files) => show(files.map((f) => (typeof f.content === 'string' ? f.content : '')).join('\n')),
      (error) => show(error instanceof JobError ? error.fault.message : String(error)),
    );
    return job.stop;
  }, [key]);
  return text === '' ? (
    <p class="quiet">{page.working}</p>
  ) : (
    <Copied text={text}>
      <pre>
        <code>{text}</code>
      </pre>
    </Copied>
  );
}
