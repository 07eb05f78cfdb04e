"""What "the city" and "the village" mean in a text that tells of one place and names others by the way."""

import pytest

from services.extract.document import Document
from services.extract.stages.clean import clean
from services.extract.stages.landmarks import SPEAKING_EXAMPLES, speaks_there
from services.extract.stages.places import places, theme
from services.extract.stages.sentences import sentences


def read(text: str, title: str | None = None) -> Document:
    doc = Document(title, text, None)
    clean(doc)
    sentences(doc)
    places(doc)
    return doc


def meant(doc: Document, word: str) -> str | None:
    at = doc.text.rindex(word)
    return next((p.name for p in doc.places if p.span.start == at), None)


@pytest.mark.parametrize("example", theme.EXAMPLES, ids=lambda example: example["text"])
def test_every_example_of_what_a_text_goes_on_about(example: dict[str, str]) -> None:
    assert meant(read(example["text"]), example["word"]) == example["place"]


@pytest.mark.parametrize(
    ("title", "text", "word", "place"),
    [
        (
            "Lyman is free",
            "Drobysheve, Yampil and Torske were cleared as well.\n\nThe last group in the city gave up.",
            "the city",
            "Lyman",
        ),
        (
            "Avdiivka: what is known",
            "In Kyiv this information did not confirm. Part of the units left the city in disorder.",
            "the city",
            "Avdiivka",
        ),
        (
            "Urozhaine liberated",
            "Troops moved on towards Zavitne Bazhannia.\n\nThe flag was raised in the village at dawn.",
            "the village",
            "Urozhaine",
        ),
        (
            "The front",
            "Beryslav was shelled on Monday. A bomb hit Kherson at night. A nurse was killed in the city.",
            "the city",
            "Kherson",
        ),
    ],
)
def test_the_headline_s_place_is_gone_on_about_until_another_is_told_of(
    title: str, text: str, word: str, place: str
) -> None:
    assert meant(read(text, title), word) == place


def test_a_list_alone_is_still_pointed_back_at() -> None:
    assert meant(read("Shells fell on Beryslav and Kherson. A tram was hit in the city."), "the city") == "Kherson"


def test_an_area_that_is_told_by_its_side_is_not_the_one_named_before() -> None:
    assert not [p for p in read("Lyman is quiet. They left the area north of Kupiansk.").places if p.anaphor]


@pytest.mark.parametrize("example", SPEAKING_EXAMPLES, ids=lambda example: example["text"])
def test_every_example_of_a_capital_that_speaks(example: dict[str, str | bool]) -> None:
    doc = read(str(example["text"]))
    capitals = [p for p in doc.places if p.name in ("Kyiv", "Moscow")]
    assert all(speaks_there(doc, p) for p in capitals) if example["speaks"] else not speaks_there(doc, capitals[0])


def test_a_village_with_the_name_of_a_city_is_no_city() -> None:
    text = "Troops left Bakhmut for Mykolaivka in Zaporizhzhia oblast, a village. The city burns."
    assert meant(read(text), "The city") == "Bakhmut"


def test_every_city_of_the_country_is_one() -> None:
    text = "Vuhlehirsk was cleared. The road to Luhanske is open. The city is in ruins."
    assert meant(read(text), "The city") == "Vuhlehirsk"
