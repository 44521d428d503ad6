// A view whose code is loaded when it is first shown.
// Not here: the views.
// Invariant: loaded once; a load that fails is said by the page's guard.
import { signal, type Signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { page } from './words.ts';

export interface Later {
  readonly view: Signal<ComponentType | null>;
  readonly load: () => void;
}

export function later(load: () => Promise<ComponentType>): Later {
  const view = signal<ComponentType | null>(null);
  let begun = false;
  return {
    view,
    load: () => {
      if (begun) return;
      begun = true;
      load().then((v) => {
        view.value = v;
      });
    },
  };
}

export function Lazy({ of }: { readonly of: Later }) {
  useEffect(of.load, [of]);
  const View = of.view.value;
  return View === null ? <p class="working">{page.working}</p> : <View />;
}
