// Slips that are seen but called otherwise, or not told from what is right, by file and ids.
// Not here: the styles.
// Invariant: a right program never stands here.

export const OPEN: ReadonlySet<string> = new Set([
  'bn.py: exponent',
  'conv.py: assign-not-accumulate',
  'costs.py: lost-activation-derivative',
  'dense.js: lost-factor',
  'dnn_utils.py: n-dropped',
  'engine.py: exponent',
  'engine.py: upstream-ignored',
  'linear.ts: lost-factor',
  'log_softmax.py: input-not-output',
  'loss_functions.py: factor-two',
  'losses.py: eps-in-log',
  'masked_attention.py: diag-only',
  'masked_attention.py: missing-dot',
  'masked_attention.py: missing-leading-factor',
  'mlp.py: bias-summed-over-all',
  'nll.py: eps-in-log',
  'nll.py: log-of-softmax',
  'nll.py: overflow',
  'nn.py: eps-in-denominator',
  'nn.py: keepdims',
  'nn.py: overflow',
  'nn.py: wrong-axis',
  'relu.py: mutates-input',
  'two_layer_net.py: bias-mean',
  'two_layer_net.py: lost-activation-derivative',
  'two_layer_net.py: n-dropped',
  'two_layer_net.py: relu-mask-ge',
]);
