// Bugs to plant: small edits of the sources that a person could make, each with the test files that must notice it.
// Not here: planting them (`test/soak/planted-bugs.test.ts`); rules, whose mutants are generated (`test/rules/mutants.ts`).
// Invariant: `find` stands exactly once in its file; `tests` are among those that `npm test` runs.

export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly plant: string;
  /** Test files that must fail. */
  readonly tests: readonly string[];
}

/** What may be done and why it is believed. */
const believing: readonly PlantedBug[] = [
  {
    name: 'a sign in the quotient rule',
    file: 'src/rules/calculus.ts',
    find: "to: '(d(f, x)*g - f*d(g, x))/g^2'",
    plant: "to: '(d(f, x)*g + f*d(g, x))/g^2'",
    tests: ['test/rules/book.test.ts'],
  },
  {
    name: 'the power rule without its condition',
    file: 'src/rules/calculus.ts',
    find: "to: 'n*f^(n-1)*d(f, x)',\n    where: [constantIn('n')],",
    plant: "to: 'n*f^(n-1)*d(f, x)',",
    tests: ['test/rules/book.test.ts'],
  },
  {
    name: "tanh' with a plus",
    file: 'src/rules/functions.ts',
    find: "tanh: chain('tanh', '(1 - tanh(f)^2)'),",
    plant: "tanh: chain('tanh', '(1 + tanh(f)^2)'),",
    tests: ['test/rules/book.test.ts'],
  },
  {
    name: 'δ in a restricted sum without the restriction',
    file: 'src/rules/normal-sums.ts',
    find: 'if (range.from === null || range.to === null) return settled;',
    plant: 'return settled;',
    tests: ['test/rules/normal.test.ts', 'test/check/equal.test.ts', 'test/derive/properties.test.ts'],
  },
  {
    name: 'a range that counts one too few',
    file: 'src/rules/normal-sums.ts',
    find: 'rational(Math.max(0, d.plus + 1))',
    plant: 'rational(Math.max(0, d.plus))',
    tests: ['test/rules/normal.test.ts'],
  },
  {
    name: 'replay believes a rule without looking at its result',
    file: 'src/check/replay.ts',
    find: 'meaningKey(dropHeld(instantiate(to, s))) === meaningKey(dropHeld(after)) &&',
    plant: '',
    tests: ['test/derive/corrupt.test.ts'],
  },
  {
    name: 'replay forgets the conditions of a rule',
    file: 'src/check/replay.ts',
    find: 'where.every((c) => conditionHolds(c, s, context, held)) &&',
    plant: '',
    tests: ['test/derive/corrupt.test.ts', 'test/derive/random.test.ts'],
  },
  {
    name: 'moves inside a move are not replayed',
    file: 'src/check/replay.ts',
    find: "if (inner === 'refuted' || inner === 'unknown') return 'refuted';",
    plant: '',
    tests: ['test/derive/corrupt.test.ts'],
  },
  {
    name: 'a float comparison that is too kind',
    file: 'src/check/equal.ts',
    find: 'const noisy = 1e3;',
    plant: 'const noisy = 1e12;',
    tests: ['test/check/equal.test.ts', 'test/rules/mistakes.test.ts'],
  },
  {
    name: 'perturbations of nested derivatives mix',
    file: 'src/check/dual.ts',
    find: 'if (s > t) return dual(s, mul((a as Dual<S>).primal, b), mul((a as Dual<S>).tangent, b));',
    plant: 'if (s > t) return dual(s, mul((a as Dual<S>).primal, b), (a as Dual<S>).tangent);',
    tests: ['test/check/vectors.test.ts', 'test/check/evaluate.test.ts'],
  },
  {
    name: 'every entry of a tensor is perturbed',
    file: 'src/check/entries.ts',
    find: 'if (p.name === name && p.at.length === at.length && p.at.every((i, n) => i === at[n]))',
    plant: 'if (p.name === name && p.at.length === at.length)',
    tests: ['test/check/evaluate.test.ts'],
  },
  {
    name: 'one-hot rows with two ones',
    file: 'src/check/sample.ts',
    find: 'for (let start = 0; start < data.length; start += n) data[start + integerBetween(random, 0, n - 1)] = 1;',
    plant:
      'for (let start = 0; start < data.length; start += n) for (let k = 0; k < 2; k++) data[start + integerBetween(random, 0, n - 1)] = 1;',
    tests: ['test/check/sample.test.ts'],
  },
];

/** How it runs. */
const running: readonly PlantedBug[] = [
  {
    name: 'the shift by the maximum is left out',
    file: 'src/compile/stable.ts',
    find: 'if (pair || quotient) return this.#build(p);',
    plant: '',
    tests: ['test/compile/stable.test.ts'],
  },
  {
    name: 'the rest of a vectorised axis is one element short',
    file: 'src/compile/codegen/regions.ts',
    find: 'if (rest > 0) this.at(axis.name, full * step, () => body(rest), binds);',
    plant: 'if (rest > 1) this.at(axis.name, full * step, () => body(rest), binds);',
    tests: ['test/compile/differential.test.ts'],
  },
  {
    name: 'the last part of a split loop is dropped',
    file: 'src/compile/codegen/regions.ts',
    find: 'if (rest === 0) return;',
    plant: 'return;',
    tests: ['test/compile/parallel.test.ts', 'test/compile/differential.test.ts'],
  },
  {
    name: 'rows beyond 2^14 are not done again',
    file: 'src/compile/schedules/normalise.ts',
    find: 's.lt(s.abs(max), s.const(LARGE)));\n',
    plant: 's.lt(s.abs(max), s.const(Infinity)));\n',
    tests: ['test/kernels/laws.test.ts', 'test/kernels/accuracy.test.ts', 'test/compile/softmax-rows.test.ts'],
  },
  {
    name: 'the logarithm of a dominated row without its care',
    file: 'src/compile/schedules/normalise.ts',
    find: 'f64.lt(f64.mul(sum, behind), f64.const(Math.E)),',
    plant: 'f64.lt(f64.mul(sum, behind), f64.const(0)),',
    tests: ['test/kernels/accuracy.test.ts', 'test/compile/softmax-rows.test.ts'],
  },
  {
    name: 'an ignored row counts in the mean',
    file: 'src/compile/schedules/cross-entropy.ts',
    find: "ifValue(i32.eq(label, integerField(record, 'ignore')), f64.const(0), weightOf(record, type, label))",
    plant: 'weightOf(record, type, i32.select(i32.const(0), label, i32.lt_s(label, i32.const(0))))',
    tests: ['test/kernels/edges.test.ts', 'test/kernels/torch.test.ts'],
  },
  {
    name: 'a maximum over processes that is a sum',
    file: 'src/compile/arrays/shard.ts',
    find: "max: 'max'",
    plant: "max: 'sum'",
    tests: ['test/compile/shard.test.ts'],
  },
  {
    name: 'a position counted from the start of the part',
    file: 'src/compile/arrays/shard.ts',
    find: 'if (axis === t.axis) out = addPlaces',
    plant: 'if (axis === t.axis && t.times > 1) out = addPlaces',
    tests: ['test/compile/shard.test.ts'],
  },
  {
    name: 'what the second half reads is not kept',
    file: 'src/compile/arrays/halves.ts',
    find: "const kept = saved.filter((t) => t.role === 'temporary');",
    plant: "const kept = saved.filter((t) => t.role === 'temporary' && t.dims.length > 1);",
    tests: ['test/compile/autograd.test.ts'],
  },
  {
    name: 'NumPy transposes the other way round',
    file: 'src/compile/targets/numpy.ts',
    find: 'transpose: (x, order) => `np.transpose(${x}, (${order}))`,',
    plant: "transpose: (x, order) => `np.transpose(${x}, (${order.split(', ').reverse().join(', ')}))`,",
    tests: ['test/compile/targets.test.ts'],
  },
  {
    name: 'NumPy computes in float32',
    file: 'src/compile/targets/numpy.ts',
    find: 'tensor: (x) => `np.asarray(${x}, dtype=np.float64)`,',
    plant: 'tensor: (x) => `np.asarray(${x}, dtype=np.float32)`,',
    tests: ['test/compile/targets.test.ts'],
  },
];

/** How it learns. */
const learning: readonly PlantedBug[] = [
  {
    name: 'every epoch in the same order',
    file: 'src/learn/loop.ts',
    find: "random(options.seed, 'order', progress.history.length)",
    plant: "random(options.seed, 'order', 0)",
    tests: ['test/learn/train.test.ts', 'test/learn/random.test.ts', 'test/learn/stop-and-lock.test.ts'],
  },
  {
    name: 'Adam counts its steps from the start of the run that was resumed',
    file: 'src/learn/loop.ts',
    find: 'engine.step(order, from, count, rate, progress.steps);',
    plant: 'engine.step(order, from, count, rate, s + 1);',
    tests: ['test/learn/train.test.ts', 'test/learn/kill.test.ts'],
  },
  {
    name: "a checkpoint without the optimizer's state",
    file: 'src/learn/files/checkpoint.ts',
    find: 'for (const [name, array] of state) arrays.set(`state/${name}`, array);',
    plant:
      'for (const [name, array] of state) arrays.set(`state/${name}`, { ...array, data: array.data.map((x) => x / 2) });',
    tests: ['test/learn/kill.test.ts', 'test/learn/files.test.ts'],
  },
  {
    name: 'a torn checkpoint is used',
    file: 'src/learn/files/checkpoint.ts',
    find: "notes.get('crc32') !== String(crc32(writeSafetensors({ arrays, notes: own })))",
    plant: 'false',
    tests: ['test/learn/files.test.ts', 'test/learn/mutated-files.test.ts'],
  },
  {
    name: "a safetensors header's length is believed",
    file: 'src/learn/files/safetensors.ts',
    find: 'if (length > HEADER_LIMIT || 8 + length > bytes.length) throw',
    plant: 'if (length > HEADER_LIMIT) throw',
    tests: ['test/learn/files.test.ts', 'test/learn/mutated-files.test.ts'],
  },
  {
    name: 'a file is written in its place',
    file: 'src/learn/files/disk.ts',
    find: 'const temporary = `${path}.part`;',
    plant: 'const temporary = path;',
    tests: ['test/learn/stop-and-lock.test.ts', 'test/project/devices.test.ts'],
  },
  {
    name: 'column-major arrays are read as rows',
    file: 'src/learn/data/npy.ts',
    find: 'data: header.columnMajor ? rowMajor(data, header.shape) : data',
    plant: 'data',
    tests: ['test/learn/data.test.ts'],
  },
  {
    name: 'the confusion matrix is transposed',
    file: 'src/learn/metrics.ts',
    find: 'const row = must(counts[must(labels[n])]);\n    row[must(predicted[n])] = must(row[must(predicted[n])]) + 1;',
    plant: 'const row = must(counts[must(predicted[n])]);\n    row[must(labels[n])] = must(row[must(labels[n])]) + 1;',
    tests: ['test/learn/train.test.ts', 'test/learn/data.test.ts'],
  },
  {
    name: 'patience counts one epoch too many',
    file: 'src/learn/loop.ts',
    find: 'else if (epoch.epoch - progress.best.epoch >= options.patience)',
    plant: 'else if (epoch.epoch - progress.best.epoch > options.patience)',
    tests: ['test/learn/train.test.ts'],
  },
  {
    name: 'the last, smaller batch weighs as much as the others',
    file: 'src/learn/loop.ts',
    find: 'total += loss * count;',
    plant: 'total += loss * batchSize;',
    tests: ['test/learn/train.test.ts'],
  },
];

/** What is read, asked and judged. */
const reading: readonly PlantedBug[] = [
  {
    name: 'what may have no value counts as defined',
    file: 'src/rules/defined.ts',
    find: 'return ownNeeds(t).every((n) => isMet(n, context)) && children(t)',
    plant: 'return children(t)',
    tests: ['test/derive/domain.test.ts', 'test/rules/normal.test.ts'],
  },
  {
    name: 'the letters of both sides of a claim are independent',
    file: 'src/lint/check.ts',
    find: "inferSets(given, [l, r], 'shared')",
    plant: "inferSets(given, [l, r], 'independent')",
    tests: ['test/lint/check.test.ts'],
  },
  {
    name: 'every matrix may be symmetric without a word',
    file: 'src/lint/unstated.ts',
    find: 'if (others.length > 0 && keys(others) === keys(others.map(exchange))) found.add(name);',
    plant: 'if (others.length > 0 || keys(others) === keys(others.map(exchange))) found.add(name);',
    tests: ['test/lint/check.test.ts'],
  },
  {
    name: "SARIF's columns count from 0",
    file: 'src/lint/report.ts',
    find: 'startColumn: c.column }',
    plant: 'startColumn: c.column - 1 }',
    tests: ['test/lint/sarif.test.ts', 'test/lint/command.test.ts'],
  },
  {
    name: 'paths in SARIF as they are',
    file: 'src/lint/report.ts',
    find: "parts.map(encodeURIComponent).join('/')",
    plant: "parts.join('/')",
    tests: ['test/lint/sarif.test.ts', 'test/lint/command.test.ts'],
  },
  {
    name: 'a budget that the clock spends',
    file: 'src/lint/budget.ts',
    find: 'left -= workDone() - before;',
    plant: 'left -= (performance.now() % 1) * 1e7 + before * 0;',
    tests: ['test/lint/budget.test.ts'],
  },
  {
    name: 'fixes are put in without looking whether they hold',
    file: 'src/lint/fix.ts',
    find: 'if (bad.size === 0) return next;',
    plant: 'if (bad.size >= 0) return next;',
    tests: ['test/lint/fix.test.ts'],
  },
  {
    name: 'what would be set "if …" is given to the whole document',
    file: 'src/document/roles.ts',
    find: 'const unreal = /\\b(?:if|when|',
    plant: 'const unreal = /\\b(?:',
    tests: ['test/document/roles.test.ts'],
  },
  {
    name: 'the last of two definitions wins',
    file: 'src/meaning/typed/equations.ts',
    find: "if (known.kind === 'num' && sides.right.kind === 'num') throw twoDefinitions(first.name, again);",
    plant: 'if (again.text === first.name) throw twoDefinitions(first.name, again);\n  return [];',
    tests: ['test/derive/definitions.test.ts'],
  },
  {
    name: 'arrays are cut to the shorter',
    file: 'src/derive/sizes.ts',
    find: 'else if (before.length !== here.length && whole.has(set)) throw misfit(name, here, before, at);',
    plant: 'else if (before.length < 0 && whole.has(set)) throw misfit(name, here, before, at);',
    tests: ['test/derive/evaluate.test.ts'],
  },
  {
    name: 'indices given as values count from the wrong end',
    file: 'src/derive/evaluate.ts',
    find: 'out.set(l, n + 1 - base);',
    plant: 'out.set(l, n + base);',
    tests: ['test/derive/evaluate.test.ts', 'test/kernels/formula.test.ts', 'test/project/cli.test.ts'],
  },
  {
    name: 'a printed product loses its sign',
    file: 'src/term/print/product.ts',
    find: 'return { negative: coefficient.num < 0n, piece',
    plant: 'return { negative: false, piece',
    tests: ['test/term/print.test.ts', 'test/term/print-parse.test.ts'],
  },
  {
    name: 'line breaks inside quotation marks are not counted',
    file: 'src/learn/data/csv-row.ts',
    find: 'if (b[at] === LINE || (b[at] === RETURN && b[at + 1] !== LINE)) this.breaks++;',
    plant: 'if (b[at] === RETURN && b[at + 1] !== LINE) this.breaks++;',
    tests: ['test/learn/csv.test.ts'],
  },
  {
    name: 'label smoothing spreads over one class too few',
    file: 'src/compile/schedules/dense-cross-entropy.ts',
    find: 'f64.div(smoothing, f64.convert_i32_s(row.n))',
    plant: 'f64.div(smoothing, f64.convert_i32_s(i32.sub(row.n, i32.const(1))))',
    tests: ['test/kernels/torch.test.ts', 'test/kernels/onnx.test.ts', 'test/kernels/laws.test.ts'],
  },
];

export const plantedBugs: readonly PlantedBug[] = [...believing, ...running, ...learning, ...reading];
