// Tells tfjs's specs on which backend they run.
// Not here: the backend.
// Invariant: imported before the specs, which are described once for each environment.
import * as tf from '@tensorflow/tfjs-core';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';

const backendName = process.env['BACKEND'] ?? 'ours';
setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
await tf.setBackend(backendName);
// A spec of the profiler assigns to a variable that it never declares.
Object.assign(globalThis, { i: 0 });
