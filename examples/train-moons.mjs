// Training a network on make-moons and using it: epochs one by one, the test accuracy, predictions, files and exports.
import { drawBoundary, makeMoons, sampleBoundary, train } from 'whygrad';

const data = makeMoons({ samples: 1000, noise: 0.15, seed: 1 });
const run = train(null, data, { hidden: [16, 16], activation: 'relu', epochs: 60, patience: 15, seed: 1 });
for await (const epoch of run) {
  if (epoch.epoch % 20 === 0)
    console.log(
      `epoch ${epoch.epoch}: loss ${epoch.loss.toFixed(4)}, validation accuracy ${epoch.validationAccuracy?.toFixed(3)}`,
    );
}
console.log(`test accuracy ${run.test().accuracy?.toFixed(3)}`);

const model = run.model;
console.log(
  'predicted:',
  model
    .predict([
      [0, 1],
      [1, -0.5],
    ])
    .names?.join(', '),
);
console.log(
  drawBoundary(
    sampleBoundary(run.parts.training, 2, (points) => model.predict(points).scores, 60, 16),
    run.parts.test ?? run.parts.training,
  ),
);
console.log(
  `as a JavaScript module: ${model.toFunction().split('\n').length} lines; as ONNX: ${model.toOnnx().length} bytes; model.save('folder') writes ${[...model.toFiles().keys()].join(', ')}`,
);
// prints:
// epoch 20: loss 0.0403, validation accuracy 0.988
// epoch 40: loss 0.0351, validation accuracy 0.988
// test accuracy 0.995
// predicted: 0, 1
// ┌────────────────────────────────────────────────────────────┐
// │                                                            │
// │                  o oo o      o                          ···│
// │                o o o oo  o o                          ·····│
// │               o   o o  ooooooo                     ········│
// │          oo  o    o  o      ooooo o             ·x·········│
// │       o  ooooo o o         oo  oo o           ·············│
// │        o   oo  o x····x·x     ooooo   o     ···xx····x·····│
// │       oo o  o    ··x··x·xxx·    o ooooo    ·····xxxx·······│
// │    oo o o       ···xxxx·x·····   o oo     ····xx·xxx·xx····│
// │      ooo o      ······x··x·x····o  o o   ·····x···x··x·····│
// │                ·······x··xxx·····    ····x··xx·x···········│
// │               ······x···x··xxxxxx··x···x····x·x············│
// │              ············x·x·x··xxxx·x·x·x·x···············│
// │             ···············x···xx·x·x·xx···················│
// │            ·······················x···x····················│
// │           ·················································│
// └────────────────────────────────────────────────────────────┘
// as a JavaScript module: 110 lines; as ONNX: 2278 bytes; model.save('folder') writes model.json, history.csv, model.safetensors
