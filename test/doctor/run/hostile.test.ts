// Programs that misbehave: each ends with a named error in time, and nothing of it is left, neither a process nor a file.
// Not here: what well-behaved programs are asked.
// Invariant: every program is tried twice, while it is imported and within a call; time is measured from the start of what hangs.
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { open } from '../../../src/doctor/run/open.ts';
import { RunError, type Outcome, type Program } from '../../../src/doctor/run/program.ts';
import { must } from '../../../src/term/must.ts';
import { file, float, noPython, numbers } from './place.ts';

/** Seconds that an import or a call may take here, and bytes of memory. */
const LIMIT = 1;
const MEMORY = 400 << 20;
/** Milliseconds beyond the limit: 200, and as many again for each start of a child, which this machine may do slowly. */
const SLACK = 200;

interface Hostile {
  readonly name: string;
  readonly file: string;
  /** What the program does, as a statement; `f` returns 1 where it survives that. */
  readonly does: string;
  /** Errors that name it. */
  readonly codes: readonly string[];
  readonly before?: string;
}

const python: readonly Hostile[] = [
  { name: 'an endless loop', file: 'loop.py', does: 'while True: pass', codes: ['run-timeout'] },
  {
    name: 'an endless loop that swallows everything',
    file: 'swallow.py',
    does: `
    while True:
        try:
            while True: pass
        except BaseException: pass`,
    codes: ['run-timeout'],
  },
  {
    name: 'an endless computation in C',
    file: 'c.py',
    does: 'pow(3, 10 ** 9, 10 ** 400000 + 1)',
    codes: ['run-timeout'],
  },
  { name: '10 GB in one piece', file: 'memory.py', does: 'x = bytearray(10 ** 10)', codes: ['run-memory'] },
  {
    name: '10 GB bit by bit',
    file: 'bits.py',
    does: 'x = [bytearray(10 ** 6) for _ in range(10 ** 4)]',
    codes: ['run-memory'],
  },
  { name: 'a fork', file: 'fork.py', does: 'import os; os.fork()', codes: ['run-forbidden'] },
  {
    name: 'a process',
    file: 'process.py',
    does: "import subprocess; subprocess.run(['sleep', '77'])",
    codes: ['run-forbidden'],
  },
  { name: 'a shell', file: 'shell.py', does: "import os; os.system('sleep 77')", codes: ['run-forbidden'] },
  {
    name: 'a child with a session of its own, made past the guard',
    file: 'setsid.py',
    does: `
    import ctypes, time
    c = ctypes.CDLL(None)
    if c.fork() == 0:
        c.setsid()
        if c.fork() == 0:
            time.sleep(77)
        c._exit(0)
    time.sleep(77)`,
    codes: ['run-timeout'],
  },
  { name: 'an exit', file: 'exit.py', does: 'import sys; sys.exit(0)', codes: ['run-exit'] },
  { name: 'a hard exit', file: 'hard.py', does: 'import os; os._exit(0)', codes: ['run-exit'] },
  { name: 'a crash', file: 'crash.py', does: 'import ctypes; ctypes.string_at(0)', codes: ['run-exit'] },
  {
    name: 'closing our pipe',
    file: 'pipe.py',
    does: 'import os, time; os.closerange(3, 100); time.sleep(77)',
    codes: ['run-pipe', 'run-timeout'],
  },
  {
    name: 'writing into our pipe',
    file: 'forge.py',
    does: "import os; os.write(4, b'nonsense\\n')",
    codes: ['run-pipe'],
  },
  {
    name: 'replacing built-ins',
    file: 'builtins.py',
    does: 'import builtins; builtins.len = lambda x: 7; builtins.isinstance = None',
    codes: ['run-builtins'],
  },
  {
    name: 'writing beside itself',
    file: 'write.py',
    does: "open('left.txt', 'w').write('x')",
    codes: ['run-forbidden'],
  },
  {
    name: 'writing elsewhere by the system',
    file: 'system.py',
    does: "import os; os.open('/tmp/doctor-left', os.O_CREAT | os.O_WRONLY)",
    codes: ['run-forbidden'],
  },
  { name: 'removing itself', file: 'remove.py', does: 'import os; os.remove(__file__)', codes: ['run-forbidden'] },
  {
    name: 'a connection',
    file: 'net.py',
    does: "import socket; socket.create_connection(('127.0.0.1', 9))",
    codes: ['run-forbidden'],
  },
];

const javascript: readonly Hostile[] = [
  { name: 'an endless loop', file: 'loop.js', does: 'for (;;) ;', codes: ['run-timeout'] },
  {
    name: 'an endless loop that swallows everything',
    file: 'swallow.js',
    does: 'for (;;) { try { for (;;) ; } catch {} }',
    codes: ['run-timeout'],
  },
  {
    name: '10 GB of objects',
    file: 'objects.js',
    does: 'const x = []; for (;;) x.push(new Array(1e5).fill(0.5));',
    codes: ['run-memory', 'run-exit'],
  },
  {
    name: '10 GB in typed arrays',
    file: 'typed.js',
    does: 'const x = []; for (let i = 0; i < 100; i++) x.push(new Float64Array(1.25e7).fill(1));',
    codes: ['run-memory'],
  },
  {
    name: '10 GB in WebAssembly memories',
    file: 'wasm.mjs',
    does: 'const x = []; for (let i = 0; i < 10; i++) { const m = new WebAssembly.Memory({ initial: 16384 }); new Uint8Array(m.buffer).fill(1); x.push(m); }',
    codes: ['run-memory'],
  },
  {
    name: 'a process',
    file: 'process.cjs',
    does: "require('child_process').execSync('sleep 77');",
    codes: ['run-forbidden'],
  },
  {
    name: 'a thread',
    file: 'thread.cjs',
    does: "new (require('worker_threads').Worker)('for (;;) ;', { eval: true });",
    codes: ['run-forbidden'],
  },
  { name: 'an exit', file: 'exit.js', does: 'process.exit(0);', codes: ['run-exit'] },
  { name: 'a hard exit', file: 'hard.js', does: 'process.reallyExit(0);', codes: ['run-exit'] },
  {
    name: 'killing itself',
    file: 'kill.js',
    does: "process.kill(process.pid, 'SIGKILL');",
    codes: ['run-exit', 'run-memory'],
  },
  {
    name: 'closing our pipe',
    file: 'pipe.cjs',
    does: "for (let i = 3; i < 99; i++) try { require('fs').closeSync(i); } catch {}",
    codes: ['run-pipe', 'run-timeout', 'run-exit'],
  },
  {
    name: 'replacing built-ins',
    file: 'builtins.js',
    does: 'Array.prototype.map = () => []; JSON.stringify = () => "no"; Math.exp = null;',
    codes: ['run-builtins'],
  },
  {
    name: 'writing beside itself',
    file: 'write.cjs',
    does: "require('fs').writeFileSync('left.txt', 'x');",
    codes: ['run-forbidden'],
  },
  {
    name: 'removing itself',
    file: 'remove.cjs',
    does: "require('fs').unlinkSync(__filename);",
    codes: ['run-forbidden'],
  },
  { name: 'a connection', file: 'net.cjs', does: "require('net').connect(9, '127.0.0.1');", codes: ['run-forbidden'] },
  {
    name: 'a request',
    file: 'fetch.mjs',
    does: "await_ = fetch('http://127.0.0.1:9/');",
    codes: ['run-forbidden'],
    before: 'let await_;',
  },
];

const isPython = (h: Hostile): boolean => h.file.endsWith('.py');

/** The program that does it within `f`, or while it is imported. */
function source(h: Hostile, when: 'import' | 'call'): string {
  const here = h.does.trim();
  if (isPython(h)) {
    const body = h.does.startsWith('\n') ? h.does : `\n    ${here}`;
    return `${h.before ?? ''}\ndef f(x):${when === 'call' ? body : ''}\n    return x\n${when === 'import' ? `def now():${body}\nnow()\n` : ''}`;
  }
  const exported = h.file.endsWith('.cjs') ? 'exports.f = f;' : 'export { f };';
  return `${h.before ?? ''}\nfunction f(x) { ${when === 'call' ? `{ ${here} }` : ''} return x; }\n${exported}\n${when === 'import' ? here : ''}`;
}

/** Milliseconds that it takes here and now to open and close a harmless program of the same language. */
async function startOf(h: Hostile): Promise<number> {
  const path = file(isPython(h) ? 'still.py' : 'still.js', isPython(h) ? 'x = 1\n' : 'let x = 1;\n');
  const began = performance.now();
  await (await open(path)).close();
  return performance.now() - began;
}

/** Processes whose current folder is that of a test's program. */
function left(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`).startsWith(folder);
    } catch {
      return false;
    }
  });
}

/** A folder for temporary files that nobody else uses. */
const temporary = mkdtempSync(join(tmpdir(), 'doctor-test-'));
beforeAll(() => {
  process.env.TMPDIR = temporary;
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const rooms = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('whygrad-doctor-'));

async function call(p: Program): Promise<Outcome> {
  return must((await p.run([{ steps: [{ call: 'f', args: [float(2)] }] }], { limit: LIMIT }))[0]);
}

for (const [language, programs] of [
  ['Python', python],
  ['JavaScript', javascript],
] as const) {
  describe.skipIf(language === 'Python' && noPython)(`${language}: within a call`, () => {
    for (const h of programs) {
      test(h.name, async () => {
        const start = await startOf(h);
        const path = file(h.file, source(h, 'call'));
        const p = await open(path, { timeout: 5, memory: MEMORY });
        onTestFinished(() => p.close());
        const began = performance.now();
        const out = await call(p);
        const took = performance.now() - began;
        expect(h.codes).toContain(must(out.error).type);
        expect(must(out.error).message).not.toBe('');
        expect(took).toBeLessThan(LIMIT * 1000 + SLACK + start);
        const again = await p.run([{ steps: [{ let: 'v', value: numbers([1]) }] }]);
        expect(again[0]?.error, 'the next scenario runs').toBeUndefined();
        await p.close();
        expect(readdirSync(dirname(path))).toEqual([h.file]);
        expect(left(dirname(path))).toEqual([]);
        expect(rooms()).toEqual([]);
      });
    }
  });

  describe.skipIf(language === 'Python' && noPython)(`${language}: while it is imported`, () => {
    for (const h of programs) {
      test(h.name, async () => {
        const start = await startOf(h);
        const path = file(h.file, source(h, 'import'));
        const began = performance.now();
        const opened = await open(path, { timeout: LIMIT, memory: MEMORY }).catch((error: unknown) => error);
        const took = performance.now() - began;
        // What cannot be fallen back from is an error; else the definitions are there, and the reason is named.
        if (opened instanceof RunError) expect(h.codes).toContain(opened.code);
        else {
          const p = opened as Program;
          expect(p.outline.loaded).toBe('definitions');
          expect(h.codes).toContain(must(p.outline.because).code);
          expect((await call(p)).steps[0]?.result).toEqual(float(2));
          await p.close();
        }
        expect(took).toBeLessThan(LIMIT * 1000 + SLACK + 3 * start);
        expect(readdirSync(dirname(path))).toEqual([h.file]);
        expect(left(dirname(path))).toEqual([]);
        expect(rooms()).toEqual([]);
      });
    }
  });
}

describe('noise and size', () => {
  test.skipIf(noPython)('what Python prints, however much, disturbs nothing', async () => {
    const path = file(
      'noise.py',
      "import sys\nprint('{\"ready\": 1}')\ndef f(x):\n    for _ in range(10000): print('x' * 1000); sys.stderr.write('y' * 1000)\n    return x\n",
    );
    const p = await open(path);
    expect((await p.run([{ steps: [{ call: 'f', args: [float(2)] }] }]))[0]?.steps[0]?.result).toEqual(float(2));
    await p.close();
  });

  test('what JavaScript prints, however much, disturbs nothing', async () => {
    const path = file(
      'noise.js',
      "console.log('{\"ready\": 1}');\nexport function f(x) { for (let i = 0; i < 10000; i++) { console.log('x'.repeat(1000)); process.stderr.write('y'.repeat(1000)); } return x; }\n",
    );
    const p = await open(path);
    expect((await p.run([{ steps: [{ call: 'f', args: [float(2)] }] }]))[0]?.steps[0]?.result).toEqual(float(2));
    await p.close();
  });

  for (const [name, text] of [
    ['large.py', 'def f(x): return [0.5] * 12500000\n'],
    ['large.js', 'export const f = (x) => new Array(12500000).fill(0.5);\n'],
    ['long.js', "export const f = (x) => ({ a: 'x'.repeat(1e8) + x, b: new Float64Array(2e6) });\n"],
  ] as const) {
    test.skipIf(name.endsWith('.py') && noPython)(`an answer of 100 MB is refused: ${name}`, async () => {
      const p = await open(file(name, text));
      const out = must((await p.run([{ steps: [{ call: 'f', args: [float(2)] }] }]))[0]);
      expect(out.error).toMatchObject({ type: 'run-output' });
      await p.close();
    });
  }
});

describe('from outside', () => {
  test('no file and no language', async () => {
    await expect(open('/nowhere/at/all.py')).rejects.toMatchObject({ code: 'run-unreadable' });
    await expect(open(file('a.xyz', ''))).rejects.toMatchObject({ code: 'run-language' });
  });

  test('a Python that is none', async () => {
    await expect(open(file('a.py', 'x = 1\n'), { python: '/nowhere/python3' })).rejects.toMatchObject({
      code: 'run-no-python',
    });
    await expect(open(file('a.py', 'x = 1\n'), { python: '/bin/true' })).rejects.toMatchObject({
      code: 'run-no-python',
    });
  });

  test.skipIf(noPython)('three deaths in one run are enough', async () => {
    const p = await open(file('die.py', 'import os\ndef f(x): os._exit(1)\n'));
    const steps = [{ call: 'f', args: [float(1)] }];
    await expect(p.run([{ steps }, { steps }, { steps }, { steps }])).rejects.toMatchObject({ code: 'run-exit' });
    const two = await p.run([{ steps }, { steps: [{ let: 'v', value: float(1) }] }]);
    expect(two.map((o) => o.error?.fatal ?? false)).toEqual([true, false]);
    await p.close();
  });

  test.skipIf(noPython)(
    'the environment here is not the program\u2019s, and it may write into its own folder',
    async () => {
      process.env.WHYGRAD_TEST_SECRET = 'secret';
      const path = file(
        'env.py',
        `import os, sys, tempfile
secret = os.environ.get('WHYGRAD_TEST_SECRET', 'none')
argv, cwd, home = sys.argv, os.getcwd(), os.environ['HOME']
with open(os.path.join(tempfile.gettempdir(), 'mine.txt'), 'w') as f: f.write('x')
try: typed = input()
except EOFError: typed = 'closed'
`,
      );
      const p = await open(path);
      delete process.env.WHYGRAD_TEST_SECRET;
      const { constants, loaded } = p.outline;
      expect(loaded).toBe('whole');
      expect(constants).toMatchObject({
        secret: { text: 'none' },
        cwd: { text: dirname(path) },
        typed: { text: 'closed' },
      });
      expect(JSON.stringify(constants.argv)).toBe(JSON.stringify({ items: [{ text: path }], as: 'list' }));
      await p.close();
      expect(existsSync(join(dirname(path), '__pycache__'))).toBe(false);
      expect(rooms()).toEqual([]);
    },
  );

  test.skipIf(noPython)('a file that it imports lies beside it, and leaves no bytecode there', async () => {
    const path = file('a.py', 'from beside import two\ndef f(x): return two * x\n');
    writeFileSync(join(dirname(path), 'beside.py'), 'two = 2.0\n');
    const p = await open(path);
    expect((await call(p)).steps[0]?.result).toEqual(float(4));
    await p.close();
    expect(readdirSync(dirname(path)).sort()).toEqual(['a.py', 'beside.py']);
  });
});
