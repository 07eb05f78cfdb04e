"""What reports of the war usually say is found, and as the right type: `phrases.toml` has the wording, by type."""

import tomllib
from pathlib import Path

import pytest

from services.extract.document import Document
from services.extract.pipeline import run

_PHRASES = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
_CASES = [(kind, text) for kind, texts in _PHRASES.items() for text in texts.strip().splitlines()]


def types_of(text: str) -> list[str]:
    doc = Document(raw_title=None, raw_text=text, published=None)
    run(doc, until="triggers")
    return [event.type for event in doc.events]


@pytest.mark.parametrize(("kind", "text"), _CASES)
def test_usual_wording_of_a_type_is_found(kind: str, text: str) -> None:
    assert kind in types_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Moscow is preparing nothing but excuses for the Donbas, Kuleba charged on Tuesday.",
        "The report about Bucha is a forgery, Lavrov hit back in New York.",
        '"And who counts the dead of Donetsk?" shot back the minister.',
    ],
)
def test_verbs_of_fire_that_tell_how_something_is_said_are_no_attacks(text: str) -> None:
    assert not {"assault", "strike"} & set(types_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "Ukraine hit back at Belgorod with rockets, Gladkov said.",
        "After the barrage, marines charged the trenches near Robotyne.",
        "The enemy attacked near Verbove, Tarnavskyi said.",
    ],
)
def test_the_same_verbs_of_who_fights_are_attacks(text: str) -> None:
    assert {"assault", "strike"} & set(types_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "Two of the Colombian volunteers were captured near Lyman on Friday.",
        "Of the men who crossed the river, six soldiers were captured by the garrison of Kozachi Laheri.",
    ],
)
def test_people_who_are_captured_are_no_place(text: str) -> None:
    assert "capture" not in types_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sappers will have to clear the territory of mines.",
        "Deminers cleared the city of Lyman of mines and shells.",
        "Specialists are clearing Kupiansk of unexploded ordnance.",
        "Pyrotechnicians began clearing the town of Bucha.",
    ],
)
def test_clearing_mines_and_rubble_takes_no_place(text: str) -> None:
    assert "capture" not in types_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Paratroopers cleared Makiivka of the enemy and mines.",
        "Marines cleared the village of Urozhaine after hits by dozens of bombs.",
    ],
)
def test_clearing_a_place_of_the_enemy_takes_it(text: str) -> None:
    assert "capture" in types_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Officials ask the residents of Siversk to go; many refuse to leave.",
        "Not one Russian soldier remained in Kherson, the ministry said.",
    ],
)
def test_people_who_stay_at_home_and_soldiers_who_do_not_stay_hold_nothing(text: str) -> None:
    assert "hold" not in types_of(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The command may throw its last reserves from Sumy into the battle for Toretsk.", "repulse"),
        ("Two merchant ships left the port of Pivdennyi with corn for Egypt.", "withdrawal"),
        ("A bulk carrier left Odesa for Africa in spite of the war.", "withdrawal"),
        ("Russia sent armour into Vovchansk on Monday.", "arms_transfer"),
        ("Kyiv is sending armoured vehicles across the border into Kursk Oblast, Moscow said.", "arms_transfer"),
    ],
)
def test_ones_own_forces_sent_into_battle_and_merchant_ships_are_told_apart(text: str, kind: str) -> None:
    assert kind not in types_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "The village stands on a hill above the river near Robotyne.",
        "The town stands not far from the sea, near Berdiansk.",
        "Every street that is freed brings the residents of the town a step closer to quiet nights.",
    ],
)
def test_where_a_village_lies_and_how_near_peace_is_are_no_events(text: str) -> None:
    assert not {"hold", "displacement"} & set(types_of(text))
