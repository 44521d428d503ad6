// What simulated authors say between their formulas.
// Not here: formulas.
// Invariant: no sentence says anything that is false of any derivation it can stand beside.
import type { Author } from './habits.ts';

export interface Phrases {
  readonly define: (says: string) => string;
  readonly claim: (says: string) => string;
  readonly where: string;
  readonly step: string;
  readonly let: (formula: string) => string;
  readonly assume: string;
}

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

export const phrases: Readonly<Record<Author['prose'], Phrases>> = {
  short: {
    define: (says) => `${capital(says)}:`,
    claim: (says) => `${capital(says)}:`,
    where: 'Here',
    step: 'which is',
    let: (f) => `Let ${f}.`,
    assume: 'Assume',
  },
  headings: {
    define: (says) => `${capital(says)} is`,
    claim: (says) => `${capital(says)} we obtain`,
    where: 'where',
    step: 'and therefore',
    let: (f) => `We write ${f}.`,
    assume: 'We assume that',
  },
  talkative: {
    define: (says) => `To set the stage, ${says}. In formulas,`,
    claim: (says) => `Now let us see how this changes, ${says}. A short computation gives`,
    where: 'In the above we have used',
    step: 'This can be simplified:',
    let: (f) => `In what follows we shall write ${f}, as is usual.`,
    assume: 'Throughout, suppose that',
  },
  german: {
    define: () => 'Wir setzen',
    claim: () => 'Daraus folgt',
    where: 'wobei',
    step: 'also',
    let: (f) => `Sei ${f}.`,
    assume: 'Es gelte',
  },
  chinese: {
    define: () => '定义',
    claim: () => '因此',
    where: '其中',
    step: '即',
    let: (f) => `设 ${f}。`,
    assume: '假设',
  },
  list: {
    define: (says) => `- ${says}:`,
    claim: (says) => `- ${says}:`,
    where: 'with',
    step: '- hence',
    let: (f) => `- ${f}`,
    assume: '- assumed:',
  },
  none: { define: () => '', claim: () => '', where: '', step: '', let: (f) => `${f}`, assume: 'Assume' },
};
