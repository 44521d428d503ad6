// model.json: the document, sizes, names and scaling that together with the parameters make a model.
// Not here: the parameters (safetensors).
// Invariant: reading checks every field before it is used; what is written reads back to the same text.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { SetId } from '../../term/term.ts';
import type { Scaling } from '../data/split.ts';
import type { Network, RoleOptions } from '../network/network.ts';
import { prepareNetwork } from '../network/prepare.ts';

/** What a model is, without its parameters. */
export interface Description {
  readonly document: string;
  readonly given: readonly string[];
  readonly roles: RoleOptions;
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly columns: number;
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
  readonly scaling: Scaling | null;
  /** Above it, a single output means the second class. */
  readonly threshold: number;
}

const LIMIT = 16 * 1024 * 1024;
const damaged = (what: string): WhygradError =>
  new WhygradError('damaged-model', `model.json cannot be used: ${what}`, {
    hint: 'it may have been cut off or changed; train or copy the model again',
  });

/** The text of model.json. */
export function describeModel(d: Description): string {
  const { columns: _, ...roles } = d.roles;
  return `${JSON.stringify(
    {
      format: 'whygrad-model-1',
      document: d.document,
      given: d.given,
      roles,
      sizes: Object.fromEntries(d.sizes),
      features: d.featureNames,
      classes: d.classes,
      scaling: d.scaling,
      threshold: d.threshold,
    },
    null,
    2,
  )}\n`;
}

type Json = Record<string, unknown>;
const isRecord = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v);
const texts = (v: unknown, name: string): string[] => {
  if (Array.isArray(v) && v.every((x) => typeof x === 'string')) return v as string[];
  throw damaged(`${name} is not a list of texts`);
};
const numbers = (v: unknown, name: string, length: number): number[] => {
  if (Array.isArray(v) && v.length === length && v.every((x) => typeof x === 'number' && Number.isFinite(x)))
    return v as number[];
  throw damaged(`${name} is not a list of ${length} numbers`);
};

function sizesOf(v: unknown): Map<SetId, number> {
  if (!isRecord(v)) throw damaged('sizes are missing');
  return new Map(
    Object.entries(v).map(([set, n]): [string, number] => {
      if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > 1_000_000)
        throw damaged(`the size of ${JSON.stringify(set).slice(0, 40)} is not a whole number from 1 to 1000000`);
      return [set, n];
    }),
  );
}

function rolesOf(v: unknown, columns: number): RoleOptions {
  if (!isRecord(v)) throw damaged('roles are missing');
  const out: { -readonly [K in keyof RoleOptions]: RoleOptions[K] } = { columns };
  for (const key of ['activation', 'loss', 'prediction', 'features', 'answers'] as const) {
    if (!Object.hasOwn(v, key)) continue;
    if (typeof v[key] !== 'string') throw damaged(`the role ${key} is not a name`);
    out[key] = v[key];
  }
  if (Object.hasOwn(v, 'constants')) out.constants = texts(v.constants, 'constants');
  if (Object.hasOwn(v, 'more')) out.more = texts(v.more, 'more');
  return out;
}

function scalingOf(v: unknown, columns: number): Scaling | null {
  if (v === null) return null;
  if (!isRecord(v)) throw damaged('scaling is neither null nor mean and scale');
  const scale = numbers(v.scale, 'scale', columns);
  if (scale.some((s) => !(s > 0))) throw damaged('a scale is not positive');
  return { mean: numbers(v.mean, 'mean', columns), scale };
}

function parseRecord(bytes: Uint8Array): Json {
  if (bytes.length > LIMIT) throw damaged(`it has ${bytes.length} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('it is not JSON');
  }
  if (!isRecord(value) || value.format !== 'whygrad-model-1') throw damaged('it does not say that it is a model');
  return value;
}

/**
 * The description in the bytes of a model.json with the network that it describes. Throws `damaged-model` and what
 * reading a document throws.
 */
export function readDescription(bytes: Uint8Array): { description: Description; network: Network } {
  const v = parseRecord(bytes);
  if (typeof v.document !== 'string' || typeof v.threshold !== 'number' || !Number.isFinite(v.threshold))
    throw damaged('document or threshold is missing');
  const featureNames = texts(v.features, 'features');
  const columns = featureNames.length;
  if (columns === 0) throw damaged('it has no features');
  const description: Description = {
    document: v.document,
    given: texts(v.given, 'given'),
    roles: rolesOf(v.roles, columns),
    sizes: sizesOf(v.sizes),
    columns,
    featureNames,
    classes: texts(v.classes, 'classes'),
    scaling: scalingOf(v.scaling, columns),
    threshold: v.threshold,
  };
  const network = prepareNetwork(description.document, description.given, description.roles);
  checkSizes(network, description);
  return { description, network };
}

/** Every set has a size, the features' axis has theirs, and the whole network stays within 256 MiB of parameters. */
function checkSizes(network: Network, { sizes, columns, classes }: Description): void {
  const used = [...network.learned, ...network.constants, network.prediction]
    .flatMap((t) => t.sets)
    .filter((set) => set !== network.examples);
  const open = used.find((set) => !sizes.has(set));
  if (open !== undefined) throw damaged(`the size of ${open} is missing`);
  const taken = (network.features?.sets ?? []).reduce(
    (n, set) => n * (set === network.examples ? 1 : (sizes.get(set) ?? NaN)),
    1,
  );
  if (taken !== columns)
    throw damaged(
      `it names ${columns} features and its network takes ${Number.isNaN(taken) ? 'another number' : taken}`,
    );
  const count = (sets: readonly SetId[]): number =>
    sets.reduce((n, set) => n * (set === network.examples ? 1 : must(sizes.get(set))), 1);
  const total = [...network.learned, ...network.constants].reduce((sum, t) => sum + count(t.sets), 0);
  if (total > 67_108_864) throw damaged(`its parameters would have ${total} numbers`);
  const outputs = count(network.prediction.sets);
  if (classes.length > 0 && outputs !== classes.length && !(outputs === 1 && classes.length === 2))
    throw damaged(`it names ${classes.length} classes and its network has ${outputs} outputs`);
}
