// What the process of the specs runs: Jasmine first, then our backend, then all of tfjs's specs; prints their outcomes as one line of JSON.
// Not here: which specs may fail (`test/kernels/tfjs.test.ts`).
// Invariant: the imports' order is the order in which things are set up.
import { runSpecs } from './jasmine.ts';
import './backend.ts';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import './environments.ts';
import '@tensorflow/tfjs-core/dist/tests';

const outcomes = await runSpecs(new RegExp(process.env['SPECS'] ?? ''));
process.stdout.write(`${JSON.stringify(outcomes)}\n`, () => process.exit(0));
