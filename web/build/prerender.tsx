// The entrance as HTML without scripts, the derivation that it shows, and the styles of its formulas as classes.
// Not here: bundling (`scripts/site.mjs`).
// Invariant: made by the same components and the same library as the live page; no style attribute is left.
import katex from 'katex';
import { renderToString } from 'preact-render-to-string';
import { derive, libraryDocument, libraryNames, mistakeGradient, mistakes } from 'whygrad';
import { lineOf } from '../work/lines.ts';
import type { Card } from '../mistakes/cards.ts';
import { rightFor } from '../mistakes/right.ts';
import { packed, type Known, type Packed } from '../first.ts';

/** What the page knows before anything is computed. */
export function makeFirst(): Packed {
  const options = { by: 'auto', detail: 'outline', in: 'softmax-cross-entropy' } as const;
  const asked = { question: 'dL/dz_i', options };
  const derivation = { ...derive(asked.question, { ...options, parts: true }), milliseconds: 0 };
  return {
    asked,
    ...packed(derivation),
    documents: libraryNames()
      .map(known)
      .filter((k) => k.questions.length > 0),
  };
}

function known(name: string): Known {
  const text = libraryDocument(name);
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  const asked = /<!--\s*whygrad:\s*question\s+(.*?)\s*-->/.exec(text)?.[1] ?? '';
  return {
    name,
    title,
    questions: asked
      .split(';')
      .map((q) => q.trim())
      .filter((q) => q !== ''),
  };
}

/** The catalogue of mistakes with its formulas as lines. */
export const makeCards = (): readonly Card[] =>
  mistakes.map((m): Card => {
    const { id, group, name, write, why, right, counterexample, seen } = m;
    const correct = m.shown?.right ?? rightFor(m);
    const [x, ok] = [lineOf(m.shown?.wrong ?? m.returns?.formula.split(';')[0]), lineOf(correct ?? undefined)];
    const differ = x !== null && ok !== null && x.text !== ok.text;
    return {
      ...{ id, group, name, write, why, right, counterexample, seen },
      ...(differ ? { lines: { wrong: x, right: ok } } : {}),
      ...(m.shown === undefined ? {} : { given: m.shown.givens, claim: m.shown.wrong }),
      trains: differ && mistakeGradient(id) !== null,
      counts: differ && (m.shown !== undefined || m.returns !== undefined),
    };
  });

const unescape: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const plain = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|#39);/g, (c) => unescape[c] ?? c);
/** The page's HTML with its formulas set. */
export async function entrance(): Promise<{ html: string; css: string }> {
  const { Shell } = await import('../shell.tsx');
  const { katexOptions } = await import('../math/formula.tsx');
  const bare = renderToString(<Shell />);
  const set = bare.replace(/(<span[^>]*\bdata-tex="([^"]*)"[^>]*>)<\/span>/g, (_, open: string, tex: string) => {
    const display = open.includes('data-display="1"');
    const latex = /data-latex="([^"]*)"/.exec(open)?.[1] ?? '';
    const html = katex.renderToString(plain(tex), { ...katexOptions, displayMode: display });
    const clean = html.replace(
      /(<annotation[^>]*>)[\s\S]*?(<\/annotation>)/,
      (__, a: string, b: string) => a + latex + b,
    );
    return `${open}${clean}</span>`;
  });
  return styled(set);
}

/** Style attributes as classes: a page whose policy allows no inline style shows them, too. */
function styled(html: string): { html: string; css: string } {
  const classes = new Map<string, string>();
  const out = html.replace(/<[^>]*\sstyle="[^"]*"[^>]*>/g, (tag) => {
    const style = /\sstyle="([^"]*)"/.exec(tag)?.[1] ?? '';
    const name = classes.get(style) ?? `k${classes.size.toString(36)}`;
    classes.set(style, name);
    const rest = tag.replace(/\sstyle="[^"]*"/, '');
    return /\sclass="/.test(rest)
      ? rest.replace(/\sclass="/, `$&${name} `)
      : rest.replace(/^<[\w-]+/, `$& class="${name}"`);
  });
  return { html: out, css: [...classes].map(([style, name]) => `.${name}{${style}}`).join('\n') };
}
