// The view Check: an editor with verdicts, and the same verdicts as formulas beside it.
// Not here: the editor, judging.
// Invariant: a verdict of an older text is dimmed until the new one is there.
import { effect } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Formula } from '../math/formula.tsx';
import { linkTo } from '../state.ts';
import { check as words } from '../words.ts';
import type { Row } from '../work/jobs.ts';
import { makeEditor, type Editor, type Say } from './editor.ts';
import { cursor, followText, isStale, isTooLong, judged, report, setText, text } from './judged.ts';
import { Said } from './said.tsx';
import { stepsOf } from './steps.ts';

let editor: Editor | null = null;

export function CheckView() {
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Bar />
      <div class="split">
        <Host />
        <Verdicts />
      </div>
    </>
  );
}

function Bar() {
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const content = await file.text();
    editor?.replace(content);
    setText(content);
  };
  return (
    <div class="controls">
      <label class="file">
        <input type="file" accept=".md,.tex,.txt,.ipynb,.rst,.qmd" onChange={(e) => open(e.currentTarget.files?.[0])} />
        {words.open}
      </label>
      <span class="quiet">{words.or}</span>
      {Object.entries(words.samples).map(([sample, say]) => (
        <a href={linkTo('check', { sample })}>{say}</a>
      ))}
      <span class="quiet push" role="status">
        {statusOf()}
        {isTooLong() && ` ${words.tooLong}`}
      </span>
    </div>
  );
}

function statusOf(): string {
  const now = judged.value;
  if (now === null || isStale()) return words.judging;
  return now.fault === undefined ? words.judged(now.of.milliseconds) : words.notJudged;
}

/** The editor's place on the page. */
function Host() {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const made = makeEditor(host.current, text.peek(), {
      label: words.editor,
      changed: setText,
      moved: (line) => {
        cursor.value = line;
      },
    });
    editor = made;
    const stops = [
      followText(),
      effect(() => made.replace(text.value)),
      effect(() => {
        if (judged.value !== null && !isStale()) made.show(judged.value.of.rows, say);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      made.view.destroy();
      editor = null;
    };
  }, []);
  return (
    <div
      class="editor"
      ref={host}
      onDragOver={(e) => e.preventDefault()}
      onDrop={async (e) => {
        e.preventDefault();
        const content = await e.dataTransfer?.files[0]?.text();
        if (content !== undefined) setText(content);
      }}
    />
  );
}

const say: Say = (row, into) => {
  const { fix, span } = row.claim;
  const putIn =
    fix === null || span.end <= span.start
      ? null
      : () => {
          editor?.view.dispatch({ changes: { from: span.start, to: span.end, insert: fix } });
          editor?.view.focus();
        };
  render(<Said of={row} putIn={putIn} steps={stepsOf(row, judged.peek()?.of.rows ?? [])} />, into);
  return () => render(null, into);
};

function Verdicts() {
  const rows = judged.value?.of.rows ?? [];
  const number = (verdict: string): number => rows.filter((r) => r.claim.verdict === verdict).length;
  const [slips, holds, unclear] = [number('slip'), number('holds'), number('unclear')];
  return (
    <section class={isStale() ? 'stale' : ''} aria-busy={isStale()}>
      <h2>
        {judged.value?.fault !== undefined
          ? words.notJudged
          : rows.length === 0
            ? words.empty
            : words.summary(slips, holds)}
      </h2>
      {judged.value?.fault !== undefined && <p class="fault">{judged.value.fault}</p>}
      {slips > 0 && <p class="quiet small">{words.after}</p>}
      {unclear > 0 && <p class="quiet small">{words.unclear(unclear)}</p>}
      <ul class="rows">
        {rows.map((row) => (
          <Verdict of={row} />
        ))}
      </ul>
      {rows.length > 0 && (
        <p class="links">
          <button type="button" class="plain" onClick={() => save('text', 'report.md')}>
            {words.report}
          </button>
          <button type="button" class="plain" onClick={() => save('sarif', 'report.sarif')}>
            {words.sarif}
          </button>
        </p>
      )}
    </section>
  );
}

function Verdict({ of }: { readonly of: Row }) {
  const { claim, line } = of;
  const isBad = claim.verdict === 'slip';
  const show = (): void => {
    if (editor === null || claim.line > editor.view.state.doc.lines) return;
    const at = editor.view.state.doc.line(claim.line).from + claim.column - 1;
    editor.view.dispatch({ selection: { anchor: Math.min(at, editor.view.state.doc.length) }, scrollIntoView: true });
    editor.view.focus();
  };
  const mark = words.marks[claim.verdict];
  return (
    <li class={isBad ? 'bad' : ''} aria-current={cursor.value === claim.line ? 'true' : undefined}>
      <span class="x" aria-hidden="true">
        {mark}
      </span>
      <button type="button" class="f" onClick={show} title={claim.message}>
        <span class="skip">{words.goTo(claim.line)}</span>
        {line === null ? <code>{claim.formula}</code> : <Formula of={line} />}
      </button>
      <span class="tiny">{claim.verdict === 'holds' ? claim.certainty : words.verdicts[claim.verdict]}</span>
      {claim.verdict === 'unclear' && <span class="tiny quiet reason">{claim.message}</span>}
    </li>
  );
}

async function save(format: 'text' | 'sarif', name: string): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([await report(format)], { type: 'text/plain' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
