// How many terminal columns a text takes, and text broken at spaces.
// Not here: what is printed.
// Invariant: combining marks and escape sequences take no column.

// The escape character begins a colour sequence.
const invisible = /\u001b\[[0-9;]*m|\p{Mn}/gu;

/** Terminal columns of one line. */
export const columns = (text: string): number => [...text.replace(invisible, '')].length;

/** The text in lines of at most `width` columns, broken at spaces; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').filter((w) => w !== '')) {
    if (line !== '' && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
