"""Places named together, parts of towns, and what points back at them."""

import pytest

from services.extract.document import PlaceMention
from services.extract.stages.places.groups import EXAMPLES
from tests.unit.extract.test_places import named, read


def _pointing(text: str) -> list[PlaceMention]:
    return [p for p in read(text).places if p.rule == "anaphor:group"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["word"])
def test_each_example_of_words_that_point_back_at_a_group(example: dict[str, str | list[str]]) -> None:
    text = str(example["text"])
    found = _pointing(text)
    assert [p.name for m in found for p in (m, *m.together)] == example["places"]
    assert text[found[0].span.start : found[0].span.end] == example["word"]


@pytest.mark.parametrize(
    "text",
    [
        "Bakhmut and Soledar were shelled. Both sides lost men.",
        "Bakhmut and Soledar were shelled. The former mayor spoke.",
        "Bakhmut was shelled. Both towns that he knew are gone, he said of his youth.",
        "In Lviv and Lutsk people in two districts were asked to leave.",
        "Two drivers came from Izium and Lyman; both will live.",
    ],
)
def test_words_about_others_point_back_at_no_places(text: str) -> None:
    assert _pointing(text) == []


@pytest.mark.parametrize(
    ("text", "name", "town"),
    [
        ("A drone hit a house in Kyiv's Solomianskyi district.", "Solomianskyi District", "geonames:703448"),
        ("Shells fell on the Kyivskyi district of Kharkiv.", "Kyivskyi District", "geonames:706483"),
        ("They took the Verkhnii quarter of Lyman.", "Verkhnii", "geonames:704204"),
        ("Fighting is going on around the Pershokutna mine.", "Pershokutna Mine", None),
    ],
)
def test_a_part_of_a_town_is_a_place_of_its_own_within_it(text: str, name: str, town: str | None) -> None:
    part = next(p for p in read(text).places if p.name == name)
    assert (part.kind, part.within) == ("feature", town)


@pytest.mark.parametrize(
    "text",
    [
        "The Western Military District sent two battalions.",
        "A shell hit the industrial district of Kramatorsk.",
        "The Verkhnii district court heard the case.",
    ],
)
def test_an_office_or_a_kind_of_quarter_is_no_part(text: str) -> None:
    assert not [p for p in read(text).places if p.rule == "part"]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Shells fell on Siversk, Qarabulak and Lyman.", "Qarabulak"),
        ("They repelled attacks near Siversk, Lyman and Qarabulak.", "Qarabulak"),
        ("Assaults failed near Qarabulak, Siversk and Lyman.", "Qarabulak"),
    ],
)
def test_an_unknown_name_in_a_list_of_towns_is_kept_without_an_id(text: str, unknown: str) -> None:
    assert next(p.id for p in read(text).places if p.name == unknown) is None


def test_who_speaks_after_a_list_of_towns_is_none_of_them() -> None:
    text = "They took Siversk, Lyman and Torske, Major-General Qarabulak said."
    assert [name for name, _ in named(text)] == ["Siversk", "Lyman", "Torske"]


def test_a_road_between_two_towns_is_between_them() -> None:
    road = next(p for p in read("They cut the Pokrovsk-Myrnohrad road.").places)
    assert (road.name, road.relation, road.other) == ("Pokrovsk", "between", "Myrnohrad")


def test_a_sector_with_two_names_is_in_both_directions() -> None:
    sector = next(p for p in read("Clashes went on along the Kupiansk-Svatove axis.").places)
    assert [(p.name, p.relation) for p in (sector, *sector.together)] == [
        ("Kupiansk", "direction"), ("Svatove", "direction"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "oblast"),
    [
        ("The DPR counts the dead. Half of the republic is under fire.", "Donetsk Oblast"),
        ("Officials of the LPR met. Shells fell in the republic all night.", "Luhansk Oblast"),
    ],
)
def test_the_republic_is_the_one_that_the_text_has_named(text: str, oblast: str) -> None:
    assert (oblast, "in") in named(text)


def test_the_republic_is_nowhere_where_none_is_named_or_its_head_speaks() -> None:
    assert named("Shells fell in the republic all night.") == []
    assert named("The DPR counts its dead, the head of the republic said.") == []


def test_a_capital_that_is_hit_together_with_a_town_is_a_place() -> None:
    assert [name for name, _ in named("Kyiv and Kharkiv were hit by missiles.")] == ["Kyiv", "Kharkiv"]
    assert "Kyiv" not in [name for name, _ in named("Kyiv and Moscow were struck by the offer.")]


def test_the_quarter_is_the_one_named_last() -> None:
    text = "They entered the Kanal neighbourhood of Chasiv Yar. The quarter is in ruins."
    assert read(text).places[-1].name == "Kanal"


@pytest.mark.parametrize(
    ("text", "road"),
    [
        ("The T0511 highway is under fire.", "T0511 highway"),
        ("They cut the T-05-16 near the river.", "T0516 highway"),
        ("Drones hang over the M-22 road.", "M22 highway"),
    ],
)
def test_a_road_told_by_its_number_is_a_place_without_an_id(text: str, road: str) -> None:
    assert [(p.name, p.id) for p in read(text).places] == [(road, None)]


def test_tanks_and_guns_are_no_roads() -> None:
    assert named("They fired M777 and M30 shells from T-72 and T-90 tanks.") == []
