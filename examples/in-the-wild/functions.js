// A table of activation functions, each with its derivative.
export const activations = {
  sigmoid: {
    func: (x) => 1 / (1 + Math.exp(-x)),
    deriv: (x) => x * (1 - x),
  },
};

// An output after one step of learning, from the weighted sum of its inputs.
export function updateOutput(weightedSum, target, rate) {
  const output = activations.sigmoid.func(weightedSum);
  return output - rate * (output - target) * activations.sigmoid.deriv(weightedSum);
}

export function tanh(x) {
  return Math.tanh(x);
}

export function tanhDerivative(x) {
  return 1 - Math.tanh(x) ** 2;
}

export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

export function sigmoidPrime(x) {
  return sigmoid(sigmoid(x)) * (1 - sigmoid(sigmoid(x)));
}
