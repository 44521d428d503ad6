// The view Derive, which is the entrance: headline, question, lines, forms, and the same in numbers beside.
// Not here: each of these.
// Invariant: while a question is worked on, the answer before it is dimmed, never shown as the new one's.
import { Bars, Classes } from '../numbers/bars.tsx';
import { printed, valuesOf } from '../numbers/values.ts';
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { change, field, hidden, linkTo } from '../state.ts';
import { bars, derive as words, myturn, page } from '../words.ts';
import { answer, type Answer } from './asked.ts';
import { Ask } from './ask.tsx';
import { Touched } from './touched.tsx';
import { Forms } from './forms.tsx';
import { turnNow } from './myturn.tsx';
import { Steps } from './steps.tsx';
import { fieldsOf } from '../tour/stops.ts';
import type { Derivation } from 'whygrad';

const isEntrance = (): boolean =>
  field('q', 'dL/dz_i') === 'dL/dz_i' &&
  field('in', 'softmax-cross-entropy') === 'softmax-cross-entropy' &&
  field('own') === '';

/** Lines of more characters than these get the whole width of the page. */
const widest = 150;

export function DeriveView() {
  const now = answer.value;
  const entrance = isEntrance();
  const wide = !entrance && (now.derivation?.steps.some((s) => s.to.length > widest) ?? false);
  return (
    <div class={wide ? 'one' : 'two'}>
      <section>
        <h1>
          {entrance ? (
            <>
              Why is it <i class="p">p</i> − <i class="y">y</i>?
            </>
          ) : (
            words.other
          )}
        </h1>
        {now.derivation !== null && (
          <p class="lead">{words.lead(now.derivation.steps.length, now.derivation.check.verdict === 'proved')}</p>
        )}
        {entrance && !hidden('tour') && field('tour') === '' && (
          <p class="start">
            <a class="solid" href={linkTo('derive', fieldsOf(1))}>
              {words.tour}
            </a>
            <span class="quiet small">{words.tourMore}</span>
          </p>
        )}
        {!hidden('ask') && <Ask />}
        <Answered now={now} entrance={entrance} />
      </section>
      {entrance ? (
        <Aside />
      ) : (
        <aside class={wide ? 'card foot' : 'card stick'} aria-label={words.touched}>
          <Touched of={null} />
        </aside>
      )}
    </div>
  );
}

function Answered({ now, entrance }: { readonly now: Answer; readonly entrance: boolean }) {
  const d = now.derivation;
  const turn = turnNow();
  return (
    <>
      {now.working !== null && <Working stop={now.working} />}
      {now.fault !== null && <FaultShown of={now.fault} />}
      {d !== null && (
        <div class={now.working === null ? '' : 'stale'} aria-busy={now.working !== null}>
          <Givens of={d} />
          {turn === null && !hidden('turn') && (
            <p class="turn">
              <Routes />
              <button type="button" class="plain" onClick={() => change({ turn: '0', open: '', at: '' })}>
                {myturn.start}
              </button>
            </p>
          )}
          <Steps of={d}>{entrance && d.result.text === 'p_i - y_i' && <InNumbers />}</Steps>
          {turn === null && <Verdict of={d} />}
          {turn === null && !hidden('forms') && <Forms of={d} asked={now.asked} />}
        </div>
      )}
    </>
  );
}

/** The way to go and how many lines are told. */
function Routes() {
  const choice = (name: 'by' | 'detail', all: Readonly<Record<string, string>>, usual: string, say: string) => (
    <label>
      {say}{' '}
      <select
        value={field(name, usual)}
        onChange={(e) =>
          change({ [name]: e.currentTarget.value === usual ? '' : e.currentTarget.value, open: '', at: '' })
        }
      >
        {Object.entries(all).map(([id, text]) => (
          <option value={id} selected={id === field(name, usual)}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <span class="routes">
      {choice('by', words.routes, 'auto', words.route)}
      {choice('detail', words.details, 'outline', words.detail)}
    </span>
  );
}

function Working({ stop }: { readonly stop: () => void }) {
  return (
    <p class="working" role="status">
      {page.working}{' '}
      <button type="button" class="plain" onClick={stop}>
        {page.giveUp}
      </button>
    </p>
  );
}

export function FaultShown({ of }: { readonly of: NonNullable<Answer['fault']> }) {
  const [from, to] = of.span ?? [0, 0];
  const text = of.text ?? '';
  return (
    <div class="fault" role="alert">
      <p>
        <b>{of.message}</b>
      </p>
      {of.span !== null && text !== '' && to <= text.length && (
        <pre>
          <code>
            {text.slice(0, from)}
            <u>{text.slice(from, Math.max(to, from + 1))}</u>
            {text.slice(Math.max(to, from + 1))}
          </code>
        </pre>
      )}
      {of.hint !== null && <p class="quiet">{of.hint}</p>}
    </div>
  );
}

function Givens({ of }: { readonly of: Derivation }) {
  return (
    <dl class="givens">
      {of.givens.map((g, n) => (
        <div>
          <dt class={n > 0 && of.givens[n - 1]?.kind === g.kind ? 'k skip-print' : 'k'}>
            {n > 0 && of.givens[n - 1]?.kind === g.kind ? '' : words.kinds[g.kind]}
          </dt>
          <dd>
            <Scroll>
              <Formula of={g} />
            </Scroll>
          </dd>
        </div>
      ))}
      {of.read.map((r) => (
        <div>
          <dt class="k" />
          <dd class="small">{words.readAs(r.text, r.as)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Verdict({ of }: { readonly of: Derivation }) {
  const tested = of.steps.filter((s) => s.check === 'tested').length;
  const error = of.check.maxError;
  const exponent = error === 0 ? 0 : Math.floor(Math.log10(error));
  return (
    <p class="verdict">
      <span>{words.verdict(of.steps.length - tested, tested)}</span>
      {of.check.points > 0 && (
        <span>
          {words.agrees(of.check.points)}
          <Formula
            of={{ latex: error === 0 ? '0' : `${Math.round(error / 10 ** exponent)} \\cdot 10^{${exponent}}` }}
          />
        </span>
      )}
    </p>
  );
}

/** The last line with the numbers beside put in. */
function InNumbers() {
  const v = valuesOf();
  const n = v.truth ?? 0;
  const [p, y, gap] = [v.p[n] ?? 0, v.y[n] ?? 0, v.gap[n] ?? 0].map((x) => printed(x).replace('−', '-'));
  const latex = `${p} - ${Number(y)} = ${gap}`;
  const marked = `\\htmlData{n=p}{${p}} - \\htmlData{n=y}{${Number(y)}} = ${gap}`;
  return (
    <li class="step num">
      <span />
      <span class="eq" aria-hidden="true">
        =
      </span>
      <div class="formula">
        <Formula of={{ latex, marked }} display />
      </div>
      <div class="why">
        <span>{words.numberLine(n + 1)}</span>
      </div>
    </li>
  );
}

function Aside() {
  const v = valuesOf();
  return (
    <aside class="card stick" aria-label={bars.title}>
      <h2 class="h">{bars.title}</h2>
      <Bars of={v} />
      <Classes of={v} />
      <Touched of={v} />
    </aside>
  );
}
