"""The cell magic %%whygrad: a cell's Markdown, shown, with its claims judged below.

Not here: the judging. Invariant: without IPython nothing of this is imported.
"""

from .api import lint


def load_ipython_extension(shell) -> None:
    """`%load_ext whygrad`."""

    def whygrad(line: str, cell: str):
        """%%whygrad [markdown|latex|plain]: shows the cell and judges every equality in it."""
        from IPython.display import Markdown, display

        syntax = line.strip() or "markdown"
        display(Markdown(cell))
        return lint(cell, syntax=syntax)

    shell.register_magic_function(whygrad, "cell", "whygrad")
