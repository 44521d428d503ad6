// What README.md prints is what the programs print.
// Not here: installing (scripts/fresh-clone).
// Invariant: every command and every line of code in it is run; `…` alone on a line stands for lines left out. README=update rewrites the output.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whygrad } from './command.ts';
import { read, root } from './sources.ts';

/** The lines of the fenced blocks in a language. */
const blocks = (language: string): string[] =>
  [...read('README.md').matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    (m) => m[1] as string,
  );

interface Session {
  readonly command: string;
  readonly output: string;
}

/** The commands of a console block, each with the lines behind it. */
function sessions(block: string): Session[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command, ...lines] = part.split('\n') as [string, ...string[]];
      return { command, output: lines.join('\n').trimEnd() };
    });
}

/** The words of a command as a shell reads them: spaces separate, quotes keep together. */
const words = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? (m[3] as string));

function run(command: string): string {
  const [npx, name, ...args] = words(command);
  if (npx !== 'npx' || name !== 'whygrad') throw new Error(`the README shows a command that is not tested: ${command}`);
  const { out, err } = whygrad(args);
  return (out + err).trimEnd();
}

/** The expected lines with `…` matching any lines. */
const pattern = (output: string): RegExp =>
  new RegExp(
    `^${output
      .split('\n')
      .map((l) => (l.trim() === '…' ? '[\\s\\S]*?' : l.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('\n')}$`,
  );

describe('README', () => {
  if (process.env.README === 'update') {
    const fresh = blocks('console')
      .flatMap(sessions)
      .reduce(
        (text, s) =>
          text.replace(
            `$ ${s.command}\n${s.output === '' ? '' : `${s.output}\n`}`,
            () => `$ ${s.command}\n${run(s.command)}\n`,
          ),
        read('README.md'),
      );
    writeFileSync(join(root, 'README.md'), fresh);
  }
  const all = blocks('console').flatMap(sessions);

  test.each(all)('$command', ({ command, output }) => {
    expect(run(command)).toMatch(pattern(output));
  });

  test('shows at least the main verb', () => {
    expect(all.some((s) => s.command.startsWith('npx whygrad derive'))).toBe(true);
  });

  test.each(blocks('js'))('code: %s', (code) => {
    const promised = code
      .split('\n')
      .filter((l) => l.startsWith('console.log'))
      .map((l) => l.split(/; +\/\/ /)[1]);
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual(promised);
  });

  test('is one page: at most 130 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(131);
  });
});
