// The one error class of whygrad: a code, a place in the user's text, what is wrong and what to do.
// Not here: internal impossibilities, which are `throw new Error('bug: …')`.
// Invariant: every error that a user's input can cause is a WhygradError.

/** Half-open range of UTF-16 offsets in the text that was given. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Any fault of the input. `code` is stable and lower-case with hyphens (`unbalanced-bracket`); `message` is one
 * sentence of what, `hint` one of what to do.
 */
export class WhygradError extends Error {
  override readonly name = 'WhygradError';
  readonly code: string;
  readonly hint: string;
  readonly text: string | null;
  readonly span: Span | null;
  constructor(code: string, message: string, options: { hint?: string; text?: string; span?: Span } = {}) {
    super(message);
    this.code = code;
    this.hint = options.hint ?? '';
    this.text = options.text ?? null;
    this.span = options.span ?? null;
  }
}

/** The error with the line it points into and a caret under the place. */
export function describe(error: WhygradError): string {
  const head = `error[${error.code}]: ${error.message}`;
  const lines = [head];
  if (error.text !== null && error.span !== null) lines.push(...pointAt(error.text, error.span));
  if (error.hint !== '') lines.push(`hint: ${error.hint}`);
  return lines.join('\n');
}

function pointAt(text: string, span: Span): string[] {
  const before = text.slice(0, span.start);
  const lineNumber = before.split('\n').length;
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', span.start);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const column = span.start - lineStart;
  const from = Math.max(0, column - 60);
  const shown = line.slice(from, from + 120);
  const width = Math.max(1, Math.min(span.end, lineStart + line.length) - span.start);
  const gutter = `${lineNumber} | `;
  return [
    `${gutter}${from > 0 ? '…' : ''}${shown}`,
    `${' '.repeat(gutter.length + (from > 0 ? 1 : 0) + column - from)}${'^'.repeat(Math.min(width, 120))}`,
  ];
}
