"""Which party a text means: by "they", by "ours" and "the enemy", and where it tells no author at all."""

import pytest

from tests.support.articles import events_in, place_of, side_of

Told = tuple[str, str | None, str | None]
"""Type, place, side of the actor."""


def told(text: str, published: str = "2024-10-02") -> set[Told]:
    """Return type, place and side of every event of a small article."""
    return {(event.type, place_of(event), side_of(event)) for event in events_in(text, published=published)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Russian troops attacked the positions of the 47th Brigade near Avdiivka. They repelled the attack.",
            ("repulse", "Avdiivka", "UKR"),
        ),
        (
            "The enemy stormed Robotyne at dawn. They beat off this assault within an hour.",
            ("repulse", "Robotyne", "UKR"),
        ),
        (
            "Ukrainian soldiers advanced towards Tokmak near Robotyne. They repelled two counterattacks.",
            ("repulse", "Tokmak", "UKR"),
        ),
        (
            "Russian troops attacked the 47th Brigade near Avdiivka. They captured two trenches.",
            ("capture", "Avdiivka", "RUS"),
        ),
        (
            "Ukrainian marines shelled the Russian 810th Brigade at Krynky. They attacked it at dawn.",
            ("assault", "Krynky", "UKR"),
        ),
    ],
)
def test_they_go_on_with_what_they_did_and_do_not_stop_their_own_attack(text: str, expected: Told) -> None:
    assert expected in told(text)


def test_who_is_named_last_in_a_russian_report_is_not_who_repels() -> None:
    text = (
        "Units of Battlegroup Center liberated Selidovo in the DPR, the Russian Defense Ministry said. The "
        "battlegroup's units inflicted losses on formations of the Ukrainian army's 117th and 150th brigades "
        "near Dzerzhinsk. They repulsed nine counterattacks. The enemy lost up to 460 servicemen."
    )
    assert {side for kind, _, side in told(text) if kind == "repulse"} == {"RUS"}


@pytest.mark.parametrize(
    "text",
    [
        "Robotyne was freed in August. The Russians shell Orikhiv. They want to seize the village again.",
        "Izium was liberated in 2022. Russian troops have since attacked Kupiansk. They hope to capture it.",
        "Lyman was de-occupied long ago. The Russian army is storming Torske and wants to occupy the town anew.",
    ],
)
def test_no_town_of_ukraine_is_freed_by_who_attacks_the_next(text: str) -> None:
    freed = {(place, side) for kind, place, side in told(text) if kind == "capture"}
    first = text.split()[0]
    assert (first, None) in freed or (first, "UKR") in freed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The enemy says it has taken the whole of Krasnoarmeysk. That is not true: our men hold the north. "
            "The Russians entered Siversk from the east. Zvanivka is still ours. The occupiers push on. "
            "Putin declared the liberation of Kupyansk.",
            ("capture", "Pokrovsk", "RUS"),
        ),
        (
            "Moscow speaks of the liberation of Artyomovsk. It is ours, and the Russians know it. The enemy attacked "
            "near Opytne eight times.",
            ("assault", "Opytne", "RUS"),
        ),
    ],
)
def test_names_in_the_enemys_words_do_not_make_a_text_the_enemys(text: str, expected: Told) -> None:
    found = told(text)
    assert expected in found
    assert (expected[0], expected[1], "UKR") not in found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "Had the Kakhovka dam been blown up, Kherson would have been cut off. Russian officials warned that "
            "Ukraine was planning to destroy it.",
            "Kakhovka Dam",
        ),
        (
            "The Antonivka bridge was destroyed in July. Kherson lived on ferries. Kyiv says that Russia blew it up.",
            "Antonivka Road Bridge",
        ),
    ],
)
def test_it_is_what_the_same_was_done_to_before(text: str, place: str) -> None:
    assert {where for kind, where, _ in told(text, published="2022-11-14") if kind == "destruction"} == {place}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ukraine reported Russian shelling of Nikopol.", ("strike", "Nikopol", "RUS")),
        ("Moscow condemned Ukrainian bombing of Belgorod.", ("strike", "Belgorod", "UKR")),
        ("Kyiv blamed Russian shelling for the deaths in Olenivka.", ("strike", "Olenivka", "RUS")),
        ("Russia blamed Ukrainian shelling for the break of the Kakhovka dam.", ("strike", "Kakhovka Dam", "UKR")),
        ("Ukraine reported a Russian missile strike on Kharkiv.", ("strike", "Kharkiv", "RUS")),
        ("Ukrainian officials denounced Russian bombing of Chernihiv.", ("strike", "Chernihiv", "RUS")),
        ("Moscow denied the Ukrainian capture of Robotyne.", ("capture", "Robotyne", "UKR")),
        ("Ukraine fears a Russian advance on Kharkiv.", ("advance", "Kharkiv", "RUS")),
        ("Ukraine carried out a missile strike on Makiivka.", ("strike", "Makiivka", "UKR")),
        ("Russia launched heavy shelling of Nikopol.", ("strike", "Nikopol", "RUS")),
    ],
)
def test_who_tells_of_a_deed_is_not_who_did_it(text: str, expected: Told) -> None:
    assert {found for found in told(text) if found[0] == expected[0]} == {expected}


@pytest.mark.parametrize(
    "text",
    [
        "The missiles were aimed at Kryvyi Rih, the air force said.",
        "Russia launched 24 drones overnight, most of them aimed at the Odesa region.",
        "Rockets aimed at the port of Odesa fell at dawn.",
    ],
)
def test_what_is_aimed_at_a_place_is_fired_at_it(text: str) -> None:
    assert {event.modality for event in events_in(text, "strike")} == {"actual"}


def test_the_wounded_have_wounded_nobody() -> None:
    assert told("Forty wounded people were taken to the hospital in Kramatorsk.") == {
        ("casualties", "Kramatorsk", None)
    }
