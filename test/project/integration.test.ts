// The commit hook and the action: what their files and `docs/continuous-integration.md` tell people to run is run here.
// Not here: lint itself.
// Invariant: the commands come from the files, not from this test; installing (README's command) is left out.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { must } from '../../src/term/must.ts';
import { read, root } from './sources.ts';

const wrong = 'Let $p_j = e^{z_j}/\\sum_k e^{z_k}$. Then $\\partial p_j/\\partial z_i = p_j (1 - p_i)$.\n';
const right = wrong.replace('1 - p_i', '\\delta_{ij} - p_i');

let folder = '';
const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(command, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-integration-'));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(join(root, 'dist', 'cli.js'), join(folder, 'node_modules', '.bin', 'whygrad'));
  run('git', ['init', '-q']);
  run('git', ['config', 'user.email', 'author@example.org']);
  run('git', ['config', 'user.name', 'author']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocks = (language: string): string[] =>
  [...read('docs/continuous-integration.md').matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    (m) => must(m[1]),
  );

describe('the commit hook', () => {
  test('its entry judges the files that it names', () => {
    const hook = read('.pre-commit-hooks.yaml');
    const [verb, ...words] = must(/entry: (.*)/.exec(hook)?.[1]).split(' ');
    const files = new RegExp(must(/files: (.*)/.exec(hook)?.[1]));
    expect(['a.md', 'b.tex', 'c.ipynb', 'd.qmd', 'e.py', 'README.markdown'].filter((f) => files.test(f))).toEqual([
      'a.md',
      'b.tex',
      'c.ipynb',
      'd.qmd',
      'README.markdown',
    ]);
    write('a.md', wrong);
    write('d.qmd', right);
    const bin = join(folder, 'node_modules', '.bin', must(verb));
    expect(run(bin, [...words, 'a.md', 'd.qmd']).status).toBe(1);
    expect(run(bin, [...words, 'd.qmd']).status).toBe(0);
  });

  test('as a script it stops a commit with a slip, and only that', () => {
    const script = join(folder, '.git', 'hooks', 'pre-commit');
    writeFileSync(script, must(blocks('sh')[0]), { mode: 0o755 });
    write('name with space.md', wrong);
    run('git', ['add', 'name with space.md']);
    const refused = run('git', ['commit', '-q', '-m', 'wrong']);
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('slip');
    write('name with space.md', right);
    run('git', ['add', 'name with space.md']);
    expect(run('git', ['commit', '-q', '-m', 'right']).status).toBe(0);
  });
});

describe('the action', () => {
  const script = must(/run: \|\n((?: {8}.*\n)+)/.exec(read('action.yml'))?.[1]).replace(/^ {8}/gm, '');
  const act = (env: Readonly<Record<string, string>>) => {
    const lines = script.split('\n');
    expect(lines[0]).toMatch(/^npm install --prefix "\$ACTION"/);
    const given = { FILES: '*.md', FORMAT: 'github', OUTPUT: '', FLAGS: '', ACTION: root, ...env };
    return run('bash', ['-e', '-o', 'pipefail', '-c', lines.slice(1).join('\n')], given);
  };
  test('annotates slips and fails', () => {
    write('a.md', wrong);
    const done = act({ FILES: 'a.md\n\n  \nd.qmd' });
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/^::error file=a\.md,line=1/m);
  });
  test('writes SARIF, and passes what holds', () => {
    write('d.qmd', right);
    expect(act({ FILES: 'd.qmd', FORMAT: 'sarif', OUTPUT: 'out.sarif' }).status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8')).runs).toHaveLength(1);
  });
  test('passes more flags on', () => {
    write('u.md', 'So $\\partial q/\\partial z = \\zeta(q)$ and $L(q) = M(q)$.\n');
    expect(act({ FILES: 'u.md' }).status).toBe(0);
    expect(act({ FILES: 'u.md', FLAGS: '--strict' }).status).toBe(1);
  });
});

describe('recipes', () => {
  test('Sphinx: the code in conf.py stops a build with a slip', () => {
    const python = `${must(blocks('python')[0])}
class App:
    srcdir = '.'
    def connect(self, event, f): self.f = f
app = App(); setup(app); app.f(app)`;
    write('a.md', wrong);
    const stopped = run('/usr/bin/python3', ['-c', python]);
    expect([stopped.status, stopped.stderr]).toEqual([
      1,
      expect.stringContaining('a line of the derivations is wrong'),
    ]);
  });
  test('Quarto and MyST: their commands run', () => {
    write('d.qmd', right);
    const quarto = must(/pre-render: (.*)/.exec(read('docs/continuous-integration.md'))?.[1]);
    expect(run('bash', ['-c', quarto]).status).toBe(0);
    write('package.json', must(blocks('json')[0]).replace(' && myst build', ''));
    write('a.md', wrong);
    expect(run('npm', ['run', '-s', 'build']).status).toBe(1);
  });
});
