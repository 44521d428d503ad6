// The public door of whygrad: what `import … from 'whygrad'` gives, grouped by room.
// Not here: any definition of its own.
// Invariant: re-exports only, so that a bundler keeps just what is used.

// --- term: what a formula is -------------------------------------------------------------------------------------
export { WhygradError, describe, type Span } from './term/error.ts';
export type { Term, Index, Condition, SetId } from './term/term.ts';
export { nodeCount } from './term/walk.ts';
export { emptyContext, type Assumption, type Context, type Definition } from './term/context.ts';
