// The verb `serve`: the page, from the built files, for this machine alone.
// Not here: the page (web/), building it (scripts/site.mjs).
// Invariant: listens on 127.0.0.1 only; gives out files of the page's folder and nothing else.
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError, type Call, type ExitCode } from './verb.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** The page's folder: beside dist/, of which this file is a part. */
function siteFolder(): string {
  for (const up of ['../site', '../../site']) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (existsSync(join(folder, 'index.html'))) return folder;
  }
  throw new UsageError('the page has not been built', 'npm run site builds it');
}

/** The file that an address names; null for anything outside the folder. */
export function fileFor(folder: string, url: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname);
  } catch {
    return null;
  }
  const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
  if (!file.startsWith(folder + sep) || path.includes('\0')) return null;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : null;
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const file = request.method === 'GET' || request.method === 'HEAD' ? fileFor(folder, request.url ?? '/') : null;
  if (file === null) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n');
    return;
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': file.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
}

/** Serves a folder on 127.0.0.1; port 0 takes any that is free. */
export function serveFolder(folder: string, port: number): Promise<Server> {
  const server = createServer((request, response) => answer(folder, request, response));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

export async function run(call: Call): Promise<ExitCode> {
  const port = call.number('port') ?? 4173;
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new UsageError(`${port} is no port`, 'ports are whole numbers from 0 (any that is free) to 65535');
  const server = await serveFolder(siteFolder(), port).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE') throw new UsageError(`port ${port} is taken`, '--port 0 takes any that is free');
    throw new UsageError(`cannot listen on port ${port}: ${error.code ?? error.message}`);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  process.stdout.write(`${url}\n`);
  process.stderr.write('The page is served for this machine alone; Ctrl-C ends it.\n');
  if (call.has('open'))
    spawn(openers[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref();
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  server.close();
  server.closeAllConnections();
  return 0;
}
