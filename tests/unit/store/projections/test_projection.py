"""Every example of the contracts becomes rows, and what cannot be stored says which field."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.contracts import messages
from services.contracts.codec import decode
from services.contracts.messages import Article, Extraction, When
from services.store import tables
from services.store.projections import article, extraction, rows
from services.store.projections.rows import ExtractionRows
from services.store.projections.values import ProjectionError
from tests.support import extractions as make

EXAMPLES = Path(messages.__file__).parent / "examples"
ROWS = [kind for kind in vars(rows).values() if isinstance(kind, type) and issubclass(kind, rows.Row)]
NOW = datetime(2024, 10, 2, tzinfo=UTC)


def project(found: Extraction) -> ExtractionRows:
    return extraction.project(found, partition=0, offset=7, applied_at=NOW)


def test_the_example_of_an_article_becomes_its_row() -> None:
    example = decode(Article, (EXAMPLES / "article.json").read_bytes())
    row = article.project(example, partition=3, offset=11)
    assert (str(row.article_id), row.revision) == (example.article_id, example.revision)
    assert (row.log_partition, row.log_offset) == (3, 11)
    assert row.published_as == example.published_at
    assert row.sorted_at == row.published_at


def test_an_article_without_a_date_stands_at_its_receipt() -> None:
    row = article.project(make.article(1, published_at=None), partition=0, offset=0)
    assert row.published_at is None
    assert row.sorted_at == datetime(2024, 9, 12, 8, tzinfo=UTC)


def test_the_example_of_an_extraction_becomes_rows_of_every_table() -> None:
    example = decode(Extraction, (EXAMPLES / "extraction.json").read_bytes())
    found = project(example)
    assert [str(e.event_id) for e in found.events] == [e.event_id for e in example.events]
    assert len(found.claims) == sum(len(e.claims) for e in example.events)
    assert len(found.mentions) == sum(len(e.mentions) for e in example.events)
    assert {p.name for p in found.places} == {e.place.name for e in example.events if e.place}
    assert found.extraction.events == len(example.events)


@pytest.mark.parametrize("kind", [kind for kind in ROWS if kind is not rows.Row])
def test_rows_have_the_columns_of_their_table(kind: Any) -> None:
    table = getattr(tables, kind.__name__.removesuffix("Row").lower())
    assert set(kind.__struct_fields__) <= set(table.c.keys())


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(start="2024-09-01", end="2024-09-03"), (date(2024, 9, 1), date(2024, 9, 3), True)),
        (When(start="2024-05-01", precision="open"), (date(2024, 5, 1), date(2024, 9, 12), True)),
        (When(start="2024-12-01", precision="open"), (date(2024, 12, 1), date(2024, 12, 1), True)),
        (When(end="2024-08-22", precision="open"), (date(2024, 8, 22), date(2024, 8, 22), True)),
        (When(phrase="for months", precision="open"), (date(2024, 9, 12), date(2024, 9, 12), False)),
        (None, (date(2024, 9, 12), date(2024, 9, 12), False)),
    ],
)
def test_an_open_interval_is_closed_by_what_is_known(when: When | None, expected: tuple[date, date, bool]) -> None:
    assert extraction.days("events[0]", when, date(2024, 9, 12)) == expected


def test_an_event_takes_over_what_its_article_tells() -> None:
    body = msgspec.json.decode(project(make.extraction(1, make.event(1))).events[0].body)
    assert body["publisher"] == "Example Wire"
    assert body["url"] == "https://news.example.org/1"


def test_a_place_is_found_by_its_name_and_by_the_spelling_read() -> None:
    found = project(make.extraction(1, make.event(1), make.event(1, place=make.NOWHERE)))
    assert {(s.folded, s.place_key) for s in found.spellings} == {
        ("kupiansk", "geonames:703822"),
        ("kupyansk", "geonames:703822"),
        ("mala nevidoma", "name:mala nevidoma"),
    }


def test_an_oblast_is_in_itself() -> None:
    oblast = messages.Place(name="Kharkiv Oblast", surface="Kharkiv", id="geonames:706482", kind="oblast")
    assert project(make.extraction(1, make.event(1, place=oblast))).events[0].admin1 == "Kharkiv Oblast"


def test_nul_in_any_text_is_marked() -> None:
    hostile = make.event(1, sentence="a\x00b", claims=(make.claim(messages.Actor(name="x\x00y")),))
    found = project(make.extraction(1, hostile, text="c\x00d"))
    assert found.extraction.cleaned_text == "c\ufffdd"
    assert b"\\u0000" not in found.events[0].body
    assert msgspec.json.decode(found.events[0].body)["mentions"][0]["sentence"] == "a\ufffdb"
    assert found.claims[0].source_name == "x\ufffdy"


@pytest.mark.parametrize(
    ("broken", "field"),
    [
        (make.extraction(1, article_id="none"), "article_id"),
        (make.extraction(1, make.event(1), make.event(1)), r"events\[1\]\.event_id"),
        (make.extraction(1, make.event(2)), r"events\[0\]\.article_id"),
        (make.extraction(1, make.event(1, event_id="x")), r"events\[0\]\.event_id"),
        (make.extraction(1, make.event(1, confidence=1.5)), r"events\[0\]\.confidence"),
        (make.extraction(1, make.event(1, when=When(start="soon"))), r"events\[0\]\.when\.start"),
        (make.extraction(1, make.event(1, when=When(start="2024-02-02", end="2024-02-01"))), r"events\[0\]\.when"),
        (make.extraction(1, make.event(1, claims=(make.claim(said_on="1"),))), r"events\[0\]\.claims\[0\]\.said_on"),
        (make.extraction(1, received_at="now"), "received_at"),
    ],
)
def test_what_cannot_be_stored_names_its_field(broken: Extraction, field: str) -> None:
    with pytest.raises(ProjectionError, match=rf"^{field}: "):
        project(broken)
