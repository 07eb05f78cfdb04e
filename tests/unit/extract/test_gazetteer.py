"""The gazetteer: every spelling leads to the present name; loading is quick and deterministic."""

import pytest

from services.extract.gazetteer import cities, gazetteer, words_of
from services.extract.gazetteer.load import CITIES
from services.extract.gazetteer.spellings import fold


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Rabotino", "Robotyne"),
        ("Kleshcheyevka", "Klishchiivka"),
        ("Artyomovsk", "Bakhmut"),
        ("Bajmut", "Bakhmut"),
        ("Krasny Liman", "Lyman"),
        ("Krasnoarmeysk", "Pokrovsk"),
        ("Dzerzhinsk", "Toretsk"),
        ("Charkiw", "Kharkiv"),
        ("Gulyaypole", "Huliaipole"),
        ("Severodonetsk", "Sievierodonetsk"),
        ("Ugledar", "Vuhledar"),
        ("Zmiinyi Island", "Snake Island"),
        ("Slovyansk", "Sloviansk"),
    ],
)
def test_every_spelling_leads_to_the_present_official_name(spelling: str, name: str) -> None:
    key = " ".join(word.key for word in words_of(spelling))
    assert gazetteer().candidates(key)[0].entry.name == name


def test_areas_are_found_beside_their_class_word() -> None:
    assert [e.name for e in gazetteer().area("oblast", "lugansk")] == ["Luhansk Oblast"]
    assert "Bakhmut Raion" in {e.name for e in gazetteer().area("raion", "bakhmut")}


def test_oblasts_and_cities_carry_geonames_ids_and_features_within_their_settlement() -> None:
    known = gazetteer()
    assert known.area("oblast", "donetsk")[0].id == "geonames:709716"
    azovstal = known.candidates("azovstal")[0].entry
    assert azovstal.within is not None and known.by_id[azovstal.within].name == "Mariupol"


def test_words_leave_out_the_possessive_and_fold_diacritics() -> None:
    assert [w.key for w in words_of("Avdíivka's Kup’yansk")] == ["avdiivka", "kupyansk"]
    assert fold("Świętoszów") == "swietoszow"


def test_every_city_is_a_settlement_that_is_known_by_the_same_name() -> None:
    known = gazetteer().by_id
    listed = [line.split("\t") for line in CITIES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert {row[0] for row in listed[1:]} == cities()
    assert [row for row in listed[1:] if (known[row[0]].name, known[row[0]].admin1) != (row[1], row[2] or None)] == []
    assert {known[city].kind for city in cities()} == {"settlement"}
