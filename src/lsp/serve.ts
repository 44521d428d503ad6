// The document under somebody's hands: a language server over standard input and output.
// Not here: what an editor is told (`answers.ts`).
// Invariant: an answer is about the text as it is when it is given; the process ends with its client.
import {
  createConnection,
  ProposedFeatures,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  type InitializeParams,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { linter, type Claim, type Linter } from '../index.ts';
import { actionsIn, diagnosticsOf, hintsIn, hoverAt, type Judged } from './answers.ts';

/** What a client may ask for when it starts. */
interface Wish {
  /** Show unclear claims, as hints. */
  readonly unclear: boolean;
}

interface Open {
  readonly linter: Linter;
  judged: Judged | null;
  /** The version that was judged: the document itself changes in place. */
  version: number;
}

/** Longer texts are judged, but not at every key. */
const mostCharacters = 2_000_000;

/** Serves one client until it goes. */
export function serve(version: string): Promise<never> {
  console.log = console.error;
  console.info = console.error;
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const documents = new TextDocuments(TextDocument);
  const open = new Map<string, Open>();
  let wish: Wish = { unclear: false };

  /** The document as it is now, judged. */
  const judged = (uri: string): Judged | null => {
    const document = documents.get(uri);
    const entry = open.get(uri);
    if (document === undefined || entry === undefined || document.getText().length > mostCharacters) return null;
    if (entry.judged === null || entry.version !== document.version) {
      const claims = entry.linter.update(document.getText());
      entry.judged = { document, claims, fixes: entry.linter.fixes() };
      entry.version = document.version;
    }
    return entry.judged;
  };

  connection.onInitialize(({ initializationOptions }: InitializeParams) => {
    wish = { unclear: (initializationOptions as Partial<Wish> | undefined)?.unclear === true };
    return {
      serverInfo: { name: 'whygrad', version },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        hoverProvider: true,
        codeActionProvider: true,
        inlayHintProvider: true,
      },
    };
  });

  documents.onDidOpen(({ document }) => {
    open.set(document.uri, { linter: linter(optionsFor(document)), judged: null, version: -1 });
  });
  documents.onDidClose(({ document }) => {
    open.delete(document.uri);
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  // Keys come faster than verdicts: the last text is judged, once nothing else waits.
  const waiting = new Set<string>();
  documents.onDidChangeContent(({ document: { uri } }) => {
    if (waiting.has(uri)) return;
    waiting.add(uri);
    setImmediate(() => {
      waiting.delete(uri);
      const now = judged(uri);
      if (now === null) return;
      const { version } = now.document;
      void connection.sendDiagnostics({ uri, version, diagnostics: diagnosticsOf(now, wish.unclear) });
    });
  });

  connection.onHover(({ textDocument, position }) => {
    const now = judged(textDocument.uri);
    return now === null ? null : hoverAt(now, now.document.offsetAt(position));
  });
  connection.onCodeAction(({ textDocument, range }) => {
    const now = judged(textDocument.uri);
    return now === null ? [] : actionsIn(now, range);
  });
  connection.languages.inlayHint.on(({ textDocument, range }) => {
    const now = judged(textDocument.uri);
    return now === null ? [] : hintsIn(now, range);
  });
  connection.onRequest('whygrad/verdicts', ({ uri }: { uri: string }): readonly Claim[] | ResponseError<void> => {
    const now = judged(uri);
    return now === null ? new ResponseError(-32602, `${uri} is not open`) : now.claims;
  });

  process.stdin.on('end', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
  documents.listen(connection);
  connection.listen();
  return new Promise(() => undefined);
}

/** The path of a file's address; what is escaped badly (`100%.md`) stays as it is. */
function pathOf(uri: string): string {
  const path = uri.replace(/^file:\/\//, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The syntax that a client names; else the text tells. */
function optionsFor({ uri, languageId }: TextDocument): { file: string; syntax?: 'markdown' | 'latex' } {
  const file = pathOf(uri);
  if (/^(?:latex|tex|plaintex)$/.test(languageId)) return { file, syntax: 'latex' };
  return /^(?:markdown|quarto)$/.test(languageId) ? { file, syntax: 'markdown' } : { file };
}
