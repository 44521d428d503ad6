// The view Mistakes: the catalogue as cards, each with its numbers.
// Not here: the catalogue (`cards.ts`).
// Invariant: each card has an address of its own.
import { useEffect, useState } from 'preact/hooks';
import { Formula, Words } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { change, field, linkTo } from '../state.ts';
import { client } from '../work/client.ts';
import type { Shown } from '../work/jobs.ts';
import { mistakes as words, page } from '../words.ts';
import { cards, failing, type Card } from './cards.ts';

const says = (c: Card, text: string): boolean =>
  [c.id, c.name, c.write, c.why, c.right, c.counterexample].join(' ').toLowerCase().includes(text.toLowerCase());

export function Gallery() {
  const [group, find] = [field('group'), field('find')];
  const shown = cards.filter((c) => (group === '' || c.group === group) && says(c, find));
  const one = field('id');
  useEffect(() => {
    document.getElementById(`card-${one}`)?.scrollIntoView({ block: 'center' });
  }, [one]);
  return (
    <>
      <h1>{words.title(cards.length)}</h1>
      <p class="lead">{words.lead}</p>
      <Filter group={group} find={find} />
      {shown.length === 0 && <p class="quiet">{words.none}</p>}
      <div class="gallery">
        {shown.map((c) => (
          <One key={c.id} of={c} isAsked={c.id === one} />
        ))}
      </div>
    </>
  );
}

function Filter({ group, find }: { readonly group: string; readonly find: string }) {
  const groups = [...new Set(cards.map((c) => c.group))];
  const chip = (id: string, say: string, n: number) => (
    <button type="button" aria-pressed={group === id} onClick={() => change({ group: id, id: '' })}>
      {say} {n}
    </button>
  );
  return (
    <div class="controls">
      {chip('', words.all, cards.length)}
      {groups.map((g) => chip(g, words.groups[g] ?? g, cards.filter((c) => c.group === g).length))}
      <input
        type="text"
        class="find"
        aria-label={words.find}
        placeholder={words.find}
        value={find}
        onInput={(e) => change({ find: e.currentTarget.value, id: '' }, 'replace')}
      />
    </div>
  );
}

function One({ of, isAsked }: { readonly of: Card; readonly isAsked: boolean }) {
  const text = failing(of);
  return (
    <article class={isAsked ? 'card miss asked' : 'card miss'} id={`card-${of.id}`}>
      <h2 class="h">{of.name}</h2>
      <Pair of={of} />
      <p>
        <Words text={of.why} />
      </p>
      <p class="quiet small">
        <Words text={of.counterexample} />
      </p>
      <p class="links">
        {of.counts && <Numbers id={of.id} />}
        {text !== null && <a href={linkTo('check', { text })}>{words.fail}</a>}
        {of.trains && <a href={linkTo('moons', { mistake: of.id })}>{words.train}</a>}
        <a href={linkTo('mistakes', { id: of.id })} aria-label={`${words.link}: ${of.name}`}>
          {words.link}
        </a>
      </p>
    </article>
  );
}

function Pair({ of }: { readonly of: Card }) {
  const { lines } = of;
  return (
    <div class="pair">
      <span class="x" title={words.false}>
        ✗
      </span>
      <Scroll class="f">
        {lines === undefined ? <Words text={of.write} /> : <Formula of={lines.wrong} display />}
      </Scroll>
      <span class="quiet" title={words.right}>
        ✓
      </span>
      <Scroll class="f">
        {lines === undefined ? <Words text={of.right} /> : <Formula of={lines.right} display />}
      </Scroll>
    </div>
  );
}

/** The numbers, computed when they are asked for. */
function Numbers({ id }: { readonly id: string }) {
  const [open, toggle] = useState(false);
  const [shown, show] = useState<Shown | null>(null);
  useEffect(() => {
    if (!open || shown !== null) return;
    const job = client.ask('mistake', { id });
    job.answer.then(show, () => toggle(false));
    return job.stop;
  }, [open]);
  return (
    <>
      <button type="button" class="plain" aria-expanded={open} onClick={() => toggle(!open)}>
        {words.numbers}
      </button>
      {open && (
        <span class="shown" role="status">
          {shown === null ? page.working : <Told of={shown} />}
        </span>
      )}
    </>
  );
}

const Told = ({ of }: { readonly of: Shown }) => (
  <table class="numbers">
    <tbody>
      <tr>
        <th scope="row">{words.at}</th>
        <td>{of.at.map(([name, value]) => `${name} = ${value}`).join(', ')}</td>
      </tr>
      <tr>
        <th scope="row">{words.written}</th>
        <td class="slip">{of.written}</td>
      </tr>
      <tr>
        <th scope="row">{words.right}</th>
        <td>{of.right}</td>
      </tr>
    </tbody>
  </table>
);
