"""Inflected forms of trigger words, regular and irregular."""

import pytest

from services.extract.stages.triggers.inflect import noun_forms, verb_forms


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("seize", {"seize", "seizes", "seized", "seizing"}),
        ("take", {"take", "takes", "took", "taken", "taking"}),
        ("retake", {"retake", "retakes", "retook", "retaken", "retaking"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("occupy", {"occupy", "occupies", "occupied", "occupying"}),
        ("withdraw", {"withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"}),
        ("die", {"die", "dies", "died", "dying"}),
        ("push", {"push", "pushes", "pushed", "pushing"}),
    ],
)
def test_verbs(verb: str, forms: set[str]) -> None:
    assert forms <= verb_forms(verb)


@pytest.mark.parametrize(("noun", "plural"), [("attack", "attacks"), ("casualty", "casualties"), ("body", "bodies")])
def test_nouns(noun: str, plural: str) -> None:
    assert noun_forms(noun) == {noun, plural}
