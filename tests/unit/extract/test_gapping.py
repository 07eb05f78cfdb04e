"""What shares a verb with what is before it is an event of its own; what only looks so is none."""

from datetime import date

import pytest

from services.extract.document import Document, EventMention
from services.extract.pipeline import run


def events(text: str, kind: str) -> list[EventMention]:
    doc = Document(raw_title=None, raw_text=text, published=date(2024, 10, 2))
    run(doc, until="arguments")
    return [event for event in doc.events if event.type == kind]


def counts(found: list[EventMention]) -> dict[str, list[float | None]]:
    return {place.name: [f.number.low for f in event.figures] for event in found for place in event.places}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "Two people were killed in Kherson, one in Beryslav and five in Antonivka.",
            "casualties",
            {"Kherson": [2], "Beryslav": [1], "Antonivka": [5]},
        ),
        (
            "Four people were killed in Donetsk oblast: two in Pokrovsk, one in Toretsk and one in Siversk.",
            "casualties",
            {"Donetsk Oblast": [4], "Pokrovsk": [2], "Toretsk": [1], "Siversk": [1]},
        ),
        (
            "Shelling killed two people, one in Kherson and another in Beryslav.",
            "casualties",
            {"Kherson": [1], "Beryslav": [1]},
        ),
        (
            "Ukrainian forces repelled 12 attacks near Pokrovsk, 8 near Lyman and 5 near Kupiansk.",
            "repulse",
            {"Pokrovsk": [12], "Lyman": [8], "Kupiansk": [5]},
        ),
    ],
)
def test_each_place_has_its_own_count(text: str, kind: str, expected: dict[str, list[float]]) -> None:
    assert counts(events(text, kind)) == expected


def test_each_place_has_its_own_weapon() -> None:
    found = events("Kharkiv was struck with glide bombs, Chuhuiv with two missiles and Zmiiv with Shaheds.", "strike")
    means = {place.name: event.means[0] for event in found for place in event.places}
    assert means == {"Kharkiv": "air", "Chuhuiv": "missile", "Zmiiv": "drone"}


def test_each_place_has_its_own_day() -> None:
    found = events("Russian troops took Kurakhove in December and Velyka Novosilka in January.", "capture")
    phrases = {place.name: event.time and event.time.phrase for event in found for place in event.places}
    assert phrases == {"Kurakhove": "in December", "Velyka Novosilka": "in January"}


def test_each_giver_has_its_own_number() -> None:
    found = events("Germany pledges Ukraine's army 18 howitzers, Denmark 12 and Norway four.", "arms_transfer")
    given = {event.actor.name: event.figures[0].number.low for event in found if event.actor is not None}
    assert given == {"Germany": 18, "Denmark": 12, "Norway": 4}


def test_each_side_moves_where_it_is_named() -> None:
    found = events("Russian forces advanced near Toretsk, and Ukrainian forces near Kupiansk.", "advance")
    sides = {place.name: event.actor and event.actor.side for event in found for place in event.places}
    assert sides == {"Toretsk": "RUS", "Kupiansk": "UKR"}


def test_a_list_with_one_date_is_not_split() -> None:
    found = events("Russian forces attacked near Shevchenko, Novyi Trud and Pishchane on Monday.", "assault")
    assert len(found) == 1
    assert len(found[0].places) == 3


def test_a_distance_is_no_count() -> None:
    found = events("Two people were killed in Toretsk, seven kilometres from Shcherbynivka.", "casualties")
    assert counts(found) == {"Toretsk": [2]}


def test_a_list_after_another_count_stays_one() -> None:
    found = events("Sumy Oblast on Friday: 31 shellings, 92 explosions in Khotin, Yunakivka and Esman.", "strike")
    assert {"Khotin", "Yunakivka", "Esman"} <= set(counts(found))
