"""whygrad: the calculus of machine learning, derived, checked and run.

>>> import whygrad
>>> whygrad.derive("dL/dz_i", document="softmax-cross-entropy").result.text
'p_i - y_i'
"""

from ._version import version as __version__
from .api import check, check_step, derive, document, evaluate, explain, library, lint
from .engine import NodeMissing, WhygradError
from .functions import autograd, function
from .gradient import GradientError, GradientVerdict, expect_gradient
from .notebook import load_ipython_extension
from .results import Checked, CheckedStep, Claim, Claims, Derivation, Evaluation, Formula, Mistake, Step

__all__ = [
    "Checked",
    "CheckedStep",
    "Claim",
    "Claims",
    "Derivation",
    "Evaluation",
    "Formula",
    "GradientError",
    "GradientVerdict",
    "Mistake",
    "NodeMissing",
    "Step",
    "WhygradError",
    "__version__",
    "autograd",
    "check",
    "check_step",
    "derive",
    "document",
    "evaluate",
    "expect_gradient",
    "explain",
    "function",
    "library",
    "lint",
    "load_ipython_extension",
]
