// The sentence that is the form: "Derive ∂L/∂zᵢ for softmax with cross-entropy".
// Not here: asking (`asked.ts`).
// Invariant: every example is a link to its state.
import { useState } from 'preact/hooks';
import { first } from '../first.ts';
import { Formula } from '../math/formula.tsx';
import { change, field, go, hidden, linkTo } from '../state.ts';
import { derive as words } from '../words.ts';
import { answer } from './asked.ts';

const lower = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;

export function Ask() {
  return (
    <>
      <div class="sentence">
        <span>{words.derive}</span>
        <QuestionField />
        <span>{words.for}</span>
        <DocumentField />
      </div>
      {field('own') !== '' && <OwnFormulas />}
      {!hidden('examples') && <Examples />}
    </>
  );
}

/** The question as a formula; pressed, it becomes a field. */
function QuestionField() {
  const [writing, write] = useState(false);
  const asked = field('q', 'dL/dz_i');
  const shown = answer.value.derivation?.question;
  const done = (text: string): void => {
    write(false);
    if (text.trim() !== '' && text !== asked) change({ q: text.trim(), open: '' });
  };
  if (!writing && shown !== undefined)
    return (
      <button type="button" class="field" onClick={() => write(true)}>
        <span class="skip">
          {words.question}: {shown.text}
        </span>
        <Formula of={{ latex: shown.latex }} />
      </button>
    );
  return (
    <input
      class="field"
      type="text"
      aria-label={words.question}
      defaultValue={asked}
      size={Math.max(8, asked.length)}
      spellcheck={false}
      autocomplete="off"
      onBlur={(e) => done(e.currentTarget.value)}
      onKeyDown={(e) => {
        if (e.key === 'Enter') done(e.currentTarget.value);
        if (e.key === 'Escape') write(false);
      }}
      ref={(e) => {
        if (writing) e?.focus();
      }}
    />
  );
}

const own = '(own)';
function DocumentField() {
  const chosen = field('own') === '' ? field('in', 'softmax-cross-entropy') : own;
  return (
    <select
      class="field soft"
      aria-label={words.document}
      value={chosen}
      onChange={(e) => choose(e.currentTarget.value)}
    >
      {first.documents.map((d) => (
        <option value={d.name} selected={d.name === chosen}>
          {lower(d.title)}
        </option>
      ))}
      <option value={own} selected={chosen === own}>
        {words.own}
      </option>
    </select>
  );
}

const sample = 'p_j = exp(o_j)/sum_k exp(o_k)';
function choose(name: string): void {
  if (name === own) go({ view: 'derive', fields: { own: sample, q: 'dp_j/do_i' } });
  else
    go({ view: 'derive', fields: { in: name, q: first.documents.find((d) => d.name === name)?.questions[0] ?? '' } });
}

function OwnFormulas() {
  const text = field('own');
  return (
    <form
      class="own"
      onSubmit={(e) => {
        e.preventDefault();
        const data = new FormData(e.currentTarget);
        change({ own: String(data.get('own') ?? ''), open: '' });
      }}
    >
      <label>
        <span class="tiny quiet">{words.ownLabel}</span>
        <textarea name="own" rows={Math.max(3, text.split('\n').length + 1)} spellcheck={false} defaultValue={text} />
      </label>
      <button type="submit">{words.ask}</button>
    </form>
  );
}

function Examples() {
  const links: readonly (readonly [string, string, string])[] = [
    [words.examples.softmax, 'softmax', 'dp_j/dz_i'],
    [words.examples.layer, 'layer-norm', 'd\\hat{x}_i/dx_k'],
    [words.examples.network, 'two-layer-network', 'dL/dW_{jo}'],
  ];
  return (
    <p class="examples">
      <span>{words.or}</span>
      {links.map(([say, document, q]) => (
        <a href={linkTo('derive', { in: document, q })}>{say}</a>
      ))}
      <a href={linkTo('derive', { own: sample, q: 'dp_j/do_i' })}>{words.pasteOwn}</a>
    </p>
  );
}
