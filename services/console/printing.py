"""How commands speak on a terminal: a console wide enough for tables when it is piped, and errors in red."""

from rich.console import Console
from typer import Exit

PIPED_WIDTH = 160
"""Columns of a table that goes into a pipe or a file, where nothing tells how wide it may be."""


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=max(found.width, PIPED_WIDTH))


def fail(message: str) -> Exit:
    """Print what went wrong to standard error; raise the result to end with exit code 1."""
    Console(stderr=True).print(message, style="red", highlight=False, soft_wrap=True, markup=False)
    return Exit(1)
