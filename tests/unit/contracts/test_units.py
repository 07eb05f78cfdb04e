"""The units of the first level are those of the gazetteer, found as a filter finds them."""

import pytest

from services.contracts.units import UNITS, similar, unit
from services.extract.gazetteer.load import gazetteer


def test_they_are_what_the_gazetteer_puts_places_in() -> None:
    found = {(entry.country, entry.admin1) for entry in gazetteer().entries if entry.admin1}
    assert {(country, name) for country, names in UNITS.items() for name in names} == found


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Kharkiv Oblast", "Kharkiv Oblast"),
        ("kharkiv", "Kharkiv Oblast"),
        (" Crimea ", "Crimea"),
        ("Krasnodar Krai", "Krasnodar Krai"),
        ("Kyiv", "Kyiv"),
        ("Kharkov Oblast", None),
        ("", None),
        ("Oblast", None),
    ],
)
def test_a_unit_is_found_with_or_without_the_word(given: str, expected: str | None) -> None:
    assert unit(given) == expected


@pytest.mark.parametrize(
    ("given", "likely"),
    [
        ("Kharkov Oblast", "Kharkiv Oblast"),
        ("kherzon", "Kherson Oblast"),
        ("Zaporozhye Oblast", "Zaporizhzhia Oblast"),
        ("Krasnodar", "Krasnodar Krai"),
    ],
)
def test_what_is_spelt_alike_is_offered(given: str, likely: str) -> None:
    assert likely in similar(given)


def test_nothing_is_offered_for_what_is_like_nothing() -> None:
    assert similar("Atlantis") == []
