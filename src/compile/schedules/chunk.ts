// How many elements of an elementwise kernel make one unit of work; apart from the schedules, so that a plan needs none
// of their code.
// Not here: the kernels (`elementwise.ts`).
// Invariant: a multiple of every vector and unroll width.
export const CHUNK = 4096;
