// The claims of a document that differ, until the whole of it is known: only then is each a slip or unclear.
// Not here: the conditions (`licence.ts`), what is found out about one claim (`accusation.ts`).
// Invariant: a row changes at most from `slip` to `unclear`.
import { must } from '../term/must.ts';
import { accusationOf, definitionsOf, written, type Scene } from './accusation.ts';
import type { Judgement } from './judgement.ts';
import { lacking, type Accusation } from './licence.ts';

interface Entry {
  readonly row: number;
  readonly accusation: Omit<Accusation, 'support' | 'twins'>;
  readonly says: readonly [left: string, right: string];
}

export class Docket {
  private readonly entries: Entry[] = [];

  /** Notes the claim of a row as the document stands at its place. */
  add(row: number, scene: Scene): void {
    const { left, right } = scene.question;
    this.entries.push({ row, accusation: accusationOf(scene), says: [written(left), written(right)] });
  }

  /** All rows, where what lacks its licence is unclear. */
  close(rows: readonly Judgement[]): Judgement[] {
    const held = rows.flatMap((r) => (r.verdict === 'holds' && r.attempt !== null ? [definitionsOf(r.attempt)] : []));
    const out = [...rows];
    for (const entry of this.entries) {
      const accusation = this.whole(entry, held);
      const lack = lacking(accusation);
      const before = must(out[entry.row]);
      const message = `the two sides differ as they are read here, but ${lack?.says}`;
      out[entry.row] =
        lack === null
          ? { ...before, accusation }
          : { ...before, accusation, verdict: 'unclear', message, diagnosis: null };
    }
    return out;
  }

  /** An accusation with what the other claims of the document tell. */
  private whole({ accusation, says }: Entry, held: readonly ReadonlySet<string>[]): Accusation {
    return {
      ...accusation,
      support: held.filter((h) => accusation.definitions.some((id) => h.has(id))).length,
      twins: this.entries.filter((o) => o.says[0] === says[0] && o.says[1] !== says[1]).length,
    };
  }
}
