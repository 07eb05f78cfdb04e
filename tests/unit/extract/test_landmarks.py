"""Places that only say where another one lies are no places of the event."""

import pytest

from services.extract.document import Document, PlaceMention, Span
from services.extract.stages.landmarks import goes_on, without_landmarks


def named(doc: Document, name: str, kind: str = "settlement", **more: str) -> PlaceMention:
    start = doc.text.index(name)
    return PlaceMention(Span(start, start + len(name)), name, name, kind=kind, **more)  # type: ignore[arg-type]


def document(text: str) -> Document:
    return Document(raw_title=None, raw_text=text, published=None, text=text)


@pytest.mark.parametrize(
    "text",
    [
        "Shells fell on Antonivka, near Kherson.",
        "Shells fell on Antonivka by the river Kherson.",
        "A bomb hit Antonivka, eight kilometres from Kherson.",
        "Antonivka, not far from Kherson, was bombed.",
        "Antonivka, just north of Kherson, was bombed.",
    ],
)
def test_what_lies_near_is_a_landmark(text: str) -> None:
    doc = document(text.replace("eight", "8"))
    places = [named(doc, "Antonivka"), named(doc, "Kherson")]
    assert [p.name for p in without_landmarks(doc, places)] == ["Antonivka"]


def test_a_list_keeps_all_its_places() -> None:
    doc = document("Shells fell on Antonivka, Beryslav and Kherson.")
    places = [named(doc, name) for name in ("Antonivka", "Beryslav", "Kherson")]
    assert without_landmarks(doc, places) == places


def test_a_district_that_a_town_lies_in_is_a_landmark() -> None:
    doc = document("A shop in Sadove, in Skadovsk district, was struck.")
    places = [named(doc, "Sadove"), named(doc, "Skadovsk district", "raion")]
    assert [p.name for p in without_landmarks(doc, places)] == ["Sadove"]


def test_a_part_that_is_named_stands_for_its_whole() -> None:
    doc = document("A missile hit the Darnytsia district of Kyiv.")
    places = [named(doc, "Darnytsia", "feature", within="k"), named(doc, "Kyiv", id="k")]
    assert [p.name for p in without_landmarks(doc, places)] == ["Darnytsia"]


def test_a_sentence_does_not_go_on_about_a_sea() -> None:
    doc = document("Missiles were launched from the Caspian Sea at Odesa.")
    assert [p.name for p in goes_on([named(doc, "Caspian Sea", "feature"), named(doc, "Odesa")])] == ["Odesa"]


def test_what_only_gives_the_direction_of_a_nearer_place_is_a_landmark() -> None:
    doc = document("They gained ground north of Kherson near Antonivka.")
    places = [named(doc, "Kherson", relation="north_of"), named(doc, "Antonivka", relation="near")]
    assert [p.name for p in without_landmarks(doc, places)] == ["Antonivka"]


def test_a_lake_that_only_gives_the_direction_is_a_landmark() -> None:
    doc = document("West of the Oskil Reservoir they tried to advance towards Kupiansk.")
    places = [named(doc, "Oskil Reservoir", kind="feature", relation="west_of"), named(doc, "Kupiansk")]
    assert [p.name for p in without_landmarks(doc, places)] == ["Kupiansk"]


def test_a_direction_with_nothing_nearer_stays() -> None:
    doc = document("They gained ground north of Kherson.")
    places = [named(doc, "Kherson", relation="north_of")]
    assert without_landmarks(doc, places) == places
