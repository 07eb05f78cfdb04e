"""What somebody has written is shown as it is, and commands neither the markup nor the terminal."""

import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.cli import app
from services.console.printing import fail, literal, visible


def test_what_looks_like_markup_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    fail("no field [/red] of [bold]")
    assert capsys.readouterr().err.strip() == "no field [/red] of [bold]"


def test_a_command_tells_what_it_was_given() -> None:
    found = CliRunner().invoke(app, ["export", "events", "--format", "[/x]"])
    assert (found.exit_code, "not [/x]" in found.output) == (1, True)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07", "\\x1b[2J\\x1b]0;title\\x07"),
        ("a\x9b31mb\x7f", "a\\x9b31mb\\x7f"),
        ("Bakhmut\u202etumhkaB\u2066", "Bakhmut\\u202etumhkaB\\u2066"),
        ("over\rwritten", "over\\x0dwritten"),
        ("two\nlines\tand [bold]brackets[/bold]", "two\nlines\tand [bold]brackets[/bold]"),
        ("Купʼянськ, Куп\u2019янськ", "Купʼянськ, Куп\u2019янськ"),
    ],
)
def test_controls_are_shown_and_obeyed_by_nobody(written: str, shown: str) -> None:
    out = io.StringIO()
    Console(file=out, width=200, force_terminal=True, color_system=None).print(
        literal(written), highlight=False, soft_wrap=True
    )
    assert visible(written) == shown
    assert out.getvalue().expandtabs().strip() == shown.expandtabs()


def test_an_error_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    fail("no such file: \x1b[2J")
    assert capsys.readouterr().err.strip() == "no such file: \\x1b[2J"
