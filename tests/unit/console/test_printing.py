"""Errors are told as they are: they quote what somebody has written."""

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.console.printing import fail


def test_what_looks_like_markup_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    fail("no field [/red] of [bold]")
    assert capsys.readouterr().err.strip() == "no field [/red] of [bold]"


def test_a_command_tells_what_it_was_given() -> None:
    found = CliRunner().invoke(app, ["export", "events", "--format", "[/x]"])
    assert (found.exit_code, "not [/x]" in found.output) == (1, True)
