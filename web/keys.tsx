// Keys that work everywhere: ? lists them, t is your turn.
// Not here: the keys of a derivation (`derive/keys.ts`).
// Invariant: nothing that is typed into a field is taken for a key.
import { signal } from '@preact/signals';
import { field, go, state } from './state.ts';
import { keys as words } from './words.ts';

const listed = signal(false);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.closest('input, textarea, select') !== null || target.shadowRoot !== null);

/** Listens for the keys. */
export function listenForKeys(): void {
  addEventListener('keydown', (event) => {
    if (isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === '?') listed.value = !listed.value;
    else if (event.key === 'Escape') listed.value = false;
    else if (event.key === 't' && state.peek().view === 'derive')
      go({ view: 'derive', fields: { ...state.peek().fields, turn: field('turn') === '' ? '0' : '' } });
    else return;
    event.preventDefault();
  });
}

export function Keys() {
  return (
    <>
      <button
        type="button"
        class="plain tiny"
        aria-expanded={listed.value}
        onClick={() => (listed.value = !listed.value)}
      >
        {words.title}
      </button>
      {listed.value && (
        <dl class="keys">
          {words.all.map(([key, say]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{say}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}
