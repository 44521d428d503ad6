// What the other rooms use of reading documents: the survey of a text and the elaboration of its formulas.
// Not here: documents as contexts for derivations (`document.ts`, `library.ts`).
// Invariant: re-exports only.
export { surveyDocument, type Survey } from './survey.ts';
export type { Defines } from './definitions.ts';
export { Elaborator } from './elaborate/elaborator.ts';
export { outermost, plainReading, type Facts, type Model, type Reading, type Scope } from './elaborate/model.ts';
export { describe as describeValue, isFresh, placed, rankOf, termOf, Unreadable, type Value } from './value.ts';
export { indexCondition, type IndexCondition } from '../document/prose.ts';
export { idsIn, resolveScripts, type Usage } from './usage.ts';
export { scripted, scriptText, letterOf, visitNames } from '../language/scripted.ts';
export type { Item, Side, Statement } from '../document/statements.ts';
export { rewritten } from '../language/rewrite.ts';
export { isLiteral } from './declared.ts';
export { surveyRanks, type Ranks } from './ranks.ts';
export { layeredDependencies } from './dependencies.ts';
export { Registry, readHead, type Source } from './registry.ts';
export { locator, originOf } from '../document/mapped.ts';
export { type Role, roles } from '../document/roles.ts';
export { fileOf, type ExtractOptions } from '../document/extract.ts';
export type { Syntax } from '../document/pieces.ts';
