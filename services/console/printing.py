"""How commands speak on a terminal: a console wide enough for tables when it is piped, errors in red, and what others
have written without power over the terminal."""

from itertools import chain
from typing import Final

from rich.console import Console
from rich.markup import escape
from typer import Exit

PIPED_WIDTH: Final = 160
"""Columns of a table that goes into a pipe or a file, where nothing tells how wide it may be."""

_CONTROLS: Final = {
    code: f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    for code in chain(range(0x20), range(0x7F, 0xA0), range(0x202A, 0x202F), range(0x2066, 0x206A))
    if chr(code) not in "\n\t"
}
"""What commands a terminal (C0 and C1 without line feed and tab), or turns the direction of the words after it."""


def console() -> Console:
    found = Console()
    return found if found.is_terminal else Console(width=max(found.width, PIPED_WIDTH))


def fail(message: str) -> Exit:
    """Print what went wrong to standard error; raise the result to end with exit code 1."""
    Console(stderr=True).print(visible(message), style="red", highlight=False, soft_wrap=True, markup=False)
    return Exit(1)


def visible(text: str) -> str:
    """Return `text` with control and direction characters as their escapes: a terminal would obey them."""
    return text.translate(_CONTROLS)


def literal(text: str) -> str:
    """Return `text` as rich markup that shows it as it is written: nothing in it is a tag or a command."""
    return escape(visible(text))
