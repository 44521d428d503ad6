"""Functions made from formulas: plain ones, and ones that automatic differentiation calls.

Not here: the writing of programs, which is the engine's.
Invariant: the code that is executed was written by the engine from terms; no text of a user is pasted into it.
"""

import linecache
import re
from typing import Any, Callable, Mapping, Optional, Sequence, Union

from .api import Document, text_of
from .engine import engine

targets = ("numpy", "torch", "jax")


def function(
    document: Document,
    questions: Union[str, Sequence[str], None] = None,
    *,
    to: str = "numpy",
    given: Sequence[str] = (),
    name: Optional[str] = None,
) -> Callable:
    """A function that computes quantities of a document, like ["L", "dL/dz_i"], in numpy, torch or jax.

    Its arguments are the document's inputs; one question gives one value, several a tuple. `source` holds its code.
    Raises WhygradError as derive does, ValueError for another target.
    """
    asked = [questions] if isinstance(questions, str) else questions
    return _made(document, asked, to, given, name, {})


def autograd(
    document: Document,
    output: Union[str, Sequence[str], None] = None,
    *,
    to: str = "torch",
    given: Sequence[str] = (),
    name: Optional[str] = None,
    names: Optional[Mapping[str, str]] = None,
) -> Callable:
    """A function whose gradients come from derived formulas: a torch.autograd.Function behind a plain call, or a
    jax.custom_vjp.

    output: what the document computes, like "L"; without it what nothing else uses. names: other names for inputs and
    outputs, {"z": "logits"}. `source` holds its code, `module` (torch) its class for networks.
    Raises WhygradError as derive does, ValueError for another target.
    """
    if to == "numpy":
        raise ValueError("numpy has no automatic differentiation: to='torch' or to='jax'")
    asked = [output] if isinstance(output, str) else output
    return _made(document, asked, to, given, name, {"autograd": True, "names": dict(names) if names else None})


def _made(
    document: Document,
    outputs: Optional[Sequence[str]],
    to: str,
    given: Sequence[str],
    name: Optional[str],
    more: Mapping[str, Any],
) -> Callable:
    if to not in targets:
        raise ValueError(f"there is no target {to!r}: {', '.join(targets)}")
    text = text_of(document)
    called = name or _name_for(text or "")
    files = engine.call(
        "emit",
        document=text,
        to=to,
        outputs=None if outputs is None else list(outputs),
        given=list(given),
        name=called,
        **more,
    )
    source = files[0]["content"]
    return _run(source, called)


def _name_for(document: str) -> str:
    one_word = re.fullmatch(r"[\w/.-]{1,80}", document)
    return re.sub(r"\W+", "_", document.split("/")[-1]) if one_word else "formula"


def _run(source: str, name: str) -> Callable:
    file = f"<whygrad {name} {abs(hash(source)):x}>"
    # Tracebacks, `inspect.getsource` and `torch.compile` find the lines here.
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space: dict = {"__name__": f"whygrad.functions.{name}", "__file__": file}
    exec(compile(source, file, "exec"), space)
    made = space[name]
    made.source = source
    modules = [v for v in space.values() if isinstance(v, type) and hasattr(v, "state_dict")]
    if modules:
        made.module = modules[-1]
    return made
