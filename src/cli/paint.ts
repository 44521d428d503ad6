// Colours for one output stream: only on a terminal, never with NO_COLOR.
// Not here: what is coloured.
// Invariant: a stream that is no terminal gets no escape sequence, whatever the environment says.
import colours from 'picocolors';

export type Paint = ReturnType<typeof colours.createColors>;

/** The colour functions for a stream; they return the text unchanged where colours are not wanted. */
export function paint(stream: NodeJS.WriteStream): Paint {
  const wanted = stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';
  return colours.createColors(wanted);
}
