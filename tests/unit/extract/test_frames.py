"""Every frame finds its own example sentences, and what only sounds like war gives no event."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from services.contracts.taxonomy import EVENT_TYPES, Means
from services.extract.document import Document
from services.extract.pipeline import run
from services.extract.stages.triggers.lexicon import Frame, can_hold_event, classes, frames, words_in


def types_of(text: str) -> list[str]:
    doc = Document(raw_title=None, raw_text=text, published=None)
    run(doc, until="triggers")
    return [event.type for event in doc.events]


@pytest.mark.parametrize("frame", frames(), ids=lambda f: f.name)
def test_a_frame_finds_its_type_in_its_examples(frame: Frame) -> None:
    for example in frame.examples:
        assert frame.type in types_of(example), example


def test_every_type_has_frames_and_every_frame_an_example() -> None:
    assert {frame.type for frame in frames()} == set(EVENT_TYPES)
    assert all(frame.examples for frame in frames())


def _lists(value: object, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield the lists of words that a table of a lexicon holds, by the names that lead to them."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if not name.startswith(("example", "case")):
                yield from _lists(inside, (*names, name))
    elif isinstance(value, list):
        if not all(isinstance(entry, str) for entry in value):
            for number, entry in enumerate(value):
                yield from _lists(entry, (*names, str(number)))
        elif names[-1] in {"needs", "unless"}:
            for options in value:
                for part in options.split("|"):
                    yield (*names, part), part.partition(":")[2].split(",")
        else:
            yield names, value
    elif isinstance(value, str):
        if names[0] in {"classes.toml", "words.toml"}:
            yield names, value.split()
        elif names[-1] == "words":
            yield names, [word.strip() for word in value.split(";")]


@pytest.mark.parametrize("path", sorted(Path("services/extract").rglob("*.toml")), ids=lambda p: "/".join(p.parts[-2:]))
def test_no_list_of_the_lexicon_has_a_word_twice(path: Path) -> None:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    twice = {
        names: sorted(word for word, times in Counter(words).items() if times > 1)
        for names, words in _lists(tables, (path.name,))
        if len(words) != len(set(words)) and "example" not in names[-1]
    }
    assert not twice


def test_the_means_of_the_lexicon_and_of_the_frames_are_those_of_the_taxonomy() -> None:
    tables = tomllib.loads(Path("services/extract/frames/means.toml").read_text(encoding="utf-8"))
    of_words = {table["means"] for table in tables["means"] + tables["system"]}
    assert of_words <= set(get_args(Means))
    assert {means for frame in frames() for means in frame.means} <= of_words


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        ("control", "About 9 per cent of the oblast is occupied."),
        ("casualties", "The battalion lost 30 per cent of its men in the fighting."),
    ],
)
def test_per_cent_in_two_words_is_percent(type_: str, text: str) -> None:
    assert type_ in types_of(text)
    assert type_ in types_of(text.replace("per cent", "percent"))


def test_a_change_of_per_cent_is_no_casualty() -> None:
    assert "casualties" not in types_of("The rate of the central bank fell to 9 per cent.")


def test_frame_names_are_unique() -> None:
    names = [frame.name for frame in frames()]
    assert len(names) == len(set(names))


def test_conditions_name_only_arguments_that_exist() -> None:
    known = {"subject", "object", "mod", "place", "word", "near", "next", "before", "passive", "active", "root", "tag"}
    known |= {"dep", "head", "prep", "around", "under", "verbless"}
    for frame in frames():
        for condition in [*frame.unless, *(c for options in frame.needs for c in options)]:
            assert condition.argument in known or condition.argument.startswith("prep."), (frame.name, condition)


@pytest.mark.parametrize(
    "text",
    [
        "The footage captured on video went around the world.",
        "Railway workers began a strike over wages on Monday.",
        "The fire chief thanked the volunteers.",
        "The minister defended his budget in parliament.",
        "The two teams exchanged shirts after the match.",
        "He took part in the ceremony in Lviv.",
        "It was filmed on the third day of the full-scale invasion.",
        "The sea route opens if the mines are cleared, Western experts say.",
        "Missiles of this type are used only by the Ukrainian army.",
        "Asked whether the army would return to Balakleya, he said it was too early.",
    ],
)
def test_what_only_sounds_like_war_is_no_event(text: str) -> None:
    assert types_of(text) == []


def test_a_beaten_off_attack_is_one_repulse() -> None:
    assert types_of("The defenders repelled six assaults near Avdiivka.") == ["repulse"]


def test_a_background_modifier_is_no_event() -> None:
    assert types_of("Aid reached the besieged city of Mariupol.") == []


def test_a_text_on_sport_gives_no_events() -> None:
    text = "The striker attacked from the left and the goalkeeper was beaten twice before the referee ended the match."
    assert types_of(text) == []


def test_sentences_without_any_trigger_word_are_told_apart() -> None:
    assert can_hold_event(words_in("Troops withdrew from the town."))
    assert not can_hold_event(words_in("The weather is mild and the roses bloom."))


def test_classes_are_looked_up_by_lower_case_noun() -> None:
    assert "force" in classes()["brigade"]
    assert "weapon" in classes()["drones"]


@pytest.mark.parametrize("done", ["destroyed", "knocked out", "damaged", "burned", "blew up", "put out of action"])
@pytest.mark.parametrize("thing", ["two tanks", "an infantry fighting vehicle", "a howitzer", "a Grad"])
def test_hardware_that_is_destroyed_is_destruction_whoever_does_it(done: str, thing: str) -> None:
    assert types_of(f"Drone pilots {done} {thing} near Siversk.") == ["destruction"]
    assert types_of(f"Ukrainian marines {done} {thing} near Siversk.") == ["destruction"]
