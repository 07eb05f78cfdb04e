"""Actors: who is named, on which side, of which kind, under which canonical name."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import ActorMention, Document
from services.extract.stages.actors import actors
from services.extract.stages.actors.people import surname_spellings
from services.extract.stages.actors.voice import voice_of
from services.extract.stages.clean import clean
from services.extract.stages.places import places
from services.extract.stages.sentences import sentences


def read(text: str, day: date = date(2023, 6, 1), publisher: str | None = None) -> Document:
    doc = Document(None, text, day, publisher)
    for stage in (clean, sentences, places, actors):
        stage(doc)
    return doc


def first(text: str, **rest: object) -> ActorMention:
    return read(text, **rest).actors[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "name", "side", "kind"),
    [
        ("Zelenskiy spoke.", "Volodymyr Zelensky", "UKR", "GOV"),
        ("Oleksandr Syrsky reported gains.", "Oleksandr Syrskyi", "UKR", "MIL"),
        ("Yevgeniy Prigozhin boasted.", "Yevgeny Prigozhin", "RUS", "PMC"),
        ("The Ukrainian General Staff reported it.", "General Staff of Ukraine", "UKR", "MIL"),
        ("Russia's Defence Ministry said so.", "Ministry of Defence of Russia", "RUS", "GOV"),
        ("The Kremlin denies it.", "Kremlin", "RUS", "GOV"),
        ("Moscow says it will answer.", "Russia", "RUS", "GOV"),
        ("Wagner fighters left.", "Wagner", "RUS", "PMC"),
        ("TASS reported it.", "TASS", "RUS", "MEDIA"),
        ("NATO has not commented.", "NATO", "NATO", "ORG"),
        ("The Freedom of Russia Legion entered.", "Freedom of Russia Legion", "UKR", "MIL"),
        ("The governor of the Belgorod region counted two dead.", "Vyacheslav Gladkov", "RUS", "GOV"),
    ],
)
def test_named_actors(text: str, name: str, side: str, kind: str) -> None:
    found = [(a.name, a.side, a.kind) for a in read(text).actors]
    assert (name, side, kind) in found


@pytest.mark.parametrize(
    ("text", "side", "kind"),
    [
        ("Russian airborne troops landed.", "RUS", "MIL"),
        ("Two senior US officials doubted it.", "USA", "GOV"),
        ("Ukrainian civilians fled.", "UKR", "CIV"),
        ("DPR militia took it.", "RUS", "PROXY"),
        ("The 58th Combined Arms Army withdrew.", "RUS", "MIL"),
        ("The 93rd Mechanised Brigade held on.", "UKR", "MIL"),
        ("Western officials warned.", "WEST", "GOV"),
    ],
)
def test_actors_by_what_they_are(text: str, side: str, kind: str) -> None:
    actor = first(text)
    assert (actor.side, actor.kind) == (side, kind)


@pytest.mark.parametrize(
    ("side", "text"),
    [
        ("UKR", "The enemy had broken off the attack, retorted Apti Alaudinov."),
        ("RUS", "Oleksandr Syrskyi countered that the enemy had paid for the hill with a battalion."),
        ("UKR", "Apti Alaudinov alleged that the enemy was short of shells."),
        ("RUS", "Oleksandr Syrskyi's answer was to deny it: the enemy had only sent scouts."),
    ],
)
def test_whoever_answers_speaks_too(side: str, text: str) -> None:
    assert [a.side for a in read(text).actors if a.rule == "enemy"] == [side]


@pytest.mark.parametrize(
    ("side", "surface"),
    [
        ("RUS", "the 810th brigade"),
        ("UKR", "the 93rd brigade"),
        ("RUS", "the 1430th regiment"),
        (None, "the 103rd regiment"),
        (None, "the 1129th missile regiment"),
        (None, "the 75th Ranger Regiment"),
        ("UKR", "the 4th Ranger Regiment"),
        ("UKR", "the 225th regiment"),
        ("UKR", "the 427th regiment"),
        ("UKR", "the 429th Regiment of Unmanned Systems"),
        ("UKR", "the 429th Unmanned Systems Regiment"),
        ("UKR", "the 3rd Special Operations Regiment"),
        ("RUS", "the 429th motorised rifle regiment"),
        ("RUS", "the 6th tank regiment"),
        ("RUS", "the 104th air assault regiment"),
        ("RUS", "the 22nd Army Corps"),
        ("UKR", "the 10th Army Corps"),
        ("UKR", "the Rubizh brigade"),
        ("UKR", "the Liut brigade"),
        ("RUS", "the Prizrak battalion"),
        ("RUS", "BARS-13"),
        ("RUS", "the 155th Marine Brigade"),
        ("UKR", "the 37th Marine Brigade"),
        ("UKR", "the 24th King Danylo Brigade"),
        ("UKR", 'the 28th Mechanised "Knights" Brigade'),
        ("RUS", "the 4th Guards Kantemirovskaya Tank Division"),
    ],
)
def test_units_by_number_and_name(side: str | None, surface: str) -> None:
    assert [a.side for a in read(f"At dawn {surface} left the wood.").actors] == [side]


def test_a_sideless_number_takes_the_side_that_is_named_beside_it() -> None:
    found = read("Russia's 103rd regiment left the wood, and the 103rd regiment of the Ukrainian army came.").actors
    assert [a.side for a in found if a.rule == "unit"] == ["RUS", "UKR"]


@pytest.mark.parametrize(
    ("side", "surface", "text"),
    [
        ("UKR", "His soldiers", "Zelensky was in the town that Wagner has stormed since May. His soldiers are tired."),
        ("RUS", "his men", "Ukrainian brigades hold on. Ramzan Kadyrov boasted that his men had taken the hill."),
        ("RUS", "The command", "Ukrainian troops wait. The command in Moscow has other worries."),
        ("EU", "The leaders", "The leaders of the European Union arrived by train."),
        ("UKR", "The last defenders", "The last defenders came out at noon, the Russian Defence Ministry said."),
        ("UKR", "Air defence", "Air defence brought down all drones that Russia launched, the Air Force said."),
    ],
)
def test_a_force_without_a_side_has_that_of_its_owner_or_of_the_seat_named_with_it(
    side: str, surface: str, text: str
) -> None:
    assert [a.side for a in read(text).actors if a.surface == surface] == [side]


@pytest.mark.parametrize(
    "text",
    [
        "In March 2023 company officials met the press.",
        "By 2024 brigades were short of men.",
        "Since 2016 army units have trained there.",
    ],
)
def test_a_year_before_a_units_noun_is_no_units_number(text: str) -> None:
    assert not [a for a in read(text).actors if a.rule == "unit"]


def test_the_enemy_is_the_other_side_of_whoever_speaks() -> None:
    assert first("The enemy lost forty men.").side == "RUS"
    assert first("The enemy lost forty men.", publisher="TASS").side == "UKR"


def test_publisher_and_wording_show_the_voice() -> None:
    text = "Ukrainian militants of the Kiev regime fled; the special military operation goes on."
    assert voice_of(read(text)) == "RUS"
    assert voice_of(read("Invaders shelled our defenders.")) == "UKR"


def test_an_unknown_official_keeps_the_name_and_takes_side_and_kind_from_the_office() -> None:
    doc = read("Pavlo Hrytsenko, head of the Kupiansk district administration, counted five shells. Hrytsenko left.")
    people = [a for a in doc.actors if a.name == "Pavlo Hrytsenko"]
    assert [(a.side, a.kind, a.id) for a in people] == [("UKR", "GOV", None)] * 2


def test_civilians_are_on_the_side_of_the_place() -> None:
    found = [a for a in read("Five residents were hurt in Belgorod.").actors if a.kind == "CIV"]
    assert found and found[0].side == "RUS"


def test_surnames_are_known_by_their_transliterations() -> None:
    assert {"syrskyi", "syrsky", "syrskiy", "sirski"} <= surname_spellings("Syrskyi")


@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "Russian",
                "troops",
                "the enemy",
                "Putin",
                "General Staff",
                "our",
                "US",
                "Ivan",
                "Kyiv",
                ",",
                ".",
                "said",
                "\u202e",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
@settings(max_examples=150, deadline=None)
def test_spans_always_lie_in_the_text_in_order_and_apart(text: str) -> None:
    doc = read(text)
    end = 0
    for actor in doc.actors:
        assert end <= actor.span.start < actor.span.end <= len(doc.text)
        assert doc.words(actor.span) == actor.surface
        end = actor.span.end


@pytest.mark.parametrize(
    ("text", "surface", "name"),
    [
        ("The Defense Ministry said 30 Ukrainian drones were downed over the Tula region.", "Defense Ministry",
         "Ministry of Defence of Russia"),
        ("The General Staff said Russian troops attacked nine times.", "General Staff", "General Staff of Ukraine"),
        ("Russia said it had taken the town. The defence ministry spoke of heavy losses.", "defence ministry",
         "Ministry of Defence of Russia"),
        ("Ukraine's armed forces dug in. Russia's Defence Ministry spoke. The ministry added a second village.",
         "ministry", "Ministry of Defence of Russia"),
        ("Russian troops shelled the town. The military said the attack was repelled.", "military",
         "Armed Forces of Ukraine"),
        ("The army said Russian forces had entered Selydove.", "army", "Armed Forces of Ukraine"),
        ("Russian forces captured Selydove, the Defence Ministry said.", "Defence Ministry",
         "Ministry of Defence of Russia"),
        ("The attack was beaten off, the Defence Ministry's official spokesman Igor Konashenkov stated.",
         "Defence Ministry", "Ministry of Defence of Russia"),
    ],
)  # fmt: skip
def test_bodies_without_a_country_take_it_from_the_words_around(text: str, surface: str, name: str) -> None:
    named = [m.name for m in read(text).actors if m.surface.removeprefix("The ").removeprefix("the ") == surface]
    assert named[-1:] == [name], [(m.surface, m.name) for m in read(text).actors]


def test_a_general_staff_by_itself_tells_of_its_own_troops() -> None:
    text = "Ukrainian troops pulled out of Vuhledar on Tuesday, the General Staff said."
    doc = Document(None, text, date(2024, 10, 2))
    for stage in (clean, sentences, places, actors):
        stage(doc)
    assert [a.name for a in doc.actors if "Staff" in a.surface] == ["General Staff of Ukraine"]


@pytest.mark.parametrize(
    ("text", "office", "name"),
    [
        ("Mayor Ihor Terekhov spoke. In Kryvyi Rih the mayor, Oleksandr Vilkul, was asked.", "the mayor",
         "Oleksandr Vilkul"),
        ("Mayor Ihor Terekhov spoke. Bucha is free, according to its mayor Anatolii Fedoruk.", "its mayor",
         "Anatolii Fedoruk"),
        ("An adviser to the mayor of Mariupol, Petro Andriushchenko, wrote.", "the mayor of Mariupol",
         "Vadym Boichenko"),
    ],
)  # fmt: skip
def test_an_office_is_the_person_named_beside_it(text: str, office: str, name: str) -> None:
    doc = read(text)
    assert [m.name for m in doc.actors if m.surface == office] == [name]
