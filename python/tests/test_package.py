"""The wheel: the same bytes each time, and it works where it is installed, without a network."""

import hashlib
import os
import pathlib
import subprocess
import sys
import zipfile

project = pathlib.Path(__file__).parents[1]


def build(folder: pathlib.Path, kind: str) -> pathlib.Path:
    folder.mkdir()
    program = f"import whygrad_backend as b; print(b.build_{kind}({str(folder)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=project / "backend", capture_output=True, text=True, check=True
    )
    return folder / done.stdout.strip()


def test_builds_are_reproducible(tmp_path):
    for kind in ("wheel", "sdist"):
        first, second = (build(tmp_path / f"{kind}{n}", kind) for n in (1, 2))
        assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_the_wheel_works_by_itself(tmp_path):
    wheel = build(tmp_path / "wheel", "wheel")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.testzip() is None
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(pip, check=True)
    program = "import whygrad; print(whygrad.__file__, whygrad.derive('dp_j/dz_i', document='softmax').result)"
    environment = {**os.environ, "PYTHONPATH": str(target)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(target)) and "p_j*(delta_ij - p_i)" in done.stdout


def test_a_source_archive_builds_the_same_wheel(tmp_path):
    archive = build(tmp_path / "sdist", "sdist")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-index", "--no-deps", "-w", str(tmp_path / "out"), str(archive)]
    subprocess.run(pip, check=True)
    [built] = (tmp_path / "out").glob("*.whl")
    assert built.read_bytes() == build(tmp_path / "wheel", "wheel").read_bytes()
