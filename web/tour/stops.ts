// The stops of the tour: what is said, and the state of the page that shows it.
// Not here: the bar that leads through them (`tour.tsx`).
// Invariant: at most 200 words in all (a test counts them); each stop is a link.
import type { Fields } from '../state.ts';

export interface Stop {
  /** Words with formulas between dollars. */
  readonly say: string;
  /** The part that lights up: a line and a path. */
  readonly at: string;
}

export const stops: readonly Stop[] = [
  {
    say: 'A model gives each class a score, $z$. The sliders hold three of them. Nothing says yet that they are shares.',
    at: '',
  },
  {
    say: 'Softmax turns scores into shares, $p$: positive, and together 1. These are the blue bars.',
    at: '0:0.1.0.1.0',
  },
  {
    say: 'One class is true: $y$ is 1 there, and 0 elsewhere. So the loss $L$ looks at one share alone, that of the true class.',
    at: '0:0.1.0.0',
  },
  {
    say: 'Which way should each score move? $\\partial L/\\partial z_i$ is the slope of the loss by score $i$.',
    at: 'q:0',
  },
  {
    say: 'Every share feels every score: raise $z_i$, and $p_i$ grows while all others shrink. That is $\\delta_{ij} - p_i$.',
    at: '1:1.0.2',
  },
  {
    say: 'The $\\delta$ says “only where $j$ is $i$”. So of all the $y$ in the sum one is left by itself: $y_i$.',
    at: '2:1.0',
  },
  {
    say: 'The $y$ sum to 1, so the other term is $p_i$ alone. What is left is $p - y$: the black gap from bar to mark.',
    at: '4:0',
  },
];

/** The fields of a stop, from 1. */
export const fieldsOf = (n: number): Fields => {
  const at = stops[n - 1]?.at ?? '';
  return { tour: `${n}`, ...(at === '' ? {} : { at }) };
};
