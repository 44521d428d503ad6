// A printed part of a formula: its text and what may stand beside it without brackets.
// Not here: how a node becomes a piece (`node.ts`) or how a spelling looks (`style.ts`).
// Invariant: building a piece never looks at the characters of another one, so printing takes linear time.

/** How tightly a text holds together, loosest first. */
export const level = { sum: 0, negative: 1, product: 2, power: 3, atom: 4 } as const;

export interface Piece {
  readonly text: string;
  readonly level: number;
  /** Whether the text would swallow factors written after it (`sum_k x_k`, `\log x`). */
  readonly open: boolean;
  /** Whether brackets around it must grow (fractions, big sums). */
  readonly tall: boolean;
  /** A tight text to use where something follows an open one, when there is a better one than brackets. */
  readonly closed: Piece | null;
  /** Whether a `*`, `/` or juxtaposition stands at the outermost level. */
  readonly compound: boolean;
  /**
   * How the text begins and ends, for writing factors side by side (`name` = a name without subscript, `fraction` =
   * nothing but a fraction).
   */
  readonly begins: 'digit' | 'bracket' | 'other';
  readonly ends: 'digit' | 'name' | 'entry' | 'fraction' | 'other';
}

export function piece(text: string, at: number = level.atom, more: Partial<Piece> = {}): Piece {
  return {
    text,
    level: at,
    open: false,
    tall: false,
    closed: null,
    compound: false,
    begins: 'other',
    ends: 'other',
    ...more,
  };
}

/** The piece in brackets. */
export const brackets = (p: Piece, left: string, right: string): Piece =>
  piece(left + p.text + right, level.atom, { tall: p.tall, begins: 'bracket' });
