// A client of the language server that speaks the protocol by itself.
// Not here: what the server has to answer.
// Invariant: an edit is sent as an incremental change of the text as the client has it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { root } from '../project/sources.ts';

export interface Diagnosed {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly {
    readonly range: Range;
    readonly code: string;
    readonly message: string;
    readonly severity: number;
  }[];
}
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export class Client {
  readonly child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'lsp', '--stdio']);
  private readonly connection = createMessageConnection(
    new StreamMessageReader(this.child.stdout),
    new StreamMessageWriter(this.child.stdin),
  );
  private readonly told: Diagnosed[] = [];
  private waiting: (() => void) | null = null;
  document = TextDocument.create('', '', 0, '');

  async start(options: object = {}): Promise<unknown> {
    this.connection.onNotification('textDocument/publishDiagnostics', (d: Diagnosed) => {
      this.told.push(d);
      this.waiting?.();
    });
    this.connection.listen();
    const params = { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: options };
    const answer = await this.connection.sendRequest('initialize', params);
    await this.connection.sendNotification('initialized', {});
    return answer;
  }

  async open(text: string, uri = 'file:///notes.md', languageId = 'markdown'): Promise<Diagnosed> {
    this.document = TextDocument.create(uri, languageId, 1, text);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return this.diagnosed();
  }

  /** Replaces a stretch of the text. */
  async edit(start: number, end: number, text: string): Promise<void> {
    const range = { start: this.document.positionAt(start), end: this.document.positionAt(end) };
    const version = this.document.version + 1;
    TextDocument.update(this.document, [{ range, text }], version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.document.uri, version },
      contentChanges: [{ range, text }],
    });
  }

  ask<T>(method: string, params: object): Promise<T> {
    return this.connection.sendRequest(method, { textDocument: { uri: this.document.uri }, ...params });
  }

  /** What is said of the text as it is now. */
  async diagnosed(): Promise<Diagnosed> {
    for (;;) {
      const found = this.told.find((d) => d.version === this.document.version && d.uri === this.document.uri);
      if (found !== undefined) return found;
      await new Promise<void>((done) => {
        this.waiting = done;
      });
    }
  }

  async stop(): Promise<number | null> {
    const exited = new Promise<number | null>((done) => this.child.on('exit', (code) => done(code)));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    this.child.stdin.end();
    return exited;
  }
}
