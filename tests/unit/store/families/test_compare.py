"""Copies and what only looks like them, on reports of our own wording."""

import pytest

from services.store.families.compare import Text, containment, copies, may_be_copies
from services.store.families.shingles import Fingerprint, fingerprint

WIRE = """Rescue teams worked through the night in Balakliia after two rockets fell on the yard of a vocational college,
the head of the local administration said on Wednesday. The blast tore the facade off the canteen and broke every
window on the street. Nine people were taken to hospital, four of them with severe injuries. Classes had been moved
online in spring, so the building stood empty but for the night watchman, who was found alive under a table.
Engineers switched off the gas in three streets and set up tents where residents could warm themselves. A second
alarm at dawn forced the crews to stop for half an hour. By noon they had cleared the entrance and begun to look for
the fragments, which the prosecutor wants to examine. The administration asked the owners of nearby houses to report
cracks in their walls, and promised plywood for the broken windows before the frost sets in again at the weekend."""
SAME_SUBJECT = """Two rockets struck a college in Balakliia, wounding nine, according to local officials. Photographs
from the scene showed a canteen without its outer wall and glass across the road. A watchman survived beneath a table.
Prosecutors have opened a case, and investigators are collecting fragments to establish the type of the weapon. The
school had been teaching its pupils online for months. Residents told a broadcaster that the explosions followed each
other within seconds, and that the ground shook as far away as the river. Volunteers brought blankets and hot tea."""
FLASH = "Nine people were taken to hospital in Balakliia after two rockets fell on the yard of a vocational college."
OTHER_ITEMS = """In Sumy, the mayor opened a new shelter beneath the station square. The energy company has asked its
customers to save power between five and nine in the evening, when the grid is under the greatest strain of the day.
The football club will play its spring matches abroad. A court in the capital sentenced two men for selling army
rations. Beekeepers reported the best harvest in ten years. Grain traders expect another month of delays at the border.
The weather service warns of black ice on the roads of the north and of fog along the river during the morning hours.
Poland has agreed to repair eight more locomotives. The museum of folk art reopens after repairs with an exhibition of
painted chests from the last century. Schools in the east stay online until the end of the month at the earliest."""


def made(text: str) -> Fingerprint:
    found = fingerprint(text)
    assert found is not None
    return found


def found_as_copies(one: str, other: str) -> bool:
    """Both steps: a shared band makes them candidates, the comparison decides."""
    a, b = made(one), made(other)
    assert copies(Text(a.shingles), Text(b.shingles)) == copies(Text(b.shingles), Text(a.shingles))
    return bool(set(a.bands) & set(b.bands)) and copies(Text(a.shingles), Text(b.shingles)) is not None


def sentences(text: str) -> list[str]:
    return text.replace("\n", " ").split(". ")


COPIES = {
    "as it is": WIRE,
    "with an agency's header and footer": f"BALAKLIIA, Ukraine, Nov 6 (Agency) - {WIRE} Editing by the night desk.",
    "one word in twenty changed": " ".join("altered" if n % 20 == 7 else word for n, word in enumerate(WIRE.split())),
    "cut to its first half": ". ".join(sentences(WIRE)[:4]),
    "cut to its opening": ". ".join(sentences(WIRE)[:2]),
    "a sentence dropped and one put in": ". ".join(
        [*sentences(WIRE)[:3], "The president sent his condolences", *sentences(WIRE)[4:]]
    ),
    "the paragraphs in another order": ". ".join([*sentences(WIRE)[4:], *sentences(WIRE)[:4]]),
    "with a background paragraph": WIRE + " " + " ".join(sentences(OTHER_ITEMS)[:3]),
}
OTHERS = {
    "another report of the same": SAME_SUBJECT,
    "an item of a round-up": ". ".join([*sentences(OTHER_ITEMS)[:5], FLASH, *sentences(OTHER_ITEMS)[5:]]),
    "a quotation of one sentence": f"{sentences(WIRE)[2]}. {SAME_SUBJECT}",
    "another subject": OTHER_ITEMS,
}


@pytest.mark.parametrize("changed", COPIES.values(), ids=COPIES.keys())
def test_a_copy_is_found(changed: str) -> None:
    assert found_as_copies(WIRE, changed)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_no_copy_is_not_taken_for_one(other: str) -> None:
    assert not found_as_copies(WIRE, other)


def test_a_flash_is_no_copy_of_the_round_up_that_holds_it() -> None:
    around_up = ". ".join([*sentences(OTHER_ITEMS), FLASH])
    a, b = made(FLASH), made(around_up)
    assert containment(a.shingles, b.shingles) > 0.9
    assert copies(Text(a.shingles), Text(b.shingles)) is None


def test_nothing_is_no_copy_of_nothing() -> None:
    assert copies(Text(()), Text(())) is None
    assert containment((), (1, 2)) == 0


def test_no_copy_is_passed_over_for_what_it_shares() -> None:
    words = list(range(100))
    for length in range(1, 101):
        for start in range(0, 100, 7):
            other = words[start : start + length] + list(range(1000, 1000 + start))
            if copies(Text(words), Text(other)) is not None:
                assert may_be_copies(len(set(words) & set(other)), len(words), len(other))
    assert not may_be_copies(49, 100, 100)
    assert may_be_copies(20, 100, 40)
