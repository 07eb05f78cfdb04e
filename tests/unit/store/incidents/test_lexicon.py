"""What words tell of an incident: every entry's example, and what is left of a sentence without the common words."""

import tomllib
from importlib.resources import files

import pytest

from services.store.incidents import lexicon

LISTS = tomllib.loads(files("services.store.incidents").joinpath("words.toml").read_text(encoding="utf-8"))
ENTRIES = LISTS["object"]


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["name"] for entry in ENTRIES])
def test_the_example_of_an_object_shows_it(entry: dict[str, object]) -> None:
    assert entry["name"] in lexicon.objects(str(entry["example"]))


@pytest.mark.parametrize("entry", LISTS["aside"], ids=[entry["example"] for entry in LISTS["aside"]])
def test_the_example_of_an_aside_shows_nothing_hit(entry: dict[str, str]) -> None:
    assert lexicon.objects(entry["example"]) == frozenset()


def test_what_is_hit_beside_an_aside_is_seen() -> None:
    assert lexicon.objects("A missile hit the hospital; six were taken to a clinic.") == {"hospital"}
    assert lexicon.objects("The port of Izmail burned, the port city lost its light.") == {"port"}


def test_no_form_stands_for_two_objects() -> None:
    forms = [form for entry in ENTRIES for form in entry["forms"]]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("ending", ["", "s", "es", "'s"])
@pytest.mark.parametrize("before", ["", "the ", "half-", "(", "“"])
def test_every_form_of_an_object_is_seen_wherever_it_stands(before: str, ending: str) -> None:
    for entry in ENTRIES:
        for form in entry["forms"]:
            assert entry["name"] in lexicon.objects(f"Shells hit {before}{form.upper()}{ending}."), form


def test_the_longer_name_of_an_object_counts() -> None:
    assert lexicon.objects("The nuclear power plant lost its line.") == {"nuclear plant"}
    assert lexicon.objects("The planted trees were supported.") == frozenset()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("shortly before dawn on Monday", {"night"}),
        ("in the early morning", {"morning"}),
        ("on Friday evening and overnight", {"evening", "night"}),
        ("on a Mondaynight", set()),
    ],
)
def test_parts_of_the_day(text: str, parts: set[str]) -> None:
    assert lexicon.parts_of_day(text) == parts


def test_words_that_most_reports_share_and_names_are_left_out() -> None:
    found = lexicon.words(
        "Russian forces attacked a brewery in Sumy, and its chimney collapsed.", ["Sumy", "Russian forces"]
    )
    assert found == {"brewery", "chimney", "collaps"}


def test_a_quotation_needs_some_words() -> None:
    assert lexicon.quotes('He said: "We will rebuild this bridge by winter." It was a "success".') == {
        "we will rebuild this bridge by winter"
    }
