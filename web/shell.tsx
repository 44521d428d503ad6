// The page around the views: header, views by address, footer.
// Not here: the views.
// Invariant: a view that fails says so and leaves the header working.
import { Component, type ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { DeriveView } from './derive/view.tsx';
import { Keys } from './keys.tsx';
import { Lazy, later } from './lazy.tsx';
import { NumbersView } from './numbers/view.tsx';
import { hidden, linkTo, state, type View } from './state.ts';
import { Tour } from './tour/tour.tsx';
import { page as words, views } from './words.ts';

const checkView = later(async () => (await import('./check/view.tsx')).CheckView);
const moonsView = later(async () => (await import('./moons/view.tsx')).MoonsView);
const mistakesView = later(async () => (await import('./mistakes/gallery.tsx')).Gallery);

const shown: { readonly [V in View]: () => ComponentChildren } = {
  derive: () => <DeriveView />,
  numbers: () => <NumbersView />,
  check: () => <Lazy of={checkView} />,
  moons: () => <Lazy of={moonsView} />,
  mistakes: () => <Lazy of={mistakesView} />,
};
const there: readonly View[] = ['derive', 'numbers', 'check', 'moons', 'mistakes'];

export function Shell() {
  const { view } = state.value;
  return (
    <div class="page">
      <a class="skip-link" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <a class="word" href={linkTo('derive')} aria-label={words.home}>
          whygrad
        </a>
        {!hidden('nav') && (
          <nav aria-label={words.views}>
            {there.map((v) => (
              <a href={linkTo(v)} aria-current={v === view ? 'page' : undefined}>
                {views[v]}
              </a>
            ))}
          </nav>
        )}
        <CopyLink />
      </header>
      <main id="main" tabIndex={-1}>
        <Guard key={view}>{shown[view]()}</Guard>
      </main>
      {view === 'derive' && <Tour />}
      <footer>
        <span>{words.local}</span>
        <span>{words.offline}</span>
        <code>{words.terminal}</code>
        <Keys />
      </footer>
    </div>
  );
}

function CopyLink() {
  const [done, say] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    say(true);
    setTimeout(() => say(false), 1500);
  };
  return (
    <button type="button" class="plain" onClick={copy}>
      {done ? words.copied : words.copyLink}
    </button>
  );
}

/** Keeps a fault of one view from the rest of the page. */
class Guard extends Component<{ readonly children: ComponentChildren }, { readonly failed: boolean }> {
  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override state = { failed: false };
  override componentDidCatch(error: unknown): void {
    console.error(error);
  }
  override render() {
    return this.state.failed ? (
      <p class="fault" role="alert">
        {words.failed}
      </p>
    ) : (
      this.props.children
    );
  }
}
