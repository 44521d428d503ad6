"""The calls: derive, check, evaluate, lint, explain, library.

Not here: the process that answers them (`engine.py`), functions made from formulas (`functions.py`).
Invariant: every call carries all that its answer depends on.
"""

import pathlib
from typing import Any, Mapping, Optional, Sequence, Union

from .engine import engine, floats, plain
from .results import Checked, CheckedStep, Claim, Claims, Derivation, Evaluation, Mistake, _of, derivation

Document = Union[str, "pathlib.Path", None]


def text_of(document: Document) -> Optional[str]:
    """A library name or a document's own text as it is; the text of a file that is given as a Path."""
    return document.read_text(encoding="utf-8") if isinstance(document, pathlib.Path) else document


def derive(
    question: str,
    *,
    document: Document = None,
    given: Sequence[str] = (),
    by: Optional[str] = None,
    detail: Optional[str] = None,
) -> Derivation:
    """A question like "dL/dz_i", answered with every step named and checked.

    document: a library name, a document's text, or a Path: what the names mean. given: definitions and assumptions
    besides. by: "auto", "quotient", "product" or "log". detail: "outline", "steps" or "all".
    Raises WhygradError where the question cannot be read or answered.
    """
    asked = {"question": question, "document": text_of(document), "given": list(given), "by": by, "detail": detail}
    return derivation(engine.call("derive", **asked), asked)


def check(claim: str, *, document: Document = None, given: Sequence[str] = ()) -> Checked:
    """One claim like "dL/dz_i = p_i - y_i": whether it holds, with a counterexample where it does not.

    Raises WhygradError where it cannot be read.
    """
    record = engine.call("check", claim=claim, document=text_of(document), given=list(given))
    return Checked(**_of(Checked, {**record, "max_error": record["maxError"], "read": tuple(record.get("read") or ())}))


def check_step(
    start: str,
    end: str,
    *,
    given: Sequence[str] = (),
    lines: Sequence[str] = (),
    goal: Optional[str] = None,
) -> CheckedStep:
    """One step of a derivation: whether `end` follows from `start` under what is given.

    given: definitions, assumptions and conditions: "p = softmax(z)", "sum_j y_j = 1", "A symmetric", "i != j".
    lines: the derivation so far. goal: what is to be reached; `equals_goal` tells whether it is.
    Raises WhygradError where a text cannot be read.
    """
    record = engine.call("checkStep", **{"from": start, "to": end}, given=list(given), all=list(lines), goal=goal)
    needs, equals_goal = tuple(record.get("needs") or ()), record.get("equalsGoal")
    return CheckedStep(**_of(CheckedStep, {**record, "needs": needs, "equals_goal": equals_goal}))


def evaluate(
    expression: str,
    values: Mapping[str, Any],
    *,
    document: Document = None,
    given: Sequence[str] = (),
    base: int = 1,
    axes: Optional[Sequence[Any]] = None,
) -> Evaluation:
    """An expression, derivatives included, at given values: numbers, nested lists, arrays or tensors.

    base: where integers given for index names count from. axes: those of a derivation's result, or letters, in the
    order of the value's axes. Raises WhygradError for unknown names and sizes that do not fit.
    """
    order = None
    if axes is not None:
        order = [a if isinstance(a, str) else {"index": a.index, "tensor": a.tensor, "axis": a.axis} for a in axes]
    record = engine.call(
        "evaluate",
        expression=expression,
        values=plain(dict(values)),
        document=text_of(document),
        given=list(given),
        base=base,
        axes=order,
    )
    return Evaluation(floats(record["value"]), tuple(record["axes"]))


def lint(text: Union[str, pathlib.Path], *, syntax: Optional[str] = None) -> Claims:
    """Every equality of a document, judged; the text itself or a Path. syntax: "markdown", "latex" or "plain",
    recognised where it is not said."""
    file = str(text) if isinstance(text, pathlib.Path) else None
    record = engine.call("lint", text=text_of(text), syntax=syntax, file=file)
    return Claims([Claim(**_of(Claim, claim)) for claim in record["claims"]], record["unread"])


def explain(mistake: str) -> Mistake:
    """A mistake of the catalogue by its id. Raises WhygradError with the nearest ones."""
    return Mistake(**_of(Mistake, engine.call("explain", mistake=mistake)))


def library() -> Sequence[str]:
    """The names of the built-in documents."""
    return engine.call("library")


def document(name: str) -> str:
    """The text of a built-in document. Raises WhygradError with the nearest names."""
    return engine.call("document", name=name)
