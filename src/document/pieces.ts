// What a document is taken apart into: prose, formulas, headings, lists and directives.
// Not here: the taking apart (`extract.ts`, `markdown.ts`).
// Invariant: a piece keeps its place in the file with every character.
import type { Mapped } from './mapped.ts';

export type Syntax = 'markdown' | 'latex' | 'plain';

/**
 * How a formula was set: inside mathematics delimiters, as a block of plain lines, as inline code, in bold, or bare in
 * a line of text.
 */
export type Form = 'math' | 'block' | 'code' | 'bold' | 'bare';

export type Piece =
  | { readonly kind: 'prose'; readonly text: Mapped }
  | {
      readonly kind: 'formula';
      readonly text: Mapped;
      readonly form: Form;
      readonly display: boolean;
      /** It stands in a block or span that Markdown shows as code. */
      readonly code?: boolean;
    }
  | { readonly kind: 'heading'; readonly level: number; readonly text: Mapped }
  | { readonly kind: 'item' | 'paragraph' | 'endheading' }
  | { readonly kind: 'directive'; readonly text: Mapped }
  /** Mathematics begins here that is not read, and why; such pieces stand at the end. */
  | { readonly kind: 'unread'; readonly text: Mapped; readonly why: string };
