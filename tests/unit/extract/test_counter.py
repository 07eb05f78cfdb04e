"""Counter-statements: what one side says of a place against what the other said of it."""

from datetime import date

import pytest

from services.extract.document import Document
from services.extract.pipeline import run


def stances(text: str) -> set[tuple[str, str, str]]:
    doc = Document(None, text, date(2024, 5, 10))
    run(doc, "claims")
    return {
        (event.type, doc.attributions[n].source.name, doc.attributions[n].stance)
        for event in doc.events
        for n in event.attributions
    }


def test_who_still_holds_a_place_denies_that_it_was_taken() -> None:
    found = stances(
        "Ramzan Kadyrov said his forces had captured Zolote. However, Haidai said Ukrainian forces still held it."
    )
    assert ("capture", "Serhiy Haidai", "denies") in found
    assert ("hold", "Serhiy Haidai", "asserts") in found or ("control", "Serhiy Haidai", "asserts") in found


@pytest.mark.parametrize(
    "text",
    [
        "Kadyrov said his forces had captured Zolote. However, Haidai said Ukrainian forces still held Toshkivka.",
        "Haidai said Russian forces had captured Zolote. However, he said Ukrainian forces still held Zolote's mine.",
    ],
)
def test_another_place_or_the_same_side_is_no_answer(text: str) -> None:
    assert not [found for found in stances(text) if found[2] == "denies"]
