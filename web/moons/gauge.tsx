// How the wrong gradient lies to the right one, now: angle and length.
// Not here: measuring (`lab-worker.ts`).
// Invariant: what is drawn is what is said.
import { moons as words } from '../words.ts';
import type { Gauge } from './settings.ts';

const point = (degrees: number, length: number): [number, number] => {
  const a = (degrees * Math.PI) / 180;
  return [50 + Math.cos(a) * length, 52 - Math.sin(a) * length];
};

export function GaugeShown({ of }: { readonly of: Gauge | null }) {
  if (of === null) return <p class="quiet small">{words.noGauge}</p>;
  const [x, y] = point(of.degrees, 40 * Math.min(1, Math.max(0.15, of.length)));
  return (
    <div class="gauge">
      <svg viewBox="0 0 100 58" aria-hidden="true">
        <path class="rule" d="M10 52 A40 40 0 0 1 90 52" />
        <line class="derived" x1="50" y1="52" x2="90" y2="52" />
        <line class="with" x1="50" y1="52" x2={x} y2={y} />
      </svg>
      <p>
        <b>{Math.round(of.degrees)}°</b> {words.off} <b>{Math.round(of.length * 100)} %</b> {words.ofLength}
        {of.sure !== null && of.sure < of.length * 0.8 && (
          <span class="quiet"> {words.weakest(Math.round(of.sure * 100))}</span>
        )}
      </p>
    </div>
  );
}
