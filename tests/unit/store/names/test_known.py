"""What an analyst may call a place, beside what reports have called it."""

import gzip

import pytest

from services.contracts.units import UNITS
from services.extract.gazetteer import build
from services.store.names import known

BAKHMUT = "geonames:713174"


@pytest.mark.parametrize("name", ["Bakhmut", "bahmut", "Бахмут", "Artyomovsk", "Артёмовск", "Артемовск", "Артемівськ"])
def test_a_town_is_found_by_its_former_and_its_foreign_names(name: str) -> None:
    assert BAKHMUT in frozenset().union(*map(known.called, known.ways_to_write(name)))


def test_a_part_of_a_name_finds_all_that_have_it() -> None:
    found = known.called_like("artyomovsk")
    assert BAKHMUT in found
    assert len(found) > 1
    assert known.called_like("no such name") == frozenset()


@pytest.mark.parametrize("name", ["St. Petersburg", "Washington D.C.", "Zmiinyi (Snake) Island"])
def test_names_with_marks_in_them_are_found(name: str) -> None:
    (written,) = known.ways_to_write(name)
    assert known.called(written)


def test_a_name_of_marks_alone_can_be_written_in_no_way() -> None:
    assert known.ways_to_write("—") == []


def test_an_oblast_is_known_with_its_class_word() -> None:
    assert known.called("khersonskaya oblast") == known.called("kherson oblast") != frozenset()
    assert known.called("khersonskaya oblast").isdisjoint(known.called("kherson"))


@pytest.mark.parametrize(
    ("name", "oblast"),
    [
        *((name, "Kharkiv Oblast") for name in ("Kharkiv", "kharkov region", "Харківська", "Харьковская область")),
        *((name, "Kyiv") for name in ("Kyiv", "Kiev", "Киев")),
        *((name, "Kyiv Oblast") for name in ("Kiev region", "Київська область")),
        *((name, "Krasnodar Krai") for name in ("Krasnodar", "Krasnodar Krai")),
        *((name, None) for name in ("Donbas", "Kupiansk", "no such oblast", "%")),
    ],
)
def test_an_oblast_is_called_as_events_have_it(name: str, oblast: str | None) -> None:
    assert known.oblast_called(name) == oblast


def test_every_unit_is_called_by_its_own_name() -> None:
    units = [name for names in UNITS.values() for name in names]
    assert [known.oblast_called(name) for name in units] == units
    assert [known.oblast_called(name.upper()) for name in units] == units


def test_the_names_are_those_of_the_gazetteer_that_is_shipped() -> None:
    shipped = gzip.decompress(build.TARGET.read_bytes())
    assert gzip.decompress(known.NAMES.read_bytes()) == build.names(shipped)
