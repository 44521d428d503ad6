// The bar at the foot of the page that leads through the stops.
// Not here: the stops (`stops.ts`).
// Invariant: the reader may touch anything between two stops; going on restores the next one's state.
import { useEffect, useRef } from 'preact/hooks';
import { Formula } from '../math/formula.tsx';
import { touched } from '../math/touch.ts';
import { field, linkTo, numberOf } from '../state.ts';
import { tour as words } from '../words.ts';
import { fieldsOf, stops } from './stops.ts';

/** The stop that the address asks for; 0 for none. */
export const stopNow = (): number => (field('tour') === '' ? 0 : Math.round(numberOf('tour', 1, 1, stops.length)));

/** Lights up what the address points at, and brings it into view. */
export function followPlace(): void {
  const at = field('at');
  if (at === '') return;
  const [line = '', path = ''] = at.split(':');
  touched.value = { line, path: path === '' ? 'r' : path };
  requestAnimationFrame(() =>
    document.querySelector(`.formula[data-line="${CSS.escape(line)}"]`)?.scrollIntoView({ block: 'center' }),
  );
}

export function Tour() {
  const now = stopNow();
  const next = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (now > 0) next.current?.focus({ preventScroll: true });
  }, [now]);
  const stop = stops[now - 1];
  if (stop === undefined) return null;
  const last = now === stops.length;
  return (
    <section class="tour" aria-label={words.label}>
      <div class="at">
        <span>{words.of(now, stops.length)}</span>
        <span class="dots" aria-hidden="true">
          {stops.map((_, n) => (
            <i class={n < now ? 'on' : ''} />
          ))}
        </span>
      </div>
      <p aria-live="polite">
        <Said text={stop.say} />
      </p>
      <div class="nb">
        <a href={now === 1 ? linkTo('derive') : linkTo('derive', fieldsOf(now - 1))}>
          {now === 1 ? words.leave : words.back}
        </a>
        <a class="go" ref={next} href={last ? linkTo('derive') : linkTo('derive', fieldsOf(now + 1))}>
          {last ? words.end : words.next}
        </a>
      </div>
    </section>
  );
}

const hues: Readonly<Record<string, string>> = { p: 'p', p_i: 'p', y: 'y', y_i: 'y' };
function Said({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/\$([^$]+)\$/).map((part, n) =>
        n % 2 === 0 ? (
          part
        ) : (
          <Formula
            of={{
              latex: part,
              ...(hues[part] === undefined ? {} : { marked: `\\htmlData{n=${hues[part]}}{${part}}` }),
            }}
          />
        ),
      )}
    </>
  );
}
