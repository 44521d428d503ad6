// A layer of an old library for the browser: forward keeps the exponentials, backward takes the upstream gradient.
function SoftmaxLayer(size) {
  this.size = size;
}

SoftmaxLayer.prototype.forward = function (x) {
  var i;
  var max = x[0];
  var sum = 0;
  var es = [];
  for (i = 1; i < x.length; i++) if (x[i] > max) max = x[i];
  for (i = 0; i < x.length; i++) {
    es[i] = Math.exp(x[i] - max);
    sum += es[i];
  }
  for (i = 0; i < x.length; i++) es[i] /= sum;
  this.es = es;
  return es;
};

SoftmaxLayer.prototype.backward = function (upstream) {
  var i;
  var j;
  var s;
  var grad = [];
  for (i = 0; i < this.es.length; i++) {
    s = 0;
    for (j = 0; j < this.es.length; j++) {
      s = this.es[j] * ((i === j ? 1 : 0) - this.es[i]) * upstream[j];
    }
    grad[i] = s;
  }
  return grad;
};

module.exports = { SoftmaxLayer };
