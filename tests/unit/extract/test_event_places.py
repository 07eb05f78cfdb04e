"""Where an event is: which of the places that an article names, pointed back at, carried on, or none."""

import pytest

from tests.support.articles import events_in, place_of


def told(text: str, title: str | None = None) -> set[tuple[str, str | None]]:
    """Return (type, place) of every event of a small article."""
    return {(event.type, place_of(event)) for event in events_in(text, title=title)}


def test_a_later_sentence_is_about_the_town_and_not_the_area_that_it_lies_in() -> None:
    found = told("The search at Chaplyne, in Dnipropetrovsk region, is over. Twenty-five people were killed.")
    assert ("casualties", "Chaplyne") in found


def test_the_first_sentence_is_about_the_place_in_the_headline() -> None:
    found = told("Two houses were destroyed. Nine people were wounded.", title="Shells hit Nikopol again")
    assert {("destruction", "Nikopol"), ("casualties", "Nikopol")} <= found


def test_whoever_has_entered_the_outskirts_of_a_town_named_before_is_not_in_the_town() -> None:
    text = "Ukrainian troops hold Avdiivka. Russian forces have entered the northern outskirts, the mayor said."
    (found,) = (event.place for event in events_in(text, "advance"))
    assert found is None or found.relation == "outskirts"


def test_what_is_told_of_the_whole_country_is_not_where_the_sentence_before_it_was() -> None:
    found = told("Missiles struck Odesa on Monday. At least 11 people were killed across the country.")
    assert "casualties" in {kind for kind, _ in found}
    assert ("casualties", "Odesa") not in found


@pytest.mark.parametrize(
    "since",
    ["since Russia invaded in February", "since Moscow launched its campaign", "since Russia's full-scale invasion"],
)
def test_what_is_counted_since_the_war_began_is_not_where_the_sentence_before_it_was(since: str) -> None:
    found = told(f"Shells hit Lysychansk on Monday. Thousands of civilians have been killed {since}.")
    assert "casualties" in {kind for kind, _ in found}
    assert ("casualties", "Lysychansk") not in found


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


def test_what_is_reported_in_a_place_happens_there() -> None:
    assert ("clash", "Makariv") in told("Fierce fighting was reported in Makariv.")


def test_an_apposition_only_describes_the_place_before_it() -> None:
    found = told("Heavy fighting was reported at Moshchun, a village northwest of the capital, and at Makariv.")
    assert {place for kind, place in found if kind == "clash"} == {"Moshchun", "Makariv"}


def test_where_points_at_the_place_that_an_apposition_describes() -> None:
    found = told("The marines have left Krynky, a bridgehead on the Dnipro where dozens of their men died.")
    assert ("casualties", "Krynky") in found


def test_a_sector_gives_way_to_the_village_but_is_what_its_paragraph_is_about() -> None:
    found = told("In the Pokrovsk direction the enemy attacked near Udachne. Ninety occupiers were killed here.")
    assert {("assault", "Udachne"), ("casualties", "Pokrovsk")} <= found
    assert ("assault", "Pokrovsk") not in found


def test_who_is_pushed_back_from_a_place_is_fought_there() -> None:
    found = told("The brigade said it had pushed the Russians back from the Vovchansk meat factory.")
    assert any(kind == "repulse" and place and "Vovchansk" in place for kind, place in found)


def test_residents_of_a_town_leave_it_and_not_the_whole_area() -> None:
    found = told("In the Belgorod region, the governor ordered residents of Shebekino to leave.")
    assert ("displacement", "Shebekino") in found
    assert ("displacement", "Belgorod Oblast") not in found


def test_it_is_the_subject_of_the_clause_above() -> None:
    found = told("Izium had served as the main base for the push on Sloviansk since it was captured in April.")
    assert ("capture", "Izium") in found and ("capture", "Sloviansk") not in found


def test_what_happens_to_others_after_but_is_in_a_place_of_its_own() -> None:
    found = told(
        "Mariupol was shelled on Tuesday. Some 3,000 residents got out, but buses had been stopped at Berdiansk."
    )
    assert ("displacement", "Mariupol") in found and ("displacement", "Berdiansk") not in found


def test_the_region_is_the_one_whose_authorities_speak() -> None:
    found = told(
        "A freight train derailed in Kursk region.\n\n"
        "The authorities in Sumy region ordered more villages to be evacuated. The Russians now hold 150 square "
        "kilometres in the region."
    )
    assert ("control", "Sumy Oblast") in found


def test_a_clause_that_describes_a_town_is_about_it() -> None:
    assert ("clash", "Irpin") in told("In Irpin, a commuter town that has been fought over since March, nobody slept.")
    found = told("He meant Mariupol, a port on the Azov Sea that Ukrainian troops recaptured in June 2014.")
    assert ("capture", "Mariupol") in found and not any(place == "Sea of Azov" for _, place in found)


def test_it_is_the_town_that_the_clause_above_opens_with() -> None:
    assert ("capture", "Irpin") in told("In Irpin the mayor said on Monday that it had been liberated.")


def test_the_year_in_which_somebody_was_born_dates_nothing() -> None:
    assert ("casualties", "Horlivka") in told("In Horlivka a man born in 1964 was wounded by a munition.")


def test_what_a_mayor_tells_of_is_in_his_town() -> None:
    assert ("casualties", "Nikopol") in told("Two people were killed, the mayor of Nikopol, Oleksandr Saiuk, said.")


def test_what_a_governor_tells_of_is_in_his_oblast_though_the_sentence_before_was_not() -> None:
    found = told(
        "A drone hit Kupiansk.\n\nShells fell in Mykolaiv. Three people were killed, Governor Oleh Syniehubov said."
    )
    assert ("casualties", "Kupiansk") in found and ("casualties", "Mykolaiv") not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tula's governor, Dmitry Milyaev, reported that three houses were damaged.", ("destruction", "Tula Oblast")),
        ("Lipetsk governor Igor Artamonov said two people had been wounded.", ("casualties", "Lipetsk Oblast")),
        ("The governor of Voronezh, Alexander Gusev, said five drones were shot down.", ("repulse", "Voronezh Oblast")),
        ("Poltava regional governor Volodymyr Kohut said two people were injured.", ("casualties", "Poltava Oblast")),
    ],
)
def test_what_a_governor_tells_of_without_a_town_is_in_his_oblast(text: str, expected: tuple[str, str]) -> None:
    assert expected in told(text)


def test_what_a_governor_tells_of_with_a_town_is_in_the_town() -> None:
    found = told("Poltava governor Volodymyr Kohut said two people were injured in Kremenchuk.")
    assert found == {("casualties", "Kremenchuk")}


def test_what_is_downed_over_several_russian_names_is_counted_by_oblast() -> None:
    found = told("Over Oryol, Tula and Ryazan 31 drones were destroyed, the ministry said.")
    assert found == {("repulse", "Oryol Oblast"), ("repulse", "Tula Oblast"), ("repulse", "Ryazan Oblast")}


def test_what_is_downed_over_one_town_is_over_the_town() -> None:
    assert ("repulse", "Voronezh") in told("A drone was shot down over Voronezh, the mayor said.")


@pytest.mark.parametrize(
    ("text", "kind", "areas"),
    [
        ("Moscow demands that Ukraine pull its troops out of Kherson and Zaporizhzhia.", "withdrawal", True),
        ("Rockets hit Kherson and Zaporizhzhia on Tuesday, damaging shops.", "strike", False),
    ],
)
def test_two_names_of_land_to_be_left_are_oblasts_and_two_that_are_hit_are_cities(
    text: str, kind: str, areas: bool
) -> None:
    ending = " Oblast" if areas else ""
    assert {(kind, f"Kherson{ending}"), (kind, f"Zaporizhzhia{ending}")} <= told(text)


def test_the_subject_of_the_next_verb_is_not_in_the_list_before_it() -> None:
    assert told("Russian troops entered Toretsk and Niu-York was taken.") == {
        ("advance", "Toretsk"),
        ("capture", "Niu-York"),
    }


def test_areas_that_share_their_class_word_are_one_list() -> None:
    found = told("The enemy goes on withdrawing its units from Kyiv and Chernihiv oblasts to Belarus.")
    assert {("withdrawal", "Kyiv Oblast"), ("withdrawal", "Chernihiv Oblast")} <= found


@pytest.mark.parametrize(
    "said",
    [
        "The situation is hard, they say in Kyiv.",
        "In Kyiv they admit that the situation is hard.",
        "The minister told reporters in Kyiv that help was on its way.",
        "A lawmaker in Kyiv spoke of a hard situation.",
    ],
)
def test_where_somebody_speaks_is_not_what_the_text_goes_on_about(said: str) -> None:
    found = told(f"Russian troops are storming Balakliia. {said} The city was shelled all night.")
    assert ("strike", "Balakliia") in found
    assert ("strike", "Kyiv") not in found


def test_whose_office_speaks_is_not_there() -> None:
    found = told(
        "A shell hit the market of Kostiantynivka. Two people died, the prosecutor's office in Donetsk Oblast reported."
        " Five more were wounded there."
    )
    assert ("casualties", "Kostiantynivka") in found and ("casualties", "Donetsk Oblast") not in found


def test_the_area_that_heads_an_entry_of_a_list_is_not_the_place_of_what_a_town_of_it_saw() -> None:
    found = told("Sumy Oblast: Russian shelling of a farm in Bilopillia wounded a worker, the governor said.")
    assert ("casualties", "Bilopillia") in found and ("casualties", "Sumy Oblast") not in found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Zelensky spent Tuesday in Ankara for talks with Erdogan.", "Ankara"),
        ("The president was in Warsaw on Monday for a meeting with Duda.", "Warsaw"),
    ],
)
def test_talks_are_where_somebody_is_for_them(text: str, place: str) -> None:
    assert ("diplomacy", place) in told(text)


@pytest.mark.parametrize(
    ("text", "expected", "other"),
    [
        (
            "STEPNOHIRSK, Ukraine — The bakery in this small town opens at five. The Russian guns stand in Vasylivka,"
            " nine miles away. Shelling killed a postman on Thursday, the mayor said.",
            ("casualties", "Stepnohirsk"), "Vasylivka",
        ),
        (
            "Nobody in Orikhiv sleeps above ground. The regional capital, Zaporizhzhia, is 60 kilometres to the"
            " north-west. Two guided bombs destroyed the music school on Friday.",
            ("destruction", "Orikhiv"), "Zaporizhzhia",
        ),
        (
            "The village of Lyptsi has one shop left. Kharkiv lies 30 kilometres to the south. The shelling goes on.",
            ("strike", "Lyptsi"), "Kharkiv",
        ),
        (
            "In Siversk the streets are empty. Lysychansk, 20 kilometres to the east, fell last summer. The bombardment"
            " begins at dawn.",
            ("strike", "Siversk"), "",
        ),
        (
            "For a year the soldiers have defended Toretsk. Horlivka, held by the Russians since 2014, is ten"
            " kilometres away. The enemy attacks here every night.",
            ("assault", "Toretsk"), "",
        ),
        (
            "KHERSON, Ukraine — Fishermen no longer go out here. The Russians sit in Oleshky, four miles across the"
            " river. On Tuesday a drone hit a bus and wounded three passengers.",
            ("casualties", "Kherson"), "",
        ),
    ],
)  # fmt: skip
def test_a_place_told_by_how_far_away_it_is_is_not_what_the_text_goes_on_about(
    text: str, expected: tuple[str, str], other: str
) -> None:
    found = told(text)
    assert expected in found and (expected[0], other) not in found


def test_a_town_whose_hospital_takes_in_the_hurt_is_not_what_the_text_goes_on_about() -> None:
    found = told(
        "Three people were wounded in Nikopol when a drone hit a minibus. They are being treated in a hospital in"
        " Dnipro. A gas pipeline was also damaged."
    )
    assert ("destruction", "Nikopol") in found and ("destruction", "Dnipro") not in found


def test_what_happens_here_is_not_where_the_sentence_goes_on_to() -> None:
    found = told("Vovchansk has been burning since May. The battle here draws away units that were meant for Kupiansk.")
    assert ("clash", "Vovchansk") in found and ("clash", "Kupiansk") not in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Street battles raged in Lysychansk, Lugansk governor Sergei Gaidai said. Gaidai said that the city was"
            " still under Ukrainian control.",
            ("control", "Lysychansk"),
        ),
        (
            "A bridge into Kupiansk was destroyed, Kharkiv Governor Oleh Syniehubov said. He said that the city was"
            " being shelled without pause.",
            ("strike", "Kupiansk"),
        ),
    ],
)
def test_the_city_is_not_the_one_in_the_governors_title(text: str, expected: tuple[str, str]) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Klishchiivka and Andriivka lie on a height. Ukrainian troops took both villages in September.",
            [("capture", "Andriivka"), ("capture", "Klishchiivka")],
        ),
        ("Russian forces bombarded the Kherson suburb of Antonivka.", [("strike", "Antonivka")]),
        ("From Odesa, where seven missiles fell on Monday, people are leaving.", [("strike", "Odesa")]),
        (
            "The worst sectors are Pokrovsk and Kurakhove, where the enemy attacked 30 times.",
            [("assault", "Kurakhove"), ("assault", "Pokrovsk")],
        ),
        ("A counterattack from the side of Kurdiumivka was beaten off.", [("repulse", "Kurdiumivka")]),
        ("Missiles were fired at Kyiv from bombers over the Caspian Sea.", [("strike", "Kyiv")]),
        (
            "Missiles hit Lviv in the west, Dnipro in the centre and Odesa in the south.",
            [("strike", "Dnipro"), ("strike", "Lviv"), ("strike", "Odesa")],
        ),
    ],
)
def test_where_an_event_is_that_is_told_of_several_places(text: str, expected: list[tuple[str, str]]) -> None:
    kinds = {kind for kind, _ in expected}
    assert sorted((kind, place) for kind, place in told(text) if kind in kinds) == expected
