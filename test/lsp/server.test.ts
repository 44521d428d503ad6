// The language server: what an editor is told while a derivation is written.
// Not here: the verdicts.
// Invariant: the truth of every answer is `lint` of the same text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixText, lint } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';
import { randomFrom } from '../lint/simulator/random.ts';
import { Client, type Range } from './client.ts';

const text = `# Softmax

Let $p_j = e^{z_j}/\\sum_k e^{z_k}$.

$$\\frac{\\partial p_j}{\\partial z_i} = p_j (1 - p_i)$$

Let $f = x^2$. Then $df/dx = 2x$.
`;

let client: Client;
beforeEach(async () => {
  client = new Client();
  await client.start();
});
afterEach(() => {
  client.child.kill();
});

const at = (piece: string): { line: number; character: number } => client.document.positionAt(text.indexOf(piece) + 1);
const said = (range: Range): string =>
  client.document.getText().slice(client.document.offsetAt(range.start), client.document.offsetAt(range.end));

describe('a document', () => {
  test('a slip stands at its part; an edit of one character changes what is said', { timeout: 30_000 }, async () => {
    const [slip, ...more] = (await client.open(text)).diagnostics;
    expect(more).toEqual([]);
    expect([said(must(slip).range), must(slip).code, must(slip).severity]).toEqual(['1', 'diagonal-only', 1]);
    expect(must(slip).message).toContain('should be: p_j (\\delta_{ij} - p_i)');
    const one = text.indexOf('(1 -') + 1;
    await client.edit(one, one + 1, '\\delta_{ij}');
    expect((await client.diagnosed()).diagnostics).toEqual([]);
  });

  test('an address that is escaped badly is one, too', { timeout: 30_000 }, async () => {
    expect((await client.open(text, 'file:///100%.md')).diagnostics).toHaveLength(1);
  });

  test('hover, action and hint', { timeout: 30_000 }, async () => {
    await client.open(text);
    const hover = await client.ask<{ contents: { value: string } }>('textDocument/hover', { position: at('p_j (1') });
    expect(hover.contents.value).toMatch(/\*\*slip\*\*[\s\S]*for example[\s\S]*left side/);
    expect(await client.ask('textDocument/hover', { position: { line: 0, character: 2 } })).toBeNull();
    const range = { start: at('p_j (1'), end: at('p_j (1') };
    const [action] = await client.ask<{ edit: { changes: Record<string, { range: Range; newText: string }[]> } }[]>(
      'textDocument/codeAction',
      { range, context: { diagnostics: [] } },
    );
    const [change] = must(must(action).edit.changes[client.document.uri]);
    const { start, end } = must(change).range;
    await client.edit(client.document.offsetAt(start), client.document.offsetAt(end), must(change).newText);
    expect(client.document.getText()).toBe(fixText(text).text);
    const whole = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = await client.ask<{ label: string }[]>('textDocument/inlayHint', { range: whole });
    expect(hints.map((h) => h.label)).toEqual(['✓', '✓']);
  });

  test('unclear claims are hints where they are asked for', { timeout: 30_000 }, async () => {
    client.child.kill();
    client = new Client();
    await client.start({ unclear: true });
    const { diagnostics } = await client.open('Then $L(q) = M(q)$ and $a \\star b = b \\diamond a$.\n');
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.every((d) => d.severity === 4)).toBe(true);
  });

  test('it ends when it is told to', { timeout: 30_000 }, async () => {
    await client.open(text);
    expect(await client.stop()).toBe(0);
  });
});

describe('the same as lint', () => {
  const folder = join(import.meta.dirname, '..', 'lint', 'documents');
  const files = readdirSync(folder).filter((name) => /\.(?:md|tex)$/.test(name));
  const verdicts = () => client.ask<unknown>('whygrad/verdicts', { uri: client.document.uri });

  test('for every document', { timeout: 120_000 }, async () => {
    for (const name of files) {
      const source = readFileSync(join(folder, name), 'utf8');
      await client.open(source, `file:///${name}`, name.endsWith('.tex') ? 'latex' : 'markdown');
      const syntax = name.endsWith('.tex') ? 'latex' : 'markdown';
      expect(await verdicts()).toEqual(JSON.parse(JSON.stringify(lint(source, { file: `/${name}`, syntax }))));
    }
  });

  const edits = process.env['SOAK'] === undefined ? 60 : 2000;
  test(`after ${edits} random edits`, { timeout: 3_600_000 }, async () => {
    const random = randomFrom(7);
    await client.open(readFileSync(join(folder, must(files[0])), 'utf8'));
    for (let n = 1; n <= edits; n++) {
      const length = client.document.getText().length;
      const start = Math.floor(random.number() * (length + 1));
      const end = Math.min(length, start + Math.floor(random.number() * 4));
      await client.edit(start, end, random.pick([...'abix01+-_^{}$\\ \n', '', '😀', '\r\n']));
      if (n % 20 !== 0) continue;
      const { diagnostics, version } = await client.diagnosed();
      expect(version).toBe(client.document.version);
      for (const d of diagnostics) expect(client.document.offsetAt(d.range.end)).toBeLessThanOrEqual(length + 3);
      const now = lint(client.document.getText(), { file: '/notes.md', syntax: 'markdown' });
      expect(await verdicts()).toEqual(JSON.parse(JSON.stringify(now)));
    }
  });
});
