// The whole state of the page as one value, and as the address.
// Not here: what is shown for it.
// Invariant: the address of a state gives that state back, and any address gives some state.
import { signal } from '@preact/signals';
import { views } from './words.ts';

export type View = keyof typeof views;
export type Fields = Readonly<Record<string, string>>;

/** A view and its fields as text; a field that is not there has its usual value. */
export interface State {
  readonly view: View;
  readonly fields: Fields;
}

const isView = (name: string): name is View => Object.hasOwn(views, name);

/** The state of an address' fragment. */
export function readAddress(fragment: string): State {
  const all = new Map(new URLSearchParams(fragment.replace(/^#/, '')));
  const named = all.get('v') ?? '';
  all.delete('v');
  return { view: isView(named) ? named : 'derive', fields: Object.fromEntries(all) };
}

/** The fragment for a state; empty for the entrance. */
export function address({ view, fields }: State): string {
  const given = Object.entries(fields).filter(([, value]) => value !== '');
  if (view === 'derive' && given.length === 0) return '#';
  return `#${new URLSearchParams([['v', view], ...given]).toString().replaceAll('%2F', '/').replaceAll('%2C', ',')}`;
}

const here = (): string => (typeof location === 'undefined' ? '' : location.hash);

export const state = signal<State>(readAddress(here()));

/** The link to a view with fields. */
export const linkTo = (view: View, fields: Fields = {}): string => address({ view, fields });

/** Goes to a state; a small change (a slider) replaces the entry of the history. */
export function go(next: State, kind: 'push' | 'replace' = 'push'): void {
  state.value = next;
  const to = address(next);
  if (to === (location.hash === '' ? '#' : location.hash)) return;
  if (kind === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
}

/** Changes fields of the view that is shown; an empty text takes a field away. */
export const change = (fields: Fields, kind: 'push' | 'replace' = 'push'): void =>
  go({ ...state.value, fields: without({ ...state.value.fields, ...fields }) }, kind);

const without = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== ''));

/** Follows the address: back, forward, and links. */
export function followAddress(): void {
  const read = (): void => {
    state.value = readAddress(location.hash);
  };
  addEventListener('popstate', read);
  addEventListener('hashchange', read);
}

/** A field as text. */
export const field = (name: string, usual = ''): string => state.value.fields[name] ?? usual;

/** A field as numbers; the usual ones where it holds anything else. */
export function numbersOf(name: string, usual: readonly number[]): readonly number[] {
  const text = state.value.fields[name];
  if (text === undefined) return usual;
  const read = text.split(',').map(Number);
  return read.every(Number.isFinite) ? read : usual;
}

/** A field as one number within bounds. */
export function numberOf(name: string, usual: number, least: number, most: number): number {
  const [n = usual] = numbersOf(name, [usual]);
  return Math.min(most, Math.max(least, n));
}

/** Whether a teacher's link leaves out a control. */
export const hidden = (control: string): boolean => field('hide').split(',').includes(control);
