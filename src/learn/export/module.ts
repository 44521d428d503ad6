// A trained network as one JavaScript module without dependencies: its formulas as loops, its parameters as numbers.
// Not here: how formulas become loops (`compile/targets/javascript.ts`).
// Invariant: the text is data for the user's own files; nothing here runs it.
import { must } from '../../term/must.ts';
import { scheduleProgram } from '../../compile/plan.ts';
import { javascriptText } from '../../compile/targets/javascript.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { Description } from '../files/description.ts';
import { forwardProgram } from '../network/program.ts';
import type { Network } from '../network/network.ts';

const property = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
/** Numbers of a module: float32 in the fewest digits that read back equal. */
const short = (v: number): string => {
  for (let digits = 6; digits < 9; digits++) {
    const text = v.toPrecision(digits);
    if (Math.fround(Number(text)) === v) return String(Number(text));
  }
  return String(v);
};

/**
 * The text of a module that exports `predict(rows)`: an array of { scores, label?, name? }, one for each row of
 * features.
 */
export function moduleText(
  network: Network,
  description: Description,
  parameters: ReadonlyMap<string, NamedArray>,
): string {
  const { sizes, columns, classes, scaling, threshold } = description;
  const features = network.features as { name: string; sets: readonly string[] };
  const one = new Map([...sizes, [network.examples, 1]]);
  const forward = javascriptText(scheduleProgram(forwardProgram(network, false), { sizes: one, dtype: 'f64' }, true), {
    name: 'forward',
    title: 'the network',
  });
  const weights = [...parameters].map(
    ([name, { data }]) => `  ${property(name)}: Float32Array.of(${Array.from(data, short).join(', ')}),`,
  );
  const outputs = network.prediction.sets.slice(1).reduce((n, set) => n * must(sizes.get(set)), 1);
  const all = [network.features, network.prediction, ...network.learned, ...network.constants].flatMap(
    (t) => t?.sets ?? [],
  );
  const known = [...sizes].filter(([set]) => all.includes(set) || forward.includes(JSON.stringify(set)));
  const choose = outputs === 1 ? `scores[0] > ${threshold} ? 1 : 0` : 'scores.indexOf(Math.max(...scores))';
  return [
    `// A network trained by whygrad. predict(rows) takes rows of ${columns} numbers (${description.featureNames
      .slice(0, 8)
      .join(', ')
      .replace(/[\r\n\u2028\u2029]/g, ' ')}${columns > 8 ? ', …' : ''}).`,
    'export const parameters = {',
    ...weights,
    '};',
    ...(classes.length === 0 ? [] : [`export const classes = ${JSON.stringify(classes)};`]),
    `const sizes = ${JSON.stringify(Object.fromEntries(known))};`,
    ...(scaling === null
      ? []
      : [`const mean = ${JSON.stringify(scaling.mean)};`, `const scale = ${JSON.stringify(scaling.scale)};`]),
    '',
    'export function predict(rows) {',
    `  const features = Float64Array.from(rows.flatMap((row) => Array.from(row${scaling === null ? '' : ', (v, i) => (v - mean[i]) / scale[i]'})));`,
    `  const result = forward({ ...parameters, ${property(features.name)}: features }, { ...sizes, ${JSON.stringify(network.examples)}: rows.length });`,
    `  const all = result[${JSON.stringify(network.prediction.name)}];`,
    '  return rows.map((_, n) => {',
    `    const scores = Array.from(all.subarray(n * ${outputs}, (n + 1) * ${outputs}));`,
    ...(classes.length === 0
      ? ['    return { scores };']
      : [`    const label = ${choose};`, '    return { scores, label, name: classes[label] };']),
    '  });',
    '}',
    '',
    forward,
  ].join('\n');
}
