"""Functions made from documents: numpy's own numbers, torch's own differentiation and gradcheck judge them."""

import inspect
import re

import numpy
import pytest

import whygrad

torch = pytest.importorskip("torch")

#: Documents with a function that is not given (`f(z)`) have no program.
documents = [n for n in whygrad.library() if not re.search(r"(?<![A-Za-z])f'?\(", whygrad.document(n))]


def inputs_of(function, seed: int) -> list:
    """Inputs of the shapes that the docstring names, each size name with a number of its own."""
    torch.manual_seed(seed)
    sizes: dict = {}
    found = re.findall(r"^\s+(\w+): (numbers|positions from 0), shape \((.*?),?\)", function.__doc__, re.M)
    shape = lambda text: [int(s) if s.isdigit() else sizes.setdefault(s, 2 + len(sizes) % 4) for s in filter(None, text.split(", "))]
    names = inspect.signature(function).parameters
    numbers = lambda shape: (0.25 + 0.6 * torch.rand(shape, dtype=torch.float64)).requires_grad_()
    draw = {"numbers": numbers, "positions from 0": lambda shape: torch.randint(0, 2, shape)}
    return [draw[kind](shape(text)) for name, kind, text in found if name in names]


@pytest.mark.parametrize("name", documents)
def test_gradients_from_formulas(name):
    function = whygrad.autograd(name)
    inputs = inputs_of(function, documents.index(name))
    assert torch.autograd.gradcheck(function, inputs)
    as_tuple = lambda r: r if isinstance(r, tuple) else (r,)
    ours = as_tuple(function(*inputs))
    theirs = as_tuple(inspect.unwrap(function).__globals__["_forward"](*inputs))[: len(ours)]
    upstream = [torch.randn_like(o) for o in ours]
    wanted = [x for x in inputs if x.requires_grad]
    own, other = (torch.autograd.grad(r, wanted, upstream, allow_unused=True) for r in (ours, theirs))
    for a, b in zip(own, other):
        if a is not None:
            assert torch.allclose(a, torch.zeros_like(a) if b is None else b, rtol=1e-12, atol=1e-12)


def test_a_loss_with_the_names_that_people_use():
    loss = whygrad.autograd("softmax-cross-entropy-mean", "L", names={"z": "logits", "y": "target"})
    assert list(inspect.signature(loss).parameters) == ["logits", "target"]
    logits = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([0, 2, 1, 1])
    loss(logits, torch.nn.functional.one_hot(target, 3)).backward()
    again = logits.detach().requires_grad_()
    torch.nn.functional.cross_entropy(again, target).backward()
    assert torch.allclose(logits.grad, again.grad, atol=1e-15)
    assert "class" in loss.source and issubclass(loss.module, torch.nn.Module)


def test_a_numpy_function():
    f = whygrad.function("softmax-cross-entropy-mean", ["L", "dL/dz_ni"])
    z, y = numpy.random.default_rng(1).standard_normal((5, 4)), numpy.eye(4)[[0, 1, 2, 3, 0]]
    value, gradient = f(z=z, y=y)
    p = numpy.exp(z) / numpy.exp(z).sum(axis=1, keepdims=True)
    numpy.testing.assert_allclose(value, -(y * numpy.log(p)).sum() / 5, rtol=1e-13)
    numpy.testing.assert_allclose(gradient, (p - y) / 5, atol=1e-15)
    one = whygrad.function("softmax-cross-entropy-mean", "L")
    assert one(z=z, y=y) == pytest.approx(value)
    assert "import numpy" in f.source and "return" in inspect.getsource(f)


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="jax"):
        whygrad.autograd("softmax", to="numpy")
    with pytest.raises(ValueError, match="torch"):
        whygrad.function("softmax", to="cobol")
    with pytest.raises(whygrad.WhygradError):
        whygrad.function("softmax", "dp_j/dq_i")
