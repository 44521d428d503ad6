// What people call things: parameters, methods, fields.
// Not here: how the names of one program are matched with an operation (`forward.ts`, `backward.ts`).
// Invariant: a name proves nothing by itself; each pattern only ranks readings.

/** What an argument of a backward pass can be beside the inputs of the operation. */
export type Part =
  | 'upstream'
  | 'output'
  | 'cache'
  | 'rate'
  | 'count'
  | 'columns'
  | 'axis'
  | 'flag'
  | 'context'
  | 'epsilon';

export const parts: Readonly<Record<Part, RegExp>> = {
  upstream:
    /^(d_?out\w*|dL\w*|d?_?g(y|z|o)?|grad_?(out|y|output|row|in)?\w*|out(put)?_?grad\w*|d_?values|d_?vals|up_?stream\w*|delta\w*|error\w*|err\w*|accum_?grad|d_?[AFHOPSYZ]|d_?(out|y|z|h|s|p|a|act|probs|weights|next|prev|attn|scores|loss)\w*|gradient\w*|incoming\w*|back\w*|cotangent|ct|g_?out\w*|gradOutput|dy|u|v|adjoint|sens\w*|ograd|top_?diff|seed)$/i,
  output:
    /^(out|outputs?|y|o|a|s|p|probs?|probabilit\w*|act\w*|result|soft\w*|sig\w*|y_?hat|y_?pred|pred\w*|value|weights|A\d?|h)$/i,
  cache:
    /^(cache\w*|cached|saved|ctx|context|tape|memo|res|residuals?|state|stash|forward_cache|intermediates?|saved_\w+|aux)$/i,
  rate: /^(lr|rate|eta|alpha|learning_?rate|step_?size|step|learn_?rate)$/i,
  count: /^(n|m|N|num\w*|batch\w*|size|count|n_?samples|samples|bs|rows?|n_?rows|B|T)$/,
  columns:
    /^(n|C|V|K|D|cols?|columns|n_?cols|width|dim|classes|(n|num)_?(classes|cols|features)|features|len|length)$/i,
  axis: /^(axis|dim)$/i,
  flag: /^(deriv\w*|prime|grad|derivative|d|diff|backward|is_?grad|backprop|returnGrad|return_grad)$/i,
  context: /^(ctx|context)$/i,
  epsilon: /^(eps|epsilon|tiny|small)$/i,
};

/** Usual names of an operation's inputs, by the doctor's own name of it. */
export const inputNames: Readonly<Record<string, RegExp>> = {
  z: /^(z\w*|x\w*|inputs?(_\w+)?|logits?|scores?|row|rows|v|vec\w*|sums?|prefs|preferences|values?|mat\w*|pre_?act\w*|net\w*|t|arr\w*|array|data|tensor|a|u|theta|h|input\w*|in_?act|s|q|signal|activations?|Z\d?|energies|o)$/i,
  a: /^(a|pred\w*|y_?hat|y_?pred|out\w*|x|o|y|h|logits|p|approx\w*|estimate\w*|actual|u|v\d?)$/i,
  p: /^(p|pred\w*|probs?|probabilit\w*|y_?hat|y_?pred|out\w*|x|o|q|soft\w*|a|AL|A\d?|s|sig\w*|activations?|logits|dvalues|h|hx|sm)$/i,
  y: /^(y\w*|t|tgts?|targets?|labels?|truth|expected|one_?hot\w*|label_tensor|t_true|gold|actual|desired|ground_?truth|classes|class_?\w*|cls|c|idx|index|k|a|action\w*|target_?\w*|label_?\w*|truths?|Y\w*|T|ans\w*|teacher|gt|correct\w*)$/i,
  t: /^(t|targets?|y\w*|teacher\w*|p|q|target_?\w*|labels?|truth|ref\w*|prior)$/i,
  x: /^(x\w*|inputs?(_\w+)?|input_?\w*|data|features?|X\w*|batch|a_?prev|A_?prev|A|A\d|in|h|activations?)$/i,
  W: /^(w\d?|W\d?|weights?|kernel|theta|syn\d?|Wmat|M|mat|emb\w*|table|E|params?)$/i,
  lp: /^(lp|log_?p\w*|log_?probs?\w*|x|inputs?|out\w*|y_?hat|pred\w*)$/i,
  w: /^(w\w*|W|theta|weights?|coef\w*|beta|params?|class_?weights?)$/i,
  b: /^(b\d?|bias(es)?|b|intercept|beta|c|other|v\d?|y)$/i,
  gamma: /^(gamma|g|scale|weight|w|gain|focus\w*|γ)$/i,
  beta: /^(beta|b|shift|bias|offset|β)$/i,
  eps: /^(eps\w*|epsilon|smooth\w*|alpha|label_?smoothing|ε)$/i,
  T: /^(t|temp\w*|tau|temperature)$/i,
  reg: /^(reg\w*|lam\w*|lambda_?|l2|alpha|decay|weight_?decay)$/i,
  Q: /^(q|quer(y|ies))$/i,
  K: /^(k|keys?)$/i,
  V: /^(v|values?)$/i,
  h: /^(h|h_?prev\w*|prev_?h\w*|hidden\w*|h_?t?_?1|h0|state)$/i,
  Wx: /^(wx\w*|w_?xh|w_?ih|u|w_?in|W)$/i,
  Wh: /^(wh\w*|w_?hh|w_?rec|u|V)$/i,
  k: /^(k|kernel|w|filter|weights?|K|f)$/i,
  ix: /^(ix|idx|indices|tokens?|ids|x|token_?ids|inputs?|index)$/i,
  W1: /^(w1|W1|syn0|w_?h\w*|weights?_?1|theta_?1|w_?ih|weights?0|weights_?input_?hidden|W0|w0)$/i,
  b1: /^(b1|B1|b0|bias_?1|bias0|b_?h\w*)$/i,
  W2: /^(w2|W2|syn1|w_?o\w*|weights?_?2|theta_?2|w_?ho|weights1|weights_?hidden_?output|W1|w1)$/i,
  b2: /^(b2|B2|b1|bias_?2|bias1|b_?o\w*)$/i,
  keep: /^(keep\w*|p|rate|prob|keep_?prob|dropout_?\w*)$/i,
  alpha: /^(alpha|slope|negative_?slope|a|leak\w*|k)$/i,
  delta: /^(delta|d|threshold|beta|thr)$/i,
};

export const methods = {
  forward:
    /^(forward\w*|__call__|call|run|predict\w*|fwd|feed_?forward|activate|apply|compute|evaluate|fn|f|func|activation|value|loss|calculate|calc|output|eval|propagate|softmax|sigmoid|transform|encode|fprop)$/i,
  backward:
    /^(backward\w*|back|back_?prop\w*|bwd|gradients?|grad|derivative|deriv|prime|backprop\w*|d|df|dfunc|der|differentiate|delta|jacobian|vjp|pullback|bprop|compute_?grad\w*|activation_?(prime|deriv\w*)|get_?grad\w*|adjoint|backpropagate|backwardPass|loss_?grad\w*|local_?grad\w*)$/i,
} as const;

/** Functions that look like gradients by their names. */
export const gradientName =
  /([Gg]rad|[Dd]eriv|[Bb]ackward|[Bb]ack_?[Pp]rop|_bwd|bwd$|Bwd|_prime|Prime|^d_?[A-Za-z]|[Dd]elta|[Jj]acobian|_jac|Jac$|^vjp|_vjp|Vjp|VJP|[Pp]ullback|[Aa]djoint|_back$|Back$|_d$|^back$|[a-z]B$|score_?function|dloss|[Ss]ensitivit)/;
/** Functions that only use gradients. */
export const userName =
  /^(train\w*|update\w*|descend|ascend|ascent|descent|step|fit|learn|main|check\w*|test\w*|numeric\w*|num_?grad\w*|gradient_?descent|grad_?check\w*|gradient_?check\w*|sgd\w*|optimi[sz]e\w*|apply_?grad\w*|clip_?grad\w*|zero_?grad\w*|approx\w*|finite_?diff\w*|verify\w*|demo\w*|run|plot\w*|show\w*|print\w*|derive|decode\w*|detach\w*|dropout\w*|dot\w*|dense\w*|data\w*|draw\w*|display\w*|default\w*|download\w*|dist\w*|div\w*|debug\w*|delete\w*|dim\w*|done)$/i;
/** A gradient by its field or variable name: the rest is what it belongs to. */
export const gradientField =
  /^(?:_?d_?(?!im|type|ata|epth|rop|one|efault|ot|ebug|evice|raw|ense)|grad(?:ient)?s?_?(?:of_?)?|∂|g_|delta_?|d_)(.*)$|^(.*?)_?(?:grads?|gradients?|Grad|Gradient|_g|_d|deltas?|bar)$/;
/** Fields of a data object that hold the gradient of its numbers. */
export const gradientOf = /^(dw|grads?|deltas?|diff|gradients?|d|adj|adjoint|dx|derivs?)$/i;

/** Names that mean one thing nearly everywhere. */
const STRONG: Readonly<Record<string, RegExp>> = {
  z: /^(z\d?|Z\d?|logits?|scores?|pre_?act\w*|prefs|preferences|raw\w*|x|input\w*)$/,
  a: /^(a|pred\w*|y_?hat|y_?pred|out\w*|estimate\w*|approx\w*)$/i,
  p: /^(p|probs?|probabilit\w*|softmax\w*|y_?hat|y_?pred|s|pred\w*|out\w*)$/i,
  o: /^(out\w*|y|a|s|act\w*|sig\w*|output\w*)$/i,
  lp: /^(out\w*|lp|log\w*)$/i,
  y: /^(y|y_?true|labels?|targets?|one_?hot\w*|t|truth|actual|expected|desired)$/i,
  upstream:
    /^(d_?out\w*|up_?stream\w*|grad_?out\w*|dy|gy|grad|d_?values|g|delta|grad_?output|error_tensor|accum_grad|d_?weights|dO|dA|dL|dH|dP|dS)$/i,
  cache: /^(cache|ctx|saved)$/i,
  h: /^x_?hat$/i,
};
export const strongName = (name: string, role: string): number => (STRONG[role]?.test(name) === true ? 0.4 : 0);
