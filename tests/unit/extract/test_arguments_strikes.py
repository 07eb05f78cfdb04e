"""Places and actors of strikes and of what they do: lists, what is driven out of, what a strike has caused."""

from datetime import date

from services.extract.document import Document, EventMention
from services.extract.pipeline import run


def events(text: str) -> list[EventMention]:
    doc = Document(raw_title=None, raw_text=text, published=date(2024, 5, 5))
    run(doc, until="arguments")
    return doc.events


def test_what_an_enemy_is_driven_out_of_is_where_it_happened() -> None:
    (event,) = events("The enemy was expelled from Davydiv Brid, Velyka Oleksandrivka and Zolota Balka.")
    assert event.type == "repulse"
    assert [p.name for p in event.places] == ["Davydiv Brid", "Velyka Oleksandrivka", "Zolota Balka"]


def test_a_list_after_a_district_is_struck_whole() -> None:
    (event,) = events("Shevchenkivskyi district of Kyiv, Lviv, Ternopil and Konotop were struck.")
    assert [p.name for p in event.places][1:] == ["Lviv", "Ternopil", "Konotop"]


def test_a_strike_is_the_cause_of_the_dead_of_its_sentence() -> None:
    found = events("Russian forces shelled Nikopol, and two people were killed.")
    assert {e.type: e.actor and e.actor.side for e in found} == {"strike": "RUS", "casualties": "RUS"}


def test_drones_shot_down_without_a_place_are_not_put_where_the_text_has_been() -> None:
    found = events("A missile hit Ternopil on Wednesday. Air defence shot down 41 missiles that morning.")
    assert [p.name for e in found if e.type == "repulse" for p in e.places] == []


def test_a_village_is_not_the_capital_of_the_dateline() -> None:
    found = events("MOSCOW - The enemy's troops had been expelled from the village, the ministry said.")
    assert "Moscow" not in [p.name for e in found if e.type == "repulse" for p in e.places]
