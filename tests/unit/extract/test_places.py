"""Places: what is one, which one, and how it is meant."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import Document
from services.extract.stages.clean import clean
from services.extract.stages.places import places
from services.extract.stages.sentences import sentences


def read(text: str, day: date = date(2023, 6, 1)) -> Document:
    doc = Document(None, text, day)
    clean(doc)
    sentences(doc)
    places(doc)
    return doc


def named(text: str) -> list[tuple[str, str]]:
    return [(p.name, p.relation) for p in read(text).places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Troops entered the Donetsk region.", [("Donetsk Oblast", "in")]),
        ("Shelling hit Kherson and Mykolaiv regions.", [("Kherson Oblast", "in"), ("Mykolaiv Oblast", "in")]),
        ("Fighting goes on near Bakhmut.", [("Bakhmut", "near")]),
        ("They hold hills north of Vuhledar.", [("Vuhledar", "north_of")]),
        ("Clashes were seen on the outskirts of Avdiivka.", [("Avdiivka", "outskirts")]),
        ("Assaults failed in the Kupiansk direction.", [("Kupiansk", "direction")]),
        ("Russia holds over 80% of Donetsk.", [("Donetsk Oblast", "in")]),
        ("After the strike half of Mykolaiv was without water.", [("Mykolaiv", "in")]),
        ("The column moved toward Huliaipole.", [("Huliaipole", "toward")]),
        ("Explosions were heard in Kyiv.", [("Kyiv", "in")]),
    ],
)
def test_name_and_relation(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Moscow said it would answer.",
        "Kyiv denies the claim.",
        "He spoke to The New York Times.",
        "Kyiv's forces held.",
    ],
)
def test_governments_and_newspapers_are_not_places(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "pointed"),
    [
        ("Kherson fell early. It is the only regional capital that they hold.", "Kherson"),
        ("Fighting rages in Kherson. More reserves are on their way to the region.", "Kherson Oblast"),
        ("Lyman was freed, as Donetsk learnt. Soldiers walk in the town.", "Lyman"),
        ("Soledar burns. In Washington, a spokesman knew nothing of the city.", "Soledar"),
        ("Soledar burns. The ministry in Moscow says that the city is theirs.", "Soledar"),
        ("Kupiansk, Kharkiv region, is under fire. Units in the area are cut off.", "Kupiansk"),
        ("Lyman was lost, and Donetsk rejoiced. The push in this direction goes on.", "Lyman"),
        ("Sumy was shelled. Romania warned that troops were massing there.", "Sumy"),
    ],
)
def test_words_that_point_back_at_what_the_text_is_about(text: str, pointed: str) -> None:
    assert [p.name for p in read(text).places if p.anaphor] == [pointed]


@pytest.mark.parametrize(
    "text",
    [
        "Kharkiv was hit, says Ivan Petrenko, head of the region.",
        "Sudzha is lost, and so is the last village.",
        "Kharkiv was hit. In the area of the front nothing moved.",
    ],
)
def test_offices_and_areas_that_are_told_point_back_at_nothing(text: str) -> None:
    assert not [p for p in read(text).places if p.anaphor]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sudzha is lost, and little else is left of the foothold in Kursk.", ["Sudzha", "Kursk Oblast"]),
        ("The Kursk region is quiet, but drones flew over the city of Kursk.", ["Kursk Oblast", "Kursk"]),
        ("A drone fell on a roof in Kursk.", ["Kursk"]),
        ("He annexed four regions, Donetsk among them.", ["Donetsk Oblast"]),
        (
            "The whole territory of the LPR is free, half of the DPR's settlements.",
            ["Luhansk Oblast", "Donetsk Oblast"],
        ),
        ("Militia of the Lugansk People's Republic took Lyman.", ["Lyman"]),
        ("Plants burn in regions such as Sumy and Zhytomyr.", ["Sumy Oblast", "Zhytomyr Oblast"]),
    ],
)
def test_a_name_is_an_area_where_the_text_is_about_the_area(text: str, expected: list[str]) -> None:
    assert [p.name for p in read(text, date(2024, 12, 1)).places] == expected


@pytest.mark.parametrize(
    "unit",
    [
        "The Luhansk operational-tactical group",
        "The Kharkiv operational-strategic group of troops",
        "The Siversk group of forces",
        "The Lviv paratroopers' brigade",
        "The Poltava missile brigade",
        "The Sumy border detachment",
        "The Ternopil separate motorised rifle battalion",
    ],
)
def test_units_that_are_named_after_towns_are_not_there(unit: str) -> None:
    assert named(f"{unit} reported fighting near Toretsk.") == [("Toretsk", "near")]


def test_ships_that_are_named_after_towns_are_not_towns() -> None:
    text = "The large landing ship Novocherkassk and the submarine Rostov-on-Don were in Feodosia."
    assert [name for name, _ in named(text)] == ["Feodosia"]


@pytest.mark.parametrize(
    "text",
    [
        "The fleet has lost another landing ship: the Novocherkassk was hit near Feodosia.",
        "Satellite pictures of the naval base near Feodosia show that the Minsk will not sail again.",
        "Of the two vessels near Feodosia the Rostov-on-Don is under water.",
    ],
)
def test_a_town_with_the_and_no_noun_is_a_ship_where_ships_are_spoken_of(text: str) -> None:
    assert named(text) == [("Feodosia", "near")]


def test_the_before_a_town_makes_no_ship_where_none_are_spoken_of() -> None:
    assert named("The Bakhmut was destroyed by artillery.") == [("Bakhmut", "in")]


def test_lists_of_regions_in_a_text_about_ships_are_no_ships() -> None:
    text = "The navy shelled the Kherson and Mykolaiv regions."
    assert [name for name, _ in named(text)] == ["Kherson Oblast", "Mykolaiv Oblast"]


@pytest.mark.parametrize(
    "unit",
    ['detachments of the "Vostok" group', "the battalion “Azov”", 'The "Bakhmut" unit', "the regiment «Kharkiv»"],
)
def test_a_name_in_quotation_marks_beside_a_units_kind_is_the_units(unit: str) -> None:
    assert named(f"{unit} fought near Toretsk.") == [("Toretsk", "near")]


def test_a_town_in_quotation_marks_is_a_town() -> None:
    assert named('They said that "Toretsk" was quiet.') == [("Toretsk", "in")]


def test_given_names_are_not_towns() -> None:
    assert named("He met Vladimir Putin in Sochi, and Serhii Lysak was there.") == [("Sochi", "in")]


def test_an_unknown_village_is_kept_without_an_id() -> None:
    (place,) = read("The army took the village of Zhovtokamianka-Nova.").places
    assert place.id is None and place.surface == "Zhovtokamianka-Nova"


def test_an_ambiguous_village_follows_its_neighbours() -> None:
    (village, town) = read("Marines fought for Andriivka, south of Bakhmut.").places
    assert (village.name, village.admin1) == ("Andriivka", "Donetsk Oblast")
    assert town.name == "Bakhmut"


def test_words_that_point_back_resolve_to_the_last_fitting_place() -> None:
    doc = read("Troops reached Soledar. Nobody has left the town since.")
    assert [(p.name, p.anaphor) for p in doc.places] == [("Soledar", False), ("Soledar", True)]


def test_a_plant_lies_within_its_town() -> None:
    (plant,) = read("Marines still held Azovstal.").places
    assert plant.within is not None and plant.kind == "feature"


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "Bakhmut",
                "the city",
                "Kherson",
                "and",
                ",",
                "north of",
                "regions",
                "Moscow",
                "\u202e",
                "\u200b",
                "<b>",
                ".",
                "the",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
@settings(max_examples=150, deadline=None)
def test_spans_always_lie_in_the_text_in_order_and_apart(text: str) -> None:
    doc = read(text)
    end = 0
    for place in doc.places:
        assert end <= place.span.start < place.span.end <= len(doc.text)
        end = place.span.end
        if not place.anaphor:
            assert doc.words(place.span) == place.surface


def test_a_thousand_places_in_one_sentence_are_all_found() -> None:
    assert (
        len(read("They shelled " + ", ".join(["Andriivka", "Bakhmut", "Novoselivka", "Lyman"] * 250) + ".").places)
        == 1000
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Russian troops entered Toretsk and New York.", "Niu-York"),
        ("The fall of Toretsk was debated by the United Nations in New York.", "New York City"),
        ("Diplomats met in New York on Monday.", "New York City"),
    ],
)
def test_new_york_is_the_town_at_the_front_where_its_neighbours_are_named(text: str, meant: str) -> None:
    assert meant in [name for name, _ in named(text)]


def test_in_the_hands_of_a_government_is_no_place() -> None:
    assert [name for name, _ in named("Siversk remains in Kyiv's hands.")] == ["Siversk"]
