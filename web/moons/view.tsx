// The view Moons: two runs side by side, and how they differ.
// Not here: training (`lab-worker.ts`).
// Invariant: a run that stopped shows the library's message, and the page lives.
import { useEffect } from 'preact/hooks';
import { Formula } from '../math/formula.tsx';
import { Scroll } from '../math/scroll.tsx';
import { cards, type Card } from '../mistakes/cards.ts';
import { printed } from '../numbers/values.ts';
import { change, field, linkTo } from '../state.ts';
import { moons as words } from '../words.ts';
import { Curves } from './curve.tsx';
import { GaugeShown } from './gauge.tsx';
import { again, data, fault, followSettings, frame, isPlaying, pause, play, slowly, step } from './lab.ts';
import { Plane } from './plane.tsx';
import { Slow } from './slow.tsx';
import { OwnTable } from './table.tsx';
import { epochs, settingsOf, type RunFrame } from './settings.ts';

const trainable = cards.filter((c) => c.trains);

export function MoonsView() {
  useEffect(followSettings, []);
  const { mistake } = settingsOf();
  const card = trainable.find((c) => c.id === mistake);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Controls />
      {fault.value !== null && <p class="fault">{fault.value}</p>}
      <Slow />
      <div class="two">
        <section class="labs">
          <Lab which={0} card={card} />
          <Lab which={1} card={card} />
        </section>
        <Beside card={card} />
      </div>
    </>
  );
}

/** Whether the address sets one of the settings that are folded away. */
const hasMore = (): boolean => ['batch', 'units', 'act', 'opt', 'seed', 'csv'].some((name) => field(name) !== '');

function Controls() {
  const s = settingsOf();
  return (
    <div class="controls">
      <button type="button" class="solid" onClick={() => (isPlaying.value ? pause() : play())}>
        {isPlaying.value ? words.pause : words.play}
      </button>
      <button type="button" onClick={step}>
        {words.step}
      </button>
      <button type="button" onClick={again}>
        {words.again}
      </button>
      <button type="button" onClick={() => slowly(0)}>
        {words.slow}
      </button>
      <Slide name="rate" value={s.rate} least={0.02} most={1} by={0.02} />
      <Slide name="noise" value={s.noise} least={0} most={0.5} by={0.05} />
      <Choice name="mistake" value={s.mistake} all={trainable.map((c) => [c.id, c.name])} />
      <details class="more" open={hasMore() || undefined}>
        <summary>{words.more}</summary>
        <div class="controls">
          <Choice name="batch" value={`${s.batch}`} all={['8', '32', '240'].map((b) => [b, b])} />
          <Choice name="units" value={`${s.units}`} all={['4', '8', '16'].map((u) => [u, `${u} · ${u}`])} />
          <Choice name="act" value={s.activation} all={['tanh', 'relu'].map((a) => [a, a])} />
          <Choice
            name="opt"
            value={s.optimizer}
            all={[
              ['sgd', 'SGD'],
              ['adam', 'Adam'],
            ]}
          />
          <OwnTable />
          <Choice name="seed" value={`${s.seed}`} all={['1', '2', '3', '4', '5'].map((n) => [n, n])} />
        </div>
      </details>
      {field('points') !== '' && (
        <button type="button" class="plain" onClick={() => change({ points: '' })}>
          {words.noPoints}
        </button>
      )}
    </div>
  );
}

interface SlideProps {
  readonly name: 'rate' | 'noise';
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly by: number;
}
const Slide = ({ name, value, least, most, by }: SlideProps) => (
  <label>
    {words.names[name]}
    <input
      type="range"
      min={least}
      max={most}
      step={by}
      value={value}
      onInput={(e) => change({ [name]: e.currentTarget.value }, 'replace')}
    />
    <output>{printed(value)}</output>
  </label>
);

interface ChoiceProps {
  readonly name: 'mistake' | 'batch' | 'units' | 'act' | 'opt' | 'seed';
  readonly value: string;
  readonly all: readonly (readonly string[])[];
}
const Choice = ({ name, value, all }: ChoiceProps) => (
  <label>
    {words.names[name]}
    <select value={value} onChange={(e) => change({ [name]: e.currentTarget.value })}>
      {all.map(([id, say]) => (
        <option value={id} selected={id === value}>
          {say}
        </option>
      ))}
    </select>
  </label>
);

const described = (run: RunFrame, say: string): string =>
  `${say}: ${words.loss} ${printed(run.loss.at(-1) ?? Number.NaN, 3)}, ${words.accuracy} ${printed(100 * run.accuracy, 1)} %`;

function Lab({ which, card }: { readonly which: 0 | 1; readonly card: Card | undefined }) {
  const run = frame.value?.runs[which];
  const say = which === 0 ? words.derived : words.mistaken;
  const formula = which === 0 ? card?.lines?.right : card?.lines?.wrong;
  return (
    <figure class="lab">
      <div class="title">
        <h2 class="h">{say}</h2>
        <Scroll>{formula !== undefined && <Formula of={formula} />}</Scroll>
      </div>
      {run !== undefined && data.value !== null ? (
        <Plane of={run} data={data.value} label={described(run, say)} add={addPoint} />
      ) : (
        <div class="plane" />
      )}
      <figcaption class="cap">
        {run !== undefined && run.loss.length > 0 && (
          <>
            <span>
              {words.loss} {printed(run.loss.at(-1) ?? Number.NaN, 3)}
            </span>
            <span class="quiet">
              {words.accuracy} {printed(100 * run.accuracy, 1)} %
            </span>
          </>
        )}
      </figcaption>
      {run?.fault !== undefined && run.fault !== null && <p class="fault small">{run.fault}</p>}
    </figure>
  );
}

/** A point where it was asked for; with Shift of the other class. */
function addPoint(x: number, y: number, other: boolean): void {
  const before = field('points');
  const point = `${x.toFixed(2)},${y.toFixed(2)},${other ? 1 : 0}`;
  change({ points: before === '' ? point : `${before};${point}` });
}

function Beside({ card }: { readonly card: Card | undefined }) {
  const f = frame.value;
  return (
    <aside class="card">
      <h2 class="h spread">
        <span>{words.lossTitle}</span>
        <span class="quiet">{words.epoch(f?.epoch ?? 0, epochs)}</span>
      </h2>
      <Curves right={f?.runs[0].loss ?? []} wrong={f?.runs[1].loss ?? []} />
      <p class="legend">
        <span>
          <b aria-hidden="true">━</b> {words.derived}
        </span>
        <span>
          <b aria-hidden="true">╌</b> {words.mistaken}
        </span>
      </p>
      <div class="tip">
        <h2 class="h">{words.gauge}</h2>
        <GaugeShown of={f?.gauge ?? null} />
      </div>
      {card !== undefined && (
        <p class="small last">
          {card.why} <a href={linkTo('mistakes', { id: card.id })}>{words.about}</a>
        </p>
      )}
      <p class="small quiet">{words.pointsHint}</p>
    </aside>
  );
}
