// What a document's text defines, assumes and claims.
// Not here: judging claims (test/lint), authors' loose notations.
// Invariant: every text is given here in full.
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/meaning/document.ts';
import { contextOfDocument, libraryNames, libraryOutlines } from '../../src/meaning/library.ts';
import { readOutline } from '../../src/meaning/document.ts';

const defines = (text: string): string[] => [...readDocument(text).context.definitions.keys()];

describe('a typed line', () => {
  it.each([
    ['L = sum_i x_i', ['L']],
    ['loss = sum_i x_i', ['loss']],
    ['y_i = rate x_i', ['y']],
    ['y_i = x_i + bias', ['y']],
    ['out_i = scale*x_i + shift_i', ['out']],
    ['cost = 1/2 sum_i (t_i - out_i)^2\nout_i = act(net_i)', ['cost', 'out']],
    ['# A title\n\nloss = sum_i (x_i - y_i)^2\n', ['loss']],
  ])('%j defines %j', (text, names) => {
    expect(defines(text)).toEqual(names);
  });
  it.each([
    'The loss = sum of everything',
    'accuracy = number of correct predictions / total',
    'result = what we wanted to show',
    'npm install = first step',
  ])('%j is prose', (text) => {
    expect(defines(text)).toEqual([]);
  });
});

describe('a Markdown document', () => {
  it('gives its first equation of a name as definition, assumptions by their words, the rest as claims', () => {
    const d = readDocument(
      'Softmax is\n\n$$p_j = \\frac{e^{z_j}}{\\sum_k e^{z_k}}$$\n\nAssume\n\n$$\\sum_j y_j = 1$$\n\nand then\n\n$$\\frac{\\partial p_j}{\\partial z_i} = p_j (\\delta_{ij} - p_i)$$\n',
    );
    expect([...d.context.definitions.keys()]).toEqual(['p']);
    expect(d.context.assumptions).toHaveLength(1);
    expect(d.claims).toHaveLength(1);
  });
  it('loses against what is given beside it', () => {
    const d = readDocument('$$a_i = x_i^2$$', { given: ['a_i = x_i^3'] });
    expect(d.claims).toEqual(['a_i = x_i^2']);
  });
  it('may be empty', () => {
    expect(defines('')).toEqual([]);
    expect(defines('\n\n')).toEqual([]);
  });
});

describe('the outlines of the built-in documents', () => {
  it.each(libraryNames())('that of %s says what the document says', (name) => {
    const outline = libraryOutlines()[name];
    expect(outline).toBeDefined();
    expect(readOutline(outline ?? []).context).toEqual(contextOfDocument(name, []));
  });
});
