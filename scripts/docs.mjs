// The API reference: docs/api/README.md, one entry an export of the package, from the declarations and their docstrings.
// Usage: npm run docs [-- FOLDER]. It reads dist/, so the package must be built.
// Not here: prose about how to use the package (README.md).
// Invariant: what index.ts exports is listed, in its order and under its headings; nothing else is.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
// The newest TypeScript is a program without an interface; 5.4 has one.
import ts from 'typescript-5.4';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The headings of src/index.ts with the names exported below each. */
function sections() {
  const source = readFileSync(join(root, 'src', 'index.ts'), 'utf8');
  return source
    .split(/^\/\/ --- /m)
    .slice(1)
    .map((part) => ({
      title: part.slice(0, part.indexOf('\n')).replace(/ -+$/, ''),
      names: [...part.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap((m) =>
        m[1]
          .split(',')
          .map((n) =>
            n
              .trim()
              .replace(/^type /, '')
              .replace(/^.* as /, ''),
          )
          .filter((n) => n !== ''),
      ),
    }));
}

const printer = ts.createPrinter({ removeComments: false });

/** What an export is: its declarations as TypeScript and what its docstring says. */
function entryOf(name, symbol, checker) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declarations = target.declarations ?? [];
  const code = declarations
    .map((d) => (ts.isVariableDeclaration(d) ? d.parent.parent : d))
    .map((d) =>
      printer
        .printNode(ts.EmitHint.Unspecified, d, d.getSourceFile())
        .replace(/^\/\*\*[\s\S]*?\*\/\s*/, '')
        .replace(/^export (?:default )?(?:declare )?/, ''),
    );
  const docs = ts.displayPartsToString(target.getDocumentationComment(checker));
  const tags = target.getJsDocTags(checker).map((t) => `*@${t.name}* ${ts.displayPartsToString(t.text)}`.trim());
  return { name, code: code.join('\n'), docs: [docs, ...tags].filter((t) => t !== '').join('\n\n') };
}

/** Every export of the package by name. */
export function apiEntries() {
  const file = join(root, 'dist', 'index.d.ts');
  if (!existsSync(file)) throw new Error('dist/index.d.ts is missing: npm run build');
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  return new Map(checker.getExportsOfModule(module).map((s) => [s.name, entryOf(s.name, s, checker)]));
}

/** The reference as Markdown. */
export function apiReference() {
  const entries = apiEntries();
  const parts = sections().map(({ title, names }) => {
    const listed = names.map((n) => entries.get(n)).filter((e) => e !== undefined);
    return `## ${title}\n\n${listed.map((e) => `### ${e.name}\n\n${e.docs}\n\n\`\`\`ts\n${e.code}\n\`\`\``).join('\n\n')}`;
  });
  return `# whygrad: what the package exports\n\nWritten by \`npm run docs\` from the declarations.\n\n${parts.join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = process.argv[2] ?? join(root, 'docs', 'api');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'README.md'), apiReference());
  console.log(join(folder, 'README.md'));
}
