// A number or nested arrays of numbers as text.
// Not here: how they were computed.
// Invariant: every digit of every number is printed, so that the text can be read back.

/** The axes on a line of their own, then the numbers, rows aligned. */
export function formatTensor({ value, axes }: { value: unknown; axes: readonly string[] }): string {
  const head = axes.length === 0 ? '' : `[${axes.join(', ')}]\n`;
  return head + formatValue(value, '');
}

function formatValue(value: unknown, indent: string): string {
  if (!Array.isArray(value)) return `${indent}${String(value)}`;
  if (value.every((v) => !Array.isArray(v))) return `${indent}${value.map(String).join('  ')}`;
  if (value.every((v) => Array.isArray(v) && v.every((x) => !Array.isArray(x))))
    return formatMatrix(value as unknown[][], indent);
  return value.map((v, n) => `${indent}[${n + 1}]\n${formatValue(v, `${indent}  `)}`).join('\n');
}

function formatMatrix(rows: readonly (readonly unknown[])[], indent: string): string {
  const texts = rows.map((row) => row.map(String));
  const widths = (texts[0] ?? []).map((_, n) => Math.max(...texts.map((row) => (row[n] ?? '').length)));
  return texts.map((row) => indent + row.map((t, n) => t.padStart(widths[n] ?? 0)).join('  ')).join('\n');
}
