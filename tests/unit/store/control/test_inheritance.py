"""A whole oblast speaks for its places only where nothing nearer does."""

from datetime import date

import pytest

from services.store.control.inheritance import Area, Areas
from services.store.control.standing import Standing


def area(key: str, name: str, standing: str, kind: str = "oblast", **more: str | None) -> Area:
    given = {"admin1": None, "country": "UA", "within": None} | more
    return Area(key=key, name=name, kind=kind, standing=Standing(standing, date(2022, 7, 3)), **given)  # type: ignore[arg-type]


LUHANSK = area("lu", "Luhansk Oblast", "RUS")
DONBAS = area("db", "Donbas", "UKR", "region")


def over(areas: list[Area], *, key: str = "town", within: str | None = None, admin1: str | None = "Luhansk Oblast",
         country: str | None = "UA", name: str = "Town") -> str | None:  # fmt: skip
    found = Areas(areas).over(key, within, admin1, country, name)
    return found.key if found else None


def test_a_place_has_the_standing_of_its_oblast() -> None:
    assert over([LUHANSK]) == "lu"


def test_of_another_oblast_or_country_it_has_none() -> None:
    assert over([LUHANSK], admin1="Donetsk Oblast") is None
    assert over([LUHANSK], country="RU") is None
    assert over([LUHANSK], admin1=None) is None


def test_the_nearest_area_speaks() -> None:
    city = area("city", "City", "UKR", "settlement", admin1="Luhansk Oblast")
    assert over([LUHANSK, DONBAS, city], within="city") == "city"
    assert over([LUHANSK, DONBAS]) == "lu"
    assert over([DONBAS]) == "db"


def test_an_area_of_which_nothing_is_said_leaves_it_to_the_next() -> None:
    silent = area("city", "City", "unknown", "settlement", admin1="Luhansk Oblast")
    assert over([LUHANSK, silent], within="city", admin1=None) == "lu"
    assert over([area("lu", "Luhansk Oblast", "unknown"), DONBAS]) == "db"


@pytest.mark.parametrize("kind", ["oblast", "settlement"])
def test_a_contested_area_passes_nothing_on_and_hides_what_is_around_it(kind: str) -> None:
    contested = area("x", "Luhansk Oblast", "contested", kind)
    assert over([contested, DONBAS, LUHANSK][: 2 if kind == "oblast" else 3], within="x") is None


def test_an_oblast_has_the_standing_of_its_region_and_never_its_own() -> None:
    assert over([LUHANSK, DONBAS], key="lu", admin1=None, name="Luhansk Oblast") == "db"
    assert over([DONBAS], key="db", admin1=None, name="Donbas") is None


def test_places_that_lie_in_each_other_end() -> None:
    one = area("one", "One", "unknown", "settlement", within="two")
    two = area("two", "Two", "unknown", "settlement", within="one")
    assert over([one, two], within="one", admin1=None) is None
