"""What a function object shows of itself: its parameters, its text, what it calls and returns.

Not here: calling it (`gradient.py`).
Invariant: a function whose text cannot be had has an outline from its signature alone.
"""

import ast
import inspect
import textwrap
from typing import Any, Callable, Optional

from . import host


def outline(name: str, function: Callable) -> dict:
    """The outline under this name, lines counted in the function's file."""
    found = _from_text(name, function)
    return found if found is not None else _from_signature(name, function)


def _from_text(name: str, function: Callable) -> Optional[dict]:
    plain = inspect.unwrap(getattr(function, "__func__", function))
    try:
        lines, start = inspect.getsourcelines(plain)
        source = textwrap.dedent("".join(lines))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, ValueError):
        return None
    node = _node_of(tree, plain)
    if node is None:
        return None
    parts = host.load().outline
    text = parts.Text(source)
    bound = inspect.ismethod(function)
    if isinstance(node, ast.Lambda):
        found = {"name": name, "parameters": parts._parameters(node.args, text, bound), "doc": "", "text": text.of(node)}
        found.update(parts._insides(node, text), line=node.lineno, endLine=node.end_lineno)
    else:
        found = parts.function(node, text, name, bound)
    shift = max(start, 1) - 1
    return {**found, "line": found["line"] + shift, "endLine": found["endLine"] + shift}


def _node_of(tree: ast.Module, function: Callable) -> Optional[ast.AST]:
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    if code.co_name != "<lambda>":
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
        return next((n for n in ast.walk(tree) if isinstance(n, kinds) and n.name == code.co_name), None)
    same = [n for n in ast.walk(tree) if isinstance(n, ast.Lambda) and _is_code_of(n, code)]
    return same[0] if len(same) == 1 else None


def _is_code_of(node: ast.Lambda, code: Any) -> bool:
    made = compile(ast.fix_missing_locations(ast.Expression(node)), "<lambda>", "eval")
    own = next((c for c in made.co_consts if hasattr(c, "co_code")), None)
    return (
        own is not None
        and own.co_varnames[: own.co_argcount] == code.co_varnames[: code.co_argcount]
        and own.co_names == code.co_names
        and [c for c in own.co_consts if not hasattr(c, "co_code")]
        == [c for c in code.co_consts if not hasattr(c, "co_code")]
    )


def _from_signature(name: str, function: Callable) -> dict:
    try:
        given = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        given = []
    rest = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = [
        {
            "name": p.name,
            **({} if p.default is p.empty else {"default": repr(p.default)[:100]}),
            **({"rest": True} if p.kind in rest else {}),
            **({"keyword": True} if p.kind in (p.KEYWORD_ONLY, p.VAR_KEYWORD) else {}),
        }
        for p in given
    ]
    doc = inspect.getdoc(function) or ""
    empty = {"calls": [], "assigns": [], "returned": []}
    return {"name": name, "parameters": parameters, "doc": doc, "line": 1, "endLine": 1, "text": "", **empty}


def helpers(functions: list) -> list:
    """Functions of the same modules that these call by their names, one deep."""
    found: dict = {}
    for function in functions:
        plain = inspect.unwrap(getattr(function, "__func__", function))
        code, space = getattr(plain, "__code__", None), getattr(plain, "__globals__", {})
        for name in getattr(code, "co_names", ()):
            value = space.get(name)
            if inspect.isfunction(value) and value.__module__ == plain.__module__ and value not in functions:
                found[name] = value
    return [outline(name, value) for name, value in found.items()]


def imports(functions: list) -> str:
    """The import lines of the array libraries that these functions can see."""
    seen = set()
    for function in functions:
        space = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__globals__", {})
        seen |= {v.__name__ for v in space.values() if inspect.ismodule(v) and v.__name__ in ("numpy", "torch")}
    return "".join(f"import {name}\n" for name in sorted(seen))
