"""expect_gradient: right gradients pass, wrong ones fail by their name, in numpy, lists and torch."""

import random

import numpy as np
import pytest
import torch

import whygrad
from whygrad import GradientError, WhygradError, expect_gradient


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_backward(dout, z):
    p = softmax(z)
    return p * (dout - (dout * p).sum(axis=-1, keepdims=True))


def cross_entropy(z, y):
    return -np.log(softmax(z)[np.arange(len(y)), y]).mean()


def cross_entropy_grad(z, y):
    p = softmax(z)
    p[np.arange(len(y)), y] -= 1
    return p / len(y)


def energy(x, w):
    return float((x * x * w).sum())


def failure(*args, **options):
    with pytest.raises(GradientError) as caught:
        expect_gradient(*args, **options)
    return caught.value


point = {"at": [np.array([0.5, -1.2, 3.0]), np.array([0.3, 0.2, 0.9])]}
logits = {"at": [np.array([[0.3, -1.0, 2.0], [1.0, 0.5, -0.2]]), np.array([2, 0])]}


def test_right_gradients_pass():
    assert expect_gradient(softmax, softmax_backward).verdict == "correct"
    assert "softmax-cross-entropy" in expect_gradient(cross_entropy, cross_entropy_grad).convention
    expect_gradient(cross_entropy, cross_entropy_grad, **logits)
    expect_gradient(energy, lambda x, w: (2 * x * w, x * x), **point)
    expect_gradient(energy, lambda x, w: {"dw": x * x}, **point)


@pytest.mark.parametrize("options", [{}, logits])
def test_the_mistake_is_named_with_drawn_arguments_and_at_a_point(options):
    def cross_entropy_grad(z, y):
        p = softmax(z)
        p[np.arange(len(y)), y] -= 1
        return p

    error = failure(cross_entropy, cross_entropy_grad, **options)
    assert error.verdict.mistake["id"] == "n-dropped"
    assert "(n-dropped)" in str(error) and "whygrad explain n-dropped" in str(error)
    assert "test_gradient.py:" in str(error)


def test_an_axis_that_is_wrong_is_named():
    def softmax_backward(dout, z):
        p = softmax(z)
        return p * (dout - (dout * p).sum(axis=0))

    assert failure(softmax, softmax_backward).verdict.mistake["id"] == "dot-wrong-axis"


def test_what_has_no_name_is_told_by_its_structure():
    error = failure(energy, lambda x, w: (2 * x * w, 3 * x * x), **point)
    assert "the gradient by w is 3 × the true one" in str(error)
    assert [e["input"]["of"] for e in error.verdict.evidence] == ["w"]
    assert error.verdict.evidence[0]["true"] == [0.25, 1.44, 9]


def test_an_operation_that_nothing_names_is_unclear():
    error = failure(energy, lambda x, w: x)
    assert error.verdict.verdict == "unclear" and "`at`" in str(error)


def test_lists_numbers_and_dictionaries():
    expect_gradient(lambda x: sum(v**3 for v in x), lambda x: [3 * v**2 for v in x], at=[[1.0, -2.0]])
    expect_gradient(lambda t: t**4, lambda t: 4 * t**3, at=[1.5])

    def loss(p, x):
        return float(((x @ p["W"] + p["b"]) ** 2).sum())

    def grads(p, x):
        r = 2 * (x @ p["W"] + p["b"])
        return {"W": x.T @ r, "b": r.sum(axis=0)}

    given = [{"W": np.random.randn(3, 2), "b": np.random.randn(2)}, np.random.randn(4, 3)]
    expect_gradient(loss, grads, at=given)
    error = failure(loss, lambda p, x: {**grads(p, x), "b": grads(p, x)["b"] / len(x)}, at=given)
    assert [e["input"]["of"] for e in error.verdict.evidence] == ["p.b"]


def test_loss_and_gradient_in_one_function():
    expect_gradient(lambda x: (float((x**2).sum()), 2 * x), at=[np.array([1.0, 2.0])])
    failure(lambda x: (float((x**2).sum()), x), at=[np.array([1.0, 2.0])])


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x * x


class WrongSigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.sigmoid(x)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * x * (1 - x)


def test_autograd_functions():
    expect_gradient(Cube, at=[torch.tensor([1.0, 2.0, -3.0], dtype=torch.float64)])
    expect_gradient(Cube, at=[torch.tensor([1.0, 2.0, -3.0])])
    assert failure(WrongSigmoid).verdict.mistake["id"] == "input-not-output"
    failure(WrongSigmoid, at=[torch.tensor([1.0, 2.0, -3.0])])


class Layer:
    def __init__(self):
        self.scale = 1.5

    def forward(self, x):
        self.x = x
        return np.tanh(self.scale * x)

    def backward(self, grad, x):
        return grad * (1 - np.tanh(self.scale * x) ** 2) * self.scale


def test_methods_of_an_object():
    layer = Layer()
    expect_gradient(layer.forward, layer.backward, at=[np.array([0.3, -0.7])])


def test_generators_and_arguments_are_as_they_were():
    z, y = np.array([[0.3, -1.0, 2.0]]), np.array([1])
    before = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist(), z.copy())
    expect_gradient(cross_entropy, cross_entropy_grad, at=[z, y])
    after = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist(), z)
    assert before[:3] == after[:3] and (before[3] == after[3]).all()


def test_a_call_that_fails_is_an_error_and_the_next_one_works():
    with pytest.raises(WhygradError) as caught:
        expect_gradient(energy, lambda x: x, at=[np.array([1.0])])
    assert caught.value.code == "call-failed"

    def interrupted(x, w):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        expect_gradient(interrupted, energy, **point)
    expect_gradient(energy, lambda x, w: 2 * x * w, **point)


def test_the_functions_may_ask_whygrad_themselves():
    def derived(z, y):
        given = {"z": z, "y": y}
        return np.array(whygrad.evaluate("dL/dz_i", given, document="softmax-cross-entropy").value)

    def loss(z, y):
        return -float(y @ np.log(softmax(z)))

    expect_gradient(loss, derived, at=[np.array([0.3, -1.0, 2.0]), np.array([0.0, 1.0, 0.0])], wrt=["z"])
