"""What cannot be sent is told as it is called, whatever is in its name."""

from pathlib import Path

from rich.console import Console

from services.console.home import Addresses
from services.console.ingest import ingest

NOWHERE = Addresses("http://127.0.0.1:1", "http://127.0.0.1:1", None, None, None)


def test_a_name_that_looks_like_markup_is_told_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "[bold]a[" / "b].pdf"
    file.parent.mkdir()
    file.write_text("no article")
    console = Console(record=True, width=400)
    assert ingest([str(file)], NOWHERE, console) == 1
    assert f"unreadable {file}: expected one of" in console.export_text()
