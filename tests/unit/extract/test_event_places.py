"""Where an event is: which of the places that an article names, pointed back at, carried on, or none."""

import pytest

from services.extract.commands import article_of
from services.extract.pipeline import extract


def told(text: str, title: str | None = None) -> set[tuple[str, str | None]]:
    """Return (type, place) of every event of a small article."""
    article = article_of({"id": "a", "title": title, "text": text, "published_at": "2024-10-02"})
    return {(event.type, event.place.name if event.place else None) for event in extract(article).events}


def test_a_later_sentence_is_about_the_town_and_not_the_area_that_it_lies_in() -> None:
    found = told("The search at Chaplyne, in Dnipropetrovsk region, is over. Twenty-five people were killed.")
    assert ("casualties", "Chaplyne") in found


def test_the_first_sentence_is_about_the_place_in_the_headline() -> None:
    found = told("Two houses were destroyed. Nine people were wounded.", title="Shells hit Nikopol again")
    assert {("destruction", "Nikopol"), ("casualties", "Nikopol")} <= found


def test_what_is_told_of_the_whole_country_is_not_where_the_sentence_before_it_was() -> None:
    found = told("Missiles struck Odesa on Monday. At least 11 people were killed across the country.")
    assert ("casualties", "Odesa") not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thousands of soldiers have been killed in Ukraine.", ("casualties", "Ukraine")),
        ("Three drones were shot down over Poland.", ("repulse", "Poland")),
        ("Russia must withdraw its troops from Ukraine.", ("withdrawal", "Ukraine")),
    ],
)
def test_a_country_is_the_place_where_the_sentence_says_so(text: str, expected: tuple[str, str]) -> None:
    assert expected in told(text)


def test_a_venue_of_talks_is_the_talks_alone() -> None:
    found = told("Delegations met in Istanbul on Monday, a day after drones hit several bombers.")
    assert ("diplomacy", "Istanbul") in found
    assert ("strike", "Istanbul") not in found


def test_a_park_named_after_somebody_is_no_village() -> None:
    assert not any(place == "Shevchenka" for _, place in told("A crater gapes in Shevchenko Park after the strike."))


def test_a_place_compared_with_is_not_what_the_text_goes_on_about() -> None:
    found = told(
        "The army has left Avdiivka, its worst loss since the fall of Bakhmut. Units were pulled out of the city."
    )
    assert ("withdrawal", "Bakhmut") not in found


def test_a_region_stands_beside_a_town_of_another_part() -> None:
    found = told("After leaving Kyiv, Russia has massed its troops in the Donbas.")
    assert ("deployment", "Donbas") in found and ("deployment", "Kyiv") not in found


def test_a_country_far_from_the_verb_is_not_the_place() -> None:
    found = told(
        "The withdrawal was to show that Moscow did not stand in the way of a corridor for farm exports from Ukraine."
    )
    assert ("withdrawal", "Ukraine") not in found


def test_an_offensive_against_a_capital_is_there() -> None:
    assert ("assault", "Kyiv") in told("Russia may launch a new offensive against Kyiv next year.")


def test_the_place_of_another_clause_stays_there() -> None:
    found = told("The governor ordered the evacuation of Bilopillia on Saturday, but said there was no threat to Sumy.")
    assert ("displacement", "Bilopillia") in found and ("displacement", "Sumy") not in found


def test_those_who_leave_leave_the_place_that_the_text_is_about() -> None:
    assert ("displacement", "Vovchansk") in told("Shells fell on Vovchansk. Some 5,700 civilians were evacuated.")


def test_where_a_victim_came_from_is_not_where_it_happened() -> None:
    found = told("A couple from Belgorod was killed when drones struck the Crimean bridge.")
    assert ("casualties", "Belgorod") not in found


def test_where_a_missile_came_from_is_not_what_the_text_is_about() -> None:
    found = told("The missile came from the Astrakhan region. Two people were hurt.")
    assert ("casualties", "Astrakhan Oblast") not in found


def test_what_is_said_next_is_of_another_place() -> None:
    found = told("The governor ordered the evacuation of 11 villages, but said there was no threat to Sumy itself.")
    assert ("displacement", "Sumy") not in found


def test_a_sentence_of_many_places_hands_none_of_them_on() -> None:
    found = told("The list had Kharkiv, Dnipro, Odesa and Lviv in it. At least 39 people died.")
    assert ("casualties", "Lviv") not in found
