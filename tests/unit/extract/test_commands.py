"""`frontlog extract`: what it reads and prints, and that one bad line costs no other."""

import io
import json
from pathlib import Path

from services.extract.commands import extract_main

GOOD = {"id": "one", "title": None, "text": "Russian troops seized Vuhledar.", "published_at": "2024-10-02"}


def ran(lines: str = "", files: tuple[str, ...] = (), **options: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = extract_main(files, stdin=io.StringIO(lines), out=out, err=err, **options)  # type: ignore[arg-type]
    return code, out.getvalue(), err.getvalue()


def test_events_are_printed_one_a_line_with_the_given_id() -> None:
    code, out, err = ran(json.dumps(GOOD) + "\n")
    event = json.loads(out.splitlines()[0])
    assert (code, err) == (0, "")
    assert (event["article_id"], event["type"], event["place"]["name"]) == ("one", "capture", "Vuhledar")


def test_a_bad_line_is_named_and_the_rest_goes_on() -> None:
    code, out, err = ran("not json\n" + json.dumps(GOOD) + '\n[1]\n{"text": 5}\n{}\n')
    assert code == 1
    assert len(out.splitlines()) == 1
    assert [line.split(": ")[0] for line in err.splitlines()] == ["<stdin>:1", "<stdin>:3", "<stdin>:4", "<stdin>:5"]


def test_plain_text_and_html_files_are_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Russian troops seized Vuhledar.")
    (tmp_path / "b.html").write_text("<html><body><p>Russian troops seized Vuhledar.</p></body></html>")
    code, out, _ = ran(files=(str(tmp_path / "a.txt"), str(tmp_path / "b.html")))
    assert code == 0
    assert {json.loads(line)["article_id"] for line in out.splitlines()} == {"a", "b"}


def test_a_missing_file_is_an_error_that_names_it() -> None:
    code, _, err = ran(files=("/nowhere/x.jsonl",))
    assert code == 1
    assert "/nowhere/x.jsonl" in err


def test_an_unknown_stage_is_refused() -> None:
    code, _, err = ran(json.dumps(GOOD), stage="nonsense")
    assert code == 2
    assert "clean" in err


def test_every_stage_can_be_printed_alone() -> None:
    for stage in ("clean", "places", "syntax", "triggers", "claims"):
        code, out, _ = ran(json.dumps(GOOD), stage=stage)
        assert code == 0
        assert out.startswith(f"# one: after {stage}")


def test_explaining_shows_rule_words_and_parse() -> None:
    _, out, _ = ran(json.dumps(GOOD), explain=True)
    assert "capture." in out
    assert "seized" in out
    assert "nsubj" in out
