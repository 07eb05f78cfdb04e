"""What a person reads of an event."""

from typing import Any

from rich.console import Console

from services.console.report import events_table, when, where, who
from services.console.status import lag_by_topic


def event(**changes: Any) -> dict[str, Any]:
    return {
        "type": "capture",
        "modality": "actual",
        "confidence": 0.9,
        "claims": [
            {"source": {"name": "Ministry of Defence of Russia", "kind": "GOV"}, "stance": "asserts"},
            {"source": {"name": "General Staff of Ukraine", "kind": "MIL"}, "stance": "denies"},
        ],
        "actor": {"name": "Russian forces", "side": "RUS"},
        "place": {"name": "Vuhledar", "relation": "in"},
        "when": {"start": "2024-10-01", "end": "2024-10-01", "precision": "day"},
        "published_at": "2024-10-02T08:00:00Z",
        "publisher": "Meridian Wire",
    } | changes


def test_the_table_tells_who_claims_and_who_disputes_within_eighty_columns() -> None:
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(events_table([event()], "one event"))
    text = " ".join(console.export_text().split())
    for word in ("2024-10-01", "capture", "Vuhledar", "Russian forces", "Ministry", "General"):
        assert word in text


def test_dates_are_told_as_sure_as_they_are() -> None:
    assert when(event()) == "2024-10-01"
    assert when(event(when={"start": "2024-09-01", "end": "2024-09-30", "precision": "month"})) == "2024-09"
    assert when(event(when={"start": "2024-09-01", "end": None, "precision": "open"})) == "2024-09-01+"
    assert when(event(when=None)) == "≤ 2024-10-02"
    assert when(event(when=None, published_at=None)) == ""


def test_places_and_actors_carry_relation_and_side() -> None:
    assert where(event(place={"name": "Bakhmut", "relation": "north_of"})) == "north of Bakhmut"
    assert where(event(place=None)) == ""
    assert who({"name": "the defenders", "side": "UKR"}) == "the defenders (UKR)"
    assert who(None) == ""


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    console = Console(width=80, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(events_table([event(place={"name": "[bold]X[/bold]", "relation": "in"})], "hostile"))
    assert "[bold]X[/bold]" in console.export_text()


def test_lag_is_added_up_by_topic_and_unknown_where_a_part_is() -> None:
    rows = [
        {"topic": "a", "lag": 2},
        {"topic": "a", "lag": 3},
        {"topic": "b", "lag": None},
        {"topic": "b", "lag": 3},
    ]
    assert lag_by_topic(rows) == {"a": 5, "b": None}
