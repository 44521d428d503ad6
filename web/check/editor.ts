// The editor: CodeMirror with verdicts in the gutter, the wrong part underlined, and what is said of it below its line.
// Not here: judging (`judged.ts`), what is said (`said.tsx`).
// Invariant: marks of an older text are dimmed; the editor's styles are adopted sheets in a root of its own, as the policy asks.
import { history, historyKeymap, insertNewline, selectAll } from '@codemirror/commands';
import { EditorState, RangeSet, StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  GutterMarker,
  gutter,
  keymap,
  lineNumbers,
  WidgetType,
  type DecorationSet,
} from '@codemirror/view';
import type { Row } from '../work/jobs.ts';
import { check as words } from '../words.ts';

/** Renders what is said of a slip into an element; gives back how to take it away. */
export type Say = (row: Row, into: HTMLElement) => () => void;

const setRows = StateEffect.define<{ readonly rows: readonly Row[]; readonly say: Say }>();
const setStale = StateEffect.define<boolean>();

class Mark extends GutterMarker {
  readonly verdict: string;
  constructor(verdict: string) {
    super();
    this.verdict = verdict;
  }
  override eq(other: GutterMarker): boolean {
    return other instanceof Mark && other.verdict === this.verdict;
  }
  override toDOM(): Node {
    const span = document.createElement('span');
    span.className = `mark-${this.verdict}`;
    span.title = words.verdicts[this.verdict] ?? '';
    span.textContent = words.marks[this.verdict] ?? '';
    return span;
  }
}

class Said extends WidgetType {
  readonly row: Row;
  readonly say: Say;
  #away: () => void = () => undefined;
  constructor(row: Row, say: Say) {
    super();
    this.row = row;
    this.say = say;
  }
  override eq(other: WidgetType): boolean {
    return other instanceof Said && JSON.stringify(other.row) === JSON.stringify(this.row);
  }
  override toDOM(): HTMLElement {
    // Distance is padding: the editor measures boxes without their margins.
    const [room, box] = [document.createElement('div'), document.createElement('div')];
    room.className = 'said';
    box.className = 'say';
    room.append(box);
    this.#away = this.say(this.row, box);
    return room;
  }
  override destroy(): void {
    this.#away();
  }
  override ignoreEvent(): boolean {
    return true;
  }
}

interface Marks {
  readonly gutter: RangeSet<GutterMarker>;
  readonly text: DecorationSet;
}

function marksOf(state: EditorState, rows: readonly Row[], say: Say): Marks {
  const gutters = new Map<number, string>();
  const decorations: Range<Decoration>[] = [];
  for (const row of rows) {
    const { claim } = row;
    if (claim.line > state.doc.lines) continue;
    const line = state.doc.line(claim.line);
    if (gutters.get(line.from) !== 'slip' && (claim.verdict !== 'definition' || !gutters.has(line.from)))
      gutters.set(line.from, claim.verdict);
    if (claim.verdict !== 'slip') continue;
    const { span, part } = claim;
    const inText = span.end <= state.doc.length;
    const last = state.doc.lineAt(inText ? span.end : line.to);
    decorations.push(Decoration.line({ class: 'bad' }).range(line.from));
    const wrong = part ?? span;
    if (inText && wrong.end > wrong.start)
      decorations.push(Decoration.mark({ class: 'wrong' }).range(wrong.start, wrong.end));
    decorations.push(Decoration.widget({ widget: new Said(row, say), block: true, side: 1 }).range(last.to));
  }
  const marks = [...gutters].sort(([a], [b]) => a - b).map(([at, verdict]) => new Mark(verdict).range(at));
  return { gutter: RangeSet.of(marks), text: Decoration.set(decorations, true) };
}

const none: Marks = { gutter: RangeSet.empty, text: Decoration.none };
const marks = StateField.define<Marks>({
  create: () => none,
  update(value, transaction) {
    let next = transaction.docChanged
      ? { gutter: value.gutter.map(transaction.changes), text: value.text.map(transaction.changes) }
      : value;
    for (const e of transaction.effects)
      if (e.is(setRows)) next = marksOf(transaction.state, e.value.rows, e.value.say);
    return next;
  },
  provide: (f) => [
    EditorView.decorations.from(f, (m) => m.text),
    gutter({ class: 'verdicts', markers: (view) => view.state.field(f).gutter }),
  ],
});

const stale = StateField.define<boolean>({
  create: () => true,
  update(value, transaction) {
    const said = transaction.effects.find((e) => e.is(setStale));
    return said === undefined ? value || transaction.docChanged : (said.value as boolean);
  },
  provide: (f) =>
    EditorView.editorAttributes.from(f, (is): Record<string, string> => (is ? { class: 'stale-marks' } : {})),
});

const theme = EditorView.theme({
  '&': { backgroundColor: 'var(--raised)', color: 'var(--ink)', fontSize: '.86rem' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', lineHeight: '1.75', padding: '.8rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 1rem 0 .4rem' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--quiet)', border: 'none', fontFamily: 'var(--mono)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.4rem', padding: '0 .4rem 0 .6rem' },
  '.verdicts .cm-gutterElement': { width: '1.4rem', textAlign: 'center', fontFamily: 'var(--text)' },
  '.mark-slip': { color: 'var(--slip)', fontWeight: '700' },
  '.bad': { backgroundColor: 'var(--slip-wash)' },
  '.wrong': { textDecoration: 'underline wavy var(--slip) 1.5px', textUnderlineOffset: '.28em' },
  '&.stale-marks .verdicts, &.stale-marks .say': { opacity: '.4' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--hot) !important' },
});

export interface Editor {
  readonly view: EditorView;
  readonly show: (rows: readonly Row[], say: Say) => void;
  readonly replace: (text: string) => void;
}

interface Told {
  readonly label: string;
  readonly changed: (text: string) => void;
  readonly moved: (line: number) => void;
}

/** An editor in a root of its own below an element. */
export function makeEditor(host: HTMLElement, text: string, told: Told): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  for (const sheet of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'))
    root.append(sheet.cloneNode());
  const listen = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((t) => t.isUserEvent('replace')))
      told.changed(update.state.doc.toString());
    if (update.selectionSet || update.docChanged)
      told.moved(update.state.doc.lineAt(update.state.selection.main.head).number);
  });
  const extensions: Extension[] = [
    lineNumbers(),
    marks,
    stale,
    history(),
    keymap.of([...historyKeymap, { key: 'Enter', run: insertNewline }, { key: 'Mod-a', run: selectAll }]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': told.label, spellcheck: 'false' }),
    theme,
    listen,
  ];
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions }), parent: root, root });
  return {
    view,
    show: (rows, say) => view.dispatch({ effects: [setRows.of({ rows, say }), setStale.of(false)] }),
    replace: (next) => {
      if (view.state.doc.toString() === next) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next }, userEvent: 'replace' });
    },
  };
}
