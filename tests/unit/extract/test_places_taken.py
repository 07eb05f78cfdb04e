"""Nobody holds a place because a text tells of another one beside it: who takes what, where several are named."""

import pytest

from tests.support.articles import events_in, place_of, side_of

Told = tuple[str | None, str | None, str]
"""Id or name of the place, side of the actor, modality."""


def told(text: str, kind: str) -> set[Told]:
    """Return place, side and modality of every event of a type."""
    return {(place_of(event), side_of(event), event.modality) for event in events_in(text, kind)}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "Brigades took back Andriivka. The hamlet lies 10 km south of Bakhmut, which fell to Wagner in May 2023.",
            "capture",
            ("Bakhmut", "RUS", "actual"),
        ),
        (
            "Shells landed in Druzhkivka, 15 km west of Chasiv Yar, which Moscow says it captured in July.",
            "capture",
            ("Chasiv Yar", "RUS", "actual"),
        ),
        (
            "The highway joins Bakhmut with Horlivka, a city controlled by Russian proxies since 2014.",
            "control",
            ("Horlivka", "RUS", "actual"),
        ),
        (
            "They can fire on the T0513 road, which links Bakhmut with Horlivka, a city controlled by Russian proxies "
            "since 2014.",
            "control",
            ("Horlivka", "RUS", "actual"),
        ),
        (
            "Artillery hit Verbove, 20 km from Tokmak, a town held by the Russians since the first days of the war.",
            "control",
            ("Tokmak", "RUS", "actual"),
        ),
        (
            "The village lies close to Toretsk, a mining city captured by Russia in the winter.",
            "capture",
            ("Toretsk", "RUS", "actual"),
        ),
        (
            "The column drove past Tokmak to Berdiansk, a port occupied by Russia since February 2022.",
            "control",
            ("Berdiansk", "RUS", "actual"),
        ),
    ],
)
def test_what_a_clause_says_of_a_town_holds_of_the_town_right_before_it(text: str, kind: str, expected: Told) -> None:
    found = told(text, kind)
    assert expected in found
    assert {place for place, side, _ in found if side == expected[1]} == {expected[0]}


@pytest.mark.parametrize(
    "text",
    [
        "The farm lies 9 km south of Bakhmut, which fell to Russian forces in May.",
        "Soldiers rest in a camp near Bakhmut, which Russian troops captured in May.",
        "The column came from a base close to Bakhmut, which has been captured by Russia.",
    ],
)
def test_a_town_that_is_told_of_beside_another_is_itself_what_fell(text: str) -> None:
    (place,) = (event.place for event in events_in(text, "capture"))
    assert place is not None
    assert (place.name, place.relation) == ("Bakhmut", "in")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Russia says it took two more settlements in Ukraine's Zaporizhzhia, Donetsk",
            {"Zaporizhzhia Oblast", "Donetsk Oblast"},
        ),
        (
            "Moscow announced the capture of three villages in Zaporizhzhia and one in Donetsk.",
            {"Zaporizhzhia Oblast", "Donetsk Oblast"},
        ),
        ("Russian troops seized a village in Kharkiv, the ministry claimed.", {"Kharkiv Oblast"}),
        ("Russian forces took control of settlements in eastern Donetsk, TASS reports.", {"Donetsk Oblast"}),
        ("Russian marines captured the city of Kherson in March 2022.", {"Kherson"}),
    ],
)
def test_villages_lie_in_the_oblast_and_not_in_the_city_of_its_name(text: str, expected: set[str]) -> None:
    assert {place for place, _, _ in told(text, "capture")} == expected


@pytest.mark.parametrize(
    ("text", "name", "known"),
    [
        ("Russian troops took control of Pryluky village in Zaporizhzhia, the ministry said.", "Pryluky", False),
        ("The Russian army captured the village of Pryluky in the Zaporizhzhia region.", "Pryluky", False),
        ("The Russian army captured the town of Pryluky in the Chernihiv region.", "Pryluky", True),
        ("The Russian army captured Robotyne in Zaporizhzhia region.", "Robotyne", True),
        ("The Russian army captured Robotyne in the Kherson region.", "Robotyne", True),
    ],
)
def test_a_namesake_in_another_oblast_than_the_text_tells_is_not_taken(text: str, name: str, known: bool) -> None:
    places = {event.place.name: event.place.id for event in events_in(text, "capture") if event.place}
    assert (places[name] is not None) is known


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (
            "Selydove is a logistics hub. Its loss opens the way to Pokrovsk. The command pulled its units out of "
            "the city.",
            "withdrawal",
            "Selydove",
        ),
        (
            "They held Lyman. Had the army not come from Kharkiv, Vovchansk might have been lost. Moscow failed to "
            "take the town in May.",
            "capture",
            "Vovchansk",
        ),
    ],
)
def test_the_city_is_the_one_the_text_tells_of(text: str, kind: str, expected: str) -> None:
    assert expected in {place for place, _, _ in told(text, kind)}
    assert "Pokrovsk" not in {place for place, _, _ in told(text, kind)}


@pytest.mark.parametrize(
    "text",
    [
        "Izium was freed in September 2022. The city was not taken by storm.",
        "None of these towns, neither Izium nor Lyman, was taken by frontal assault.",
        "Kherson was not taken in battle, the author says.",
        "Melitopol was not captured by force: its mayor opened the gates, residents say.",
    ],
)
def test_how_a_town_was_not_taken_does_not_say_that_it_was_not(text: str) -> None:
    assert "negated" not in {modality for _, _, modality in told(text, "capture")}


def test_what_could_not_be_taken_by_storm_was_not_taken() -> None:
    assert ("Avdiivka", "RUS", "negated") in told("The Russians could not take Avdiivka by storm.", "capture")


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("The Russians control Bakhmut, Syrskyi said.", "control", ("Bakhmut", "RUS", "actual")),
        ("The Ukrainians control Sudzha.", "control", ("Sudzha", "UKR", "actual")),
        ("The Russians attack Avdiivka every day.", "assault", ("Avdiivka", "RUS", "actual")),
        ("Officials say that the Russians shell Nikopol.", "strike", ("Nikopol", "RUS", "actual")),
        ("One cannot say that the Russians control Bakhmut.", "control", ("Bakhmut", "RUS", "negated")),
    ],
)
def test_a_people_that_acts_now_is_read_with_its_verb(text: str, kind: str, expected: Told) -> None:
    assert expected in told(text, kind)


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("The General Staff of Ukraine said the village of Klishchiivka had been cleared of the Russians.", "UKR"),
        ("Sudzha was cleared of Ukrainian fighters, the Russian Defence Ministry said.", "RUS"),
        ("Zelensky said Klishchiivka had been cleared of Russian troops.", "UKR"),
    ],
)
def test_a_place_cleared_of_the_enemy_is_taken_and_nobody_is_evacuated(text: str, side: str) -> None:
    assert {found for _, found, _ in told(text, "capture")} == {side}
    assert not told(text, "displacement")


@pytest.mark.parametrize(
    "text",
    [
        "Water has reached the Ostriv district of Kherson.",
        "Flames reached the outskirts of Lysychansk.",
        "The flood reached Oleshky.",
        "Partners can no longer enter Pokrovsk.",
        "Three trucks with food entered Lyman.",
    ],
)
def test_what_is_no_force_does_not_advance(text: str) -> None:
    assert not told(text, "advance")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Fighting goes on in Vovchansk. Soldiers hold out in the city.\n\nThe enemy attacked near Chasiv Yar and "
            "Ivanivske. He is trying to get into the Kanal district. The city remains under Ukrainian control.",
            ("Chasiv Yar", "UKR", "actual"),
        ),
        (
            "The defenders left Sievierodonetsk for Lysychansk. The Azot plant stands. The Russians control the rest "
            "of the city.",
            ("Sievierodonetsk", "RUS", "actual"),
        ),
    ],
)
def test_the_city_is_the_one_whose_quarter_was_just_named(text: str, expected: Told) -> None:
    found = told(text, "control")
    assert expected in found
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("In Belgorod a house collapsed. Experts say Russia lacks the men to capture the city.", "capture", None),
        (
            "Russia wants Kharkiv. Across the border in Belgorod, a house burns. Russia does not have enough men to "
            "capture the city.",
            "capture",
            "Kharkiv",
        ),
        (
            "Russian troops shelled Sumy. Drones hit Bryansk. The Russian army is trying to encircle the city.",
            "encirclement",
            "Sumy",
        ),
        (
            "Ukraine took Sudzha in August. The Russian army is trying to storm the town.",
            "assault",
            "Sudzha",
        ),
    ],
)
def test_no_army_takes_its_own_towns_but_where_they_were_lost(text: str, kind: str, place: str | None) -> None:
    assert {where for where, side, _ in told(text, kind) if side == "RUS"} == {place}


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Mariupol, port city in the south, was besieged by Russian troops.", "encirclement", "Mariupol"),
        ("The Mariupol port was shelled by Russian troops.", "strike", "Mariupol port"),
        ("In Kharkiv, second largest city of Ukraine, a power plant was destroyed.", "destruction", "Kharkiv"),
    ],
)
def test_what_a_town_is_said_to_be_is_not_where_it_happens(text: str, kind: str, place: str) -> None:
    assert {where for where, _, _ in told(text, kind)} == {place}


@pytest.mark.parametrize(
    "text",
    [
        "There is no town left to take in Marinka, the Ukrainian commander said.",
        "There are few houses left in Vuhledar.",
        "There was nothing left for the army in Popasna.",
    ],
)
def test_what_is_left_has_not_left(text: str) -> None:
    assert not told(text, "withdrawal")


def test_a_bridge_that_still_stands_is_not_destroyed() -> None:
    text = "The bridge to Lysychansk is still standing, and the enemy has not been able to enter Sievierodonetsk."
    assert not told(text, "destruction")


def test_traffic_that_is_halted_is_no_aid_refused() -> None:
    text = "Ukraine hit an ammunition depot in Crimea on Saturday, halting traffic on the Crimean Bridge."
    assert not told(text, "arms_transfer")
