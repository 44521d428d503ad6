// The outlines of the built-in documents, so that they need not be taken apart each time.
// Not here: what an outline is and how it is read (`document.ts`).
// Invariant: the build replaces this file's output by what `outlineOf` says of each document; without them documents
// are read whole.
import type { Outline } from './document.ts';

export const outlines: Readonly<Record<string, Outline>> = {};
