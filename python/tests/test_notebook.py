"""A notebook executed by a real kernel: derivations come as mathematics, %%whygrad judges a cell."""

import pathlib

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

project = pathlib.Path(__file__).parents[1]


def test_a_notebook_shows_mathematics():
    cells = [
        f"import sys; sys.path.insert(0, {str(project)!r}); import whygrad\n%load_ext whygrad",
        "whygrad.derive('dp_j/dz_i', document='softmax')",
        "%%whygrad\nLet $p_j = e^{z_j}/\\sum_k e^{z_k}$. Then $\\partial p_j/\\partial z_i = p_j (1 - p_i)$.",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    _, derived, judged = (cell["outputs"] for cell in notebook.cells)
    latex = derived[0]["data"]["text/latex"]
    assert latex.startswith("$$\\begin{aligned}") and "\\frac{\\partial p_j}{\\partial z_i}" in latex
    assert "text/markdown" in judged[0]["data"]
    assert "slip" in judged[1]["data"]["text/html"]
