// Operators of ONNX's node tests that are no formula over entries, with the reason.
// Not here: cases of included operators with other element types (`onnx.test.ts` counts them).
// Invariant: together with the operators that are tested, all single-operator tests of the data are named.
const reasons: Readonly<Record<string, readonly string[]>> = {
  'moves, repeats or selects entries and computes nothing': [
    'Cast', 'CastLike', 'Compress', 'Concat', 'Constant', 'ConstantOfShape', 'DepthToSpace', 'Expand', 'EyeLike', 'Flatten', 'Gather', 'GatherElements', 'GatherND', 'Identity', 'OneHot', 'Pad', 'Range', 'Reshape', 'ReverseSequence',
    'Scatter', 'ScatterElements', 'ScatterND', 'Shape', 'Size', 'Slice', 'SpaceToDepth', 'Split', 'Squeeze', 'Tile', 'Transpose', 'Trilu', 'Unsqueeze',
  ],
  'integers, bits or booleans': ['And', 'BitShift', 'ConvInteger', 'DequantizeLinear', 'DynamicQuantizeLinear', 'Equal', 'IsInf', 'IsNaN', 'MatMulInteger', 'Not', 'Or', 'QLinearConv', 'QLinearMatMul', 'QuantizeLinear', 'Xor'],
  'rounds to integers': ['Ceil', 'Floor', 'Mod', 'Round'],
  'answers with positions, or sorts': ['ArgMax', 'ArgMin', 'Hardmax', 'NonMaxSuppression', 'NonZero', 'TopK', 'Unique'],
  'random': ['Bernoulli', 'Dropout'],
  'control flow, sequences, optional values': ['If', 'Loop', 'OptionalGetElement', 'OptionalHasElement', 'Scan', 'SequenceInsert', 'SequenceMap'],
  'text': ['StringNormalizer', 'TfIdfVectorizer'],
  'windows with strides, padding or rounding modes': ['AveragePool', 'Conv', 'ConvTranspose', 'LRN', 'MaxPool', 'MaxUnpool'],
  'images and signals sampled between entries': ['BlackmanWindow', 'DFT', 'GridSample', 'HammingWindow', 'HannWindow', 'MelWeightMatrix', 'Resize', 'RoiAlign', 'STFT', 'Upsample'],
  'a value carried from step to step': ['Adagrad', 'Adam', 'CumSum', 'GRU', 'LSTM', 'Momentum', 'RNN'],
};
/** Operator → reason. */
export const excluded: ReadonlyMap<string, string> = new Map(Object.entries(reasons).flatMap(([reason, names]) => names.map((name) => [name, reason])));

/** Cases of included operators that ask for something else. */
export const excludedCases: Readonly<Record<string, string>> = {
  test_batchnorm_example_training_mode: 'answers with running statistics carried from step to step', test_batchnorm_epsilon_training_mode: 'answers with running statistics carried from step to step',
};
