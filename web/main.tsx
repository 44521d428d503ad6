// Starts the page: the shell in place of what was prerendered, the address followed, questions answered.
// Not here: anything that is shown.
// Invariant: the first thing on the screen is the prerendered page, and the live one looks the same.
import { effect } from '@preact/signals';
import { render } from 'preact';
import { answer, answerQuestions } from './derive/asked.ts';
import { Shell } from './shell.tsx';
import { listenForKeys } from './keys.tsx';
import { followAddress, state } from './state.ts';
import { followPlace } from './tour/tour.tsx';

const root = document.getElementById('page');
if (root === null) throw new Error('bug: the page has no place');
followAddress();
answerQuestions();
listenForKeys();
root.replaceChildren();
render(<Shell />, root);
effect(() => {
  if (state.value.view === 'derive' && answer.value.derivation !== null) followPlace();
});
document.documentElement.dataset['live'] = 'yes';
if ('serviceWorker' in navigator && location.protocol !== 'file:')
  navigator.serviceWorker.register('./sw.js').catch(() => undefined);
