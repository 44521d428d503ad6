// Somebody's own table in place of the moons.
// Not here: reading it (`rows.ts`).
// Invariant: the table stands in the address, so it is no longer than an address holds.
import { useState } from 'preact/hooks';
import { change, field } from '../state.ts';
import { moons as words } from '../words.ts';
import { longestCsv } from './settings.ts';

export function OwnTable() {
  const [tooLong, say] = useState(false);
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const text = await file.text();
    say(text.length > longestCsv);
    if (text.length <= longestCsv) change({ csv: text.trim(), points: '' });
  };
  return (
    <>
      <label class="file">
        <input type="file" accept=".csv,.txt" onChange={(e) => open(e.currentTarget.files?.[0])} />
        {words.csv}
      </label>
      {tooLong && (
        <span class="fault small" role="alert">
          {words.csvHint}
        </span>
      )}
      {field('csv') !== '' && (
        <button type="button" class="plain" onClick={() => change({ csv: '' })}>
          {words.noCsv}
        </button>
      )}
    </>
  );
}
