"""The doctor's own files for Python programs: how values are told, and what a function's text shows.

Not here: what is done with them (`gradient.py`).
Invariant: they are the same files that `whygrad doctor` runs in its child process; none of them changes the process.
"""

import importlib.util
import pathlib
import sys
import types
from typing import Any

# Each uses those before it.
parts = ("guard", "values", "paths", "outline")


def find_host() -> pathlib.Path:
    """Where they lie: beside this file in an installed package, in the project's dist/ in a checkout."""
    here = pathlib.Path(__file__).resolve().parent
    for path in (here / "_host", here.parent.parent / "dist" / "hosts" / "python"):
        if path.is_dir():
            return path
    raise RuntimeError("whygrad: its host is missing; in a checkout, run `npm install` in the project's root")


def load() -> Any:
    """A package with the parts, loaded once."""
    known = sys.modules.get("whygrad_host")
    if known is not None:
        return known
    package = types.ModuleType("whygrad_host")
    package.__path__ = [str(find_host())]
    sys.modules["whygrad_host"] = package
    for name in parts:
        spec = importlib.util.spec_from_file_location(f"whygrad_host.{name}", find_host() / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        setattr(package, name, module)
    return package
