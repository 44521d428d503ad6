"""`expect_gradient`: a test that a hand-written gradient is right, with the probes of `whygrad doctor`.

Not here: the verdict, which the engine gives; it asks this process to call the functions.
Invariant: a gradient that could not be judged fails, and the message says what to give; generators of random numbers
are as they were afterwards.
"""

import contextlib
import inspect
import random
import sys
import warnings
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Optional, Sequence

from . import host
from .engine import engine
from .outlines import helpers, imports, outline


@dataclass(frozen=True)
class GradientVerdict:
    """What was found: `verdict` is "correct", "wrong", "unstable" or "unclear".

    mistake: {"id", "name", "why", "fix", "formula"}, or None. evidence: points, each {"input", "yours", "true"}.
    convention: what the arguments were taken for. right: the right formula. because: what speaks for an unclear verdict,
    or how the numbers differ where the mistake has no name.
    """

    function: str
    verdict: str
    relative_error: Optional[float]
    mistake: Optional[Mapping[str, str]]
    mistakes: Sequence[str]
    convention: str
    evidence: Sequence[Mapping[str, Any]]
    also: Sequence[str]
    right: Optional[str]
    because: Optional[str]
    report: str

    def __str__(self) -> str:
        return self.report


class GradientError(AssertionError):
    """The gradient is wrong, unstable, or could not be judged; `verdict` holds what was found."""

    def __init__(self, verdict: GradientVerdict):
        super().__init__("\n" + verdict.report)
        self.verdict = verdict


def expect_gradient(
    f: Callable,
    gradient: Optional[Callable] = None,
    *,
    at: Optional[Sequence[Any]] = None,
    of: Optional[str] = None,
    args: Optional[Sequence[str]] = None,
    wrt: Optional[Sequence[str]] = None,
    upstream: Optional[str] = None,
    tolerance: Optional[float] = None,
) -> GradientVerdict:
    """Fails unless `gradient` is the gradient of `f`; without `gradient`, `f` returns its value and then the gradient, or
    is a torch.autograd.Function.

    Of a loss, `gradient` takes the arguments of `f`; of an output array the upstream gradient before or after them, or it
    returns the Jacobian or the derivatives of the entries. It returns one gradient, a tuple, or a dictionary of them.
    Arguments and results are numbers, lists, arrays, tensors, dictionaries of these.

    at: arguments of `f`; there, and near by, the gradient is compared with differences of `f`. Without it arguments are
    drawn for the operation that names and numbers speak for. of: that operation ("softmax", "softmax-cross-entropy", …).
    args: what the gradient's arguments are, in order (["upstream", "z"]). wrt: with `at`, the arguments that there are
    gradients by. upstream: with `at`, "first", "last" or "none". tolerance: with `at`, the relative error that is accepted,
    1e-6 unless said (2e-3 in single precision).
    Raises GradientError (an AssertionError) where it is wrong, unstable or unclear; WhygradError where a call fails.
    """
    functions, forward, backward = _functions(f, gradient)
    encode = host.load().values.encode
    options = {"of": of, "args": args, "wrt": wrt, "upstream": upstream, "tolerance": tolerance, "file": _file(f)}
    asked = {key: value for key, value in options.items() if value is not None}
    if at is not None:
        asked["at"] = [encode(each) for each in at]
    outlines = [_outline(name, function) for name, function in functions.items()] + helpers(list(functions.values()))
    source = imports(list(functions.values())) + "\n".join(each["text"] for each in outlines)
    told = {"forward": forward, "backward": backward, "source": source, "functions": outlines, "options": asked}
    answer = engine.converse("gradient", told, lambda question: _answers(question["scenarios"], functions))
    verdict = _verdict(answer)
    if verdict.verdict != "correct":
        raise GradientError(verdict)
    return verdict


def _verdict(answer: dict) -> GradientVerdict:
    found = answer["diagnosis"]
    names = ("function", "verdict", "mistake", "mistakes", "convention", "evidence", "also", "right", "because")
    picked = {name: found[name] for name in names}
    return GradientVerdict(relative_error=found["relativeError"], report=answer["report"], **picked)


# --- the functions ----------------------------------------------------------------------------------------------------


class _Applied:
    """Both passes of a torch.autograd.Function as two functions."""

    def __init__(self, kind: Any):
        self.kind = kind

    def forward(self, *args: Any) -> Any:
        return self.kind.apply(*args)

    def backward(self, upstream: Any, *args: Any) -> Any:
        torch = sys.modules["torch"]
        own = [a.detach().clone().requires_grad_(a.is_floating_point()) if torch.is_tensor(a) else a for a in args]
        leaves = [a for a in own if torch.is_tensor(a) and a.requires_grad]
        out = self.kind.apply(*own)
        first = out[0] if isinstance(out, tuple) else out
        upstream = torch.as_tensor(upstream, dtype=first.dtype).reshape(first.shape)
        found = torch.autograd.grad(first, leaves, upstream, allow_unused=True)
        return tuple(torch.zeros_like(leaf) if g is None else g for g, leaf in zip(found, leaves))


def _is_autograd(f: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and inspect.isclass(f) and issubclass(f, torch.autograd.Function)


def _functions(f: Any, gradient: Optional[Callable]) -> tuple:
    if gradient is None and _is_autograd(f):
        both = _Applied(f)
        return {f.__name__: both.forward, f"{f.__name__}_backward": both.backward}, f.__name__, f"{f.__name__}_backward"
    name = _name(f, "f")
    if gradient is None:
        return {name: f}, name, None
    other = _name(gradient, "gradient")
    other = f"{other}_gradient" if other == name else other
    return {name: f, other: gradient}, name, other


def _name(f: Any, otherwise: str) -> str:
    name = getattr(f, "__name__", otherwise)
    return name if name.isidentifier() else otherwise


def _outline(name: str, function: Any) -> dict:
    applied = getattr(function, "__self__", None)
    if not isinstance(applied, _Applied):
        return outline(name, function)
    parts = outline(name, applied.kind.forward)
    own = parts["parameters"][1:]
    back = outline(name, applied.kind.backward)
    return {
        **(back if function == applied.backward else parts),
        "name": name,
        "parameters": [{"name": "grad_output"}, *own] if function == applied.backward else own,
    }


def _file(f: Any) -> Optional[str]:
    code = getattr(inspect.unwrap(getattr(f, "__func__", f)), "__code__", None)
    return None if code is None else code.co_filename


# --- calls ------------------------------------------------------------------------------------------------------------


def _answers(scenarios: Sequence[dict], functions: Mapping[str, Callable]) -> list:
    with _kept_generators(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_outcome(scenario, functions) for scenario in scenarios]


def _outcome(scenario: dict, functions: Mapping[str, Callable]) -> dict:
    _seed(scenario.get("seed", 0))
    names: dict = {}
    steps: list = []
    try:
        for step in scenario["steps"]:
            steps.append({})
            result = _call(step, functions, names, steps[-1])
            names[step.get("let", "")] = result
            steps[-1]["result"] = host.load().values.encode(result)
        return {"steps": steps, "values": {}}
    except Exception as error:
        told = {"step": len(steps) - 1, "type": type(error).__name__, "message": " ".join(str(error).split())[:300]}
        return {"steps": steps, "values": {}, "error": told}


def _call(step: dict, functions: Mapping[str, Callable], names: Mapping[str, Any], outcome: dict) -> Any:
    if "call" not in step:
        raise TypeError("this cannot be asked of a function")
    args: list = []
    for each in step["args"]:
        args.append(_arg(each, names, args))
    named = {key: _arg(each, names, args) for key, each in (step.get("named") or {}).items()}
    result = functions[step["call"]](*args, **named)
    outcome["args"] = [host.load().values.encode(each) for each in args]
    return result


def _arg(given: dict, names: Mapping[str, Any], before: Sequence[Any]) -> Any:
    parts = host.load()
    if "ref" in given:
        first, steps = parts.paths.split(given["ref"])
        return parts.paths.follow(names[first], steps)
    return before[given["same"]] if "same" in given else parts.values.decode(given)


def _seed(value: int) -> None:
    random.seed(value)
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed(value)
    if torch is not None:
        torch.manual_seed(value)


@contextlib.contextmanager
def _kept_generators() -> Any:
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    own = random.getstate()
    of_numpy = None if numpy is None else numpy.random.get_state()
    of_torch = None if torch is None else torch.get_rng_state()
    quiet = contextlib.nullcontext() if numpy is None else numpy.errstate(all="ignore")
    try:
        with quiet:
            yield
    finally:
        random.setstate(own)
        if numpy is not None:
            numpy.random.set_state(of_numpy)
        if torch is not None:
            torch.set_rng_state(of_torch)
