"""A loss of a course's first assignment: scores and class numbers in, loss and gradient out."""
import numpy as np


def softmax_loss(x, y):
    """
    x: scores of shape (N, C); y: labels of shape (N,), 0 <= y[i] < C.
    Returns the mean loss and its gradient with respect to x.
    """
    shifted = x - np.max(x, axis=1, keepdims=True)
    z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(z)
    n = x.shape[0]
    loss = -np.sum(log_probs[np.arange(n), y]) / n
    dx = np.exp(log_probs)
    dx[np.arange(n), y] -= 1
    return loss, dx


def svm_loss(x, y):
    """The same for the multiclass hinge loss."""
    n = x.shape[0]
    correct = x[np.arange(n), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(n), y] = 0
    loss = np.sum(margins) / n
    num_pos = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(n), y] -= num_pos
    dx /= n
    return loss, dx
