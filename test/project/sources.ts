// The source files of the project, for tests that read them.
// Not here: any test.
// Invariant: paths are relative to the project's folder and use forward slashes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Files below `folder` whose names end in one of `endings`. */
export function filesBelow(folder: string, endings: readonly string[]): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .map((f) => `${folder}/${String(f).replaceAll('\\', '/')}`)
    .filter((f) => endings.some((e) => f.endsWith(e)))
    .sort();
}

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** TypeScript sources of the product, generated files left out. */
export const productSources = (): string[] =>
  filesBelow('src', ['.ts']).filter((f) => !f.endsWith('.generated.ts') && !f.endsWith('.d.ts'));

/** The text without comments and without the contents of string literals; line breaks stay. */
export function codeOnly(source: string): string {
  return source.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (m) =>
    m[0] === '/' ? m.replace(/[^\n]/g, ' ') : `${m[0]}${m[0]}`,
  );
}

export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** What a source file imports: static, dynamic and re-exported; relative specifiers are resolved. */
export function importsOf(file: string, source = read(file)): Import[] {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = [
    ...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^;'"]*?\bfrom\s+['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^\s*import\s+()['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport\(\s*()['"]([^'"]+)['"]/g),
    ...text.matchAll(/\bnew URL\(\s*()['"](\.[^'"]+)['"]/g),
  ];
  return found.map((m) => ({
    from: file,
    to: resolveSpecifier(file, m[2] as string),
    typeOnly: m[1] !== undefined && m[1] !== '',
  }));
}

/** A worker is named by its built file, which has its source's name. */
const resolveSpecifier = (file: string, specifier: string): string =>
  specifier.startsWith('.')
    ? posix.normalize(posix.join(posix.dirname(file), specifier)).replace(/\.js$/, '.ts')
    : specifier;
