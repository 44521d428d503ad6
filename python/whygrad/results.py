"""What calls give back: records that a notebook shows as mathematics.

Not here: how they come about (`engine.py`, `api.py`).
Invariant: a record holds what the engine said; texts that come from a user reach HTML only escaped.
"""

from dataclasses import dataclass, field
from html import escape
from typing import Any, Dict, List, Optional, Sequence, Tuple


@dataclass(frozen=True)
class Formula:
    """A formula: `text` in plain notation, which every call reads back, and `latex`."""

    text: str
    latex: str

    def __str__(self) -> str:
        return self.text

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"


@dataclass(frozen=True)
class Given(Formula):
    """What a derivation stands on: a `definition`, `assumption`, `size` or `domain`."""

    kind: str = "definition"


@dataclass(frozen=True)
class Step:
    """One line: `before` = `after`, by which rule, and whether that was `proved` or `tested`."""

    before: str
    after: str
    latex: str
    rule: str
    title: str
    say: str
    check: str
    steps: Tuple["Step", ...] = ()

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle = {self.latex}$"


@dataclass(frozen=True)
class Axis:
    """A free index of a result, with the tensor and the axis (from 0) that give its size."""

    index: str
    tensor: Optional[str]
    axis: Optional[int]


@dataclass(frozen=True)
class Form(Formula):
    """The result in another form: `index`, `cases` (each `when` something), `matrix`, `expanded`, `factored`."""

    form: str = "index"
    when: Optional[str] = None


@dataclass(frozen=True)
class Result(Formula):
    """The answer, its free indices, and its other forms."""

    axes: Tuple[Axis, ...] = ()
    forms: Tuple[Form, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """A checked derivation. `print` shows it as text, a notebook as mathematics."""

    question: Formula
    givens: Tuple[Given, ...]
    steps: Tuple[Step, ...]
    result: Result
    verdict: str
    points: int
    max_error: float
    read: Tuple[Dict[str, str], ...] = ()
    _asked: Dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        return self.report("text")

    def report(self, format: str = "text") -> str:
        """The derivation as `text`, `latex`, `markdown` or `html` (a whole page)."""
        from .engine import engine

        return engine.call("report", format=format, **self._asked)

    def _repr_latex_(self) -> str:
        lines = [f"{self.question.latex} &= {self.steps[0].latex}"] if self.steps else []
        lines += [f"&= {step.latex}" for step in self.steps[1:]]
        titles = [f" && \\text{{{_words(step.title)}}}" for step in self.steps]
        body = " \\\\\n".join(line + title for line, title in zip(lines, titles))
        return f"$$\\begin{{aligned}}\n{body}\n\\end{{aligned}}$$" if body else self.result._repr_latex_()


def _words(text: str) -> str:
    """Words inside of \\text{}: the signs that TeX would take for its own are escaped."""
    escaped = "".join("\\" + c if c in "#$%&_{}" else c for c in text)
    return escaped.replace("^", "\\^{}").replace("δ", "$\\delta$").replace("Σ", "$\\Sigma$")


def derivation(record: dict, asked: dict) -> Derivation:
    result = record["result"]
    return Derivation(
        question=Formula(**_of(Formula, record["question"])),
        givens=tuple(Given(**_of(Given, given)) for given in record["givens"]),
        steps=tuple(_step(step) for step in record["steps"]),
        result=Result(
            result["text"],
            result["latex"],
            tuple(Axis(axis["index"], axis.get("tensor"), axis.get("axis")) for axis in result["axes"]),
            tuple(Form(**_of(Form, form)) for form in result["forms"]),
        ),
        verdict=record["check"]["verdict"],
        points=record["check"]["points"],
        max_error=record["check"]["maxError"],
        read=tuple(record.get("read") or ()),
        _asked=asked,
    )


def _of(kind: type, record: dict) -> dict:
    return {key: value for key, value in record.items() if key in kind.__dataclass_fields__}


def _step(record: dict) -> Step:
    return Step(
        record["from"],
        record["to"],
        record["latex"],
        record["rule"],
        record["title"],
        record["say"],
        record["check"],
        tuple(_step(inner) for inner in record.get("steps") or ()),
    )


@dataclass(frozen=True)
class Checked:
    """What became of a claim: `holds`, `slip` or `unclear`; true in a condition only where it holds."""

    formula: str
    verdict: str
    certainty: Optional[str]
    message: str
    counterexample: Optional[dict]
    points: int = 0
    max_error: float = 0.0
    read: Tuple[Dict[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.verdict == "holds"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.message}"


@dataclass(frozen=True)
class CheckedStep:
    """What became of a step; true in a condition only where it holds. `needs`: what would have to be given besides."""

    verdict: str
    certainty: Optional[str]
    because: str
    needs: Tuple[str, ...] = ()
    counterexample: Optional[dict] = None
    mistake: Optional[str] = None
    fix: Optional[str] = None
    equals_goal: Optional[bool] = None

    def __bool__(self) -> bool:
        return self.verdict == "holds"

    def __str__(self) -> str:
        needs = f" (needs {', '.join(self.needs)})" if self.needs else ""
        return f"{self.verdict}: {self.because}{needs}"


@dataclass(frozen=True)
class Claim:
    """One equality of a document and its verdict: `holds`, `slip`, `definition`, `assumption`, `unclear`."""

    line: int
    column: int
    formula: str
    verdict: str
    certainty: Optional[str]
    message: str
    mistake: Optional[str]
    fix: Optional[str]
    counterexample: Optional[dict]
    file: str = ""

    def __str__(self) -> str:
        fix = "" if self.fix is None else f"\n  fix: {self.fix}"
        return f"{self.line}:{self.column}: {self.verdict}: {self.message}{fix}"


_colours = {"holds": "#116329", "slip": "#a40e26", "unclear": "#7a4b00"}


class Claims(List[Claim]):
    """The claims of a document in its order; a notebook shows them as a table."""

    def __init__(self, claims: Sequence[Claim], unread: Sequence[dict] = ()):
        super().__init__(claims)
        #: Mathematics that could not be read and of which no claim says so.
        self.unread: List[dict] = list(unread)

    @property
    def slips(self) -> List[Claim]:
        return [claim for claim in self if claim.verdict == "slip"]

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>"
            f"<td>{claim.line}</td><td><code>{escape(claim.formula)}</code></td>"
            f'<td style="color:{_colours.get(claim.verdict, "inherit")}">{claim.verdict}</td>'
            f"<td>{escape(claim.message)}"
            + ("" if claim.fix is None else f"<br>fix: <code>{escape(claim.fix)}</code>")
            + "</td></tr>"
            for claim in self
        )
        head = "<tr><th>line</th><th>formula</th><th>verdict</th><th></th></tr>"
        return f'<table class="whygrad">{head}{rows}</table>'


@dataclass(frozen=True)
class Evaluation:
    """The value of an expression, with the letters of its axes."""

    value: Any
    axes: Tuple[str, ...]


@dataclass(frozen=True)
class Mistake:
    """A mistake of the catalogue."""

    id: str
    name: str
    write: str
    why: str
    right: str
    counterexample: str

    def __str__(self) -> str:
        return (
            f"{self.name} ({self.id})\n  written         {self.write}\n  why it is wrong {self.why}\n"
            f"  right           {self.right}\n  smallest case   {self.counterexample}"
        )
