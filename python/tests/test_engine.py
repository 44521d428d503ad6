"""The process behind the calls: threads, forks, interrupts, ends, a Node that is missing."""

import os
import subprocess
import sys
import threading
import time

import pytest

import whygrad
from whygrad.engine import Engine, engine, find_node


def test_threads_get_their_own_answers():
    wrong = []

    def ask(n: int) -> None:
        for k in range(20):
            if whygrad.evaluate("a + b", {"a": n, "b": k}).value != n + k:
                wrong.append((n, k))

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_asks_a_process_of_its_own():
    assert whygrad.evaluate("1 + x", {"x": 1}).value == 2
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        value = whygrad.evaluate("2 + x", {"x": 1}).value
        os.write(write, str(value).encode())
        engine.close()
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(read, 10) == b"3"
    assert whygrad.evaluate("3 + x", {"x": 1}).value == 4


def test_an_ended_process_is_started_again():
    assert whygrad.evaluate("x", {"x": 5}).value == 5
    engine._process.kill()
    engine._process.wait()
    assert whygrad.evaluate("x", {"x": 6}).value == 6


def test_what_interrupts_a_call_does_not_shift_the_answers(monkeypatch):
    own = Engine()
    own.call("library")

    def interrupt(*_):
        raise KeyboardInterrupt

    real = own._process.stdout

    class Interrupted:
        readline = staticmethod(interrupt)
        close = staticmethod(real.close)

    own._process.stdout = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        own.call("evaluate", expression="1")
    assert own.call("evaluate", expression="2", values={})["value"] == 2
    own.close()


def is_running(pid: int) -> bool:
    """A process that has ended but that nobody has waited for is not running."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="looks into /proc")
@pytest.mark.parametrize("end", ["signal.SIGKILL", "signal.SIGTERM"])
def test_the_process_ends_with_its_parent(end):
    program = (
        "import os, signal, whygrad\n"
        "from whygrad.engine import engine\n"
        "whygrad.library(); print(engine._process.pid, flush=True)\n"
        f"os.kill(os.getpid(), {end})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    node = int(done.stdout)
    until = time.monotonic() + 5
    while is_running(node) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(node)


def test_a_missing_node_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("WHYGRAD_NODE", str(tmp_path / "none"))
    with pytest.raises(whygrad.NodeMissing, match="20.19"):
        find_node()
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.1.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("WHYGRAD_NODE", str(old))
    with pytest.raises(whygrad.NodeMissing):
        find_node()
