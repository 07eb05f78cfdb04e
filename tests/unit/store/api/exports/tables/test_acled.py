"""Events in the columns of ACLED."""

from datetime import date
from typing import Any

from services.contracts.messages import Actor, Event, Place, Quantity, When
from services.store.api.exports.tables import acled
from tests.support import extractions as make

CIVILIANS = Actor(name="residents", side="UKR", kind="CIV")


def row(event: Event) -> dict[str, Any]:
    return {column.name: column.of(event) for column in acled.COLUMNS}


def test_forces_are_external_abroad_and_state_forces_at_home() -> None:
    found = row(make.event(1, target=make.UKR))
    assert found["actor1"] == "Military Forces of Russia (2000-)"
    assert found["actor2"] == "Military Forces of Ukraine (2019-)"
    assert (found["inter1"], found["inter2"]) == ("External/Other forces", "State forces")
    assert found["interaction"] == "External/Other forces-State forces"
    assert (found["iso"], found["country"], found["region"]) == (804, "Ukraine", "Europe")


def test_civilians_are_told_as_targets() -> None:
    found = row(make.event(1, "strike", target=CIVILIANS))
    assert found["civilian_targeting"] == "Civilian targeting"
    assert found["actor2"] == "Civilians (Ukraine)"
    assert row(make.event(1))["civilian_targeting"] is None


def test_a_date_is_as_exact_as_the_text() -> None:
    dated = row(make.event(1, day="2024-09-11"))
    assert (dated["event_date"], dated["year"], dated["time_precision"]) == (date(2024, 9, 11), 2024, 1)
    month = row(make.event(1, when=When(start="2024-09-01", end="2024-09-30", precision="month")))
    assert (month["event_date"], month["time_precision"]) == (date(2024, 9, 1), 3)
    undated = row(make.event(1, day=None, published_at="2024-09-12T07:00:00Z"))
    assert (undated["event_date"], undated["time_precision"]) == (date(2024, 9, 12), 2)
    assert row(make.event(1, day=None))["event_date"] is None


def test_a_place_is_as_exact_as_the_text() -> None:
    assert row(make.event(1))["geo_precision"] == 1
    near = Place(name="Kupiansk", surface="Kupiansk", kind="settlement", relation="near")
    assert row(make.event(1, place=near))["geo_precision"] == 2
    assert row(make.event(1, place=Place(name="Kharkiv Oblast", surface="x", kind="oblast")))["geo_precision"] == 3
    assert row(make.event(1, place=None))["geo_precision"] is None


def test_fatalities_are_the_largest_least_number_and_no_rate() -> None:
    killed = tuple(
        Quantity(what="killed", phrase="x", low=low, high=high, per=per)
        for low, high, per in ((3.0, 3.0, None), (5.0, None, None), (None, 4.0, None), (900.0, 900.0, "day"))
    )
    wounded = (Quantity(what="wounded", phrase="x", low=70.0, high=70.0),)
    assert row(make.event(1, quantities=killed + wounded))["fatalities"] == 5
    assert row(make.event(1))["fatalities"] == 0


def test_only_what_happened_has_a_row() -> None:
    assert acled.keeps(make.event(1))
    assert not any(acled.keeps(make.event(1, modality=m)) for m in ("intended", "possible", "conditional", "negated"))


def test_sub_event_types_that_acled_lacks_are_other() -> None:
    found = row(make.event(1, "displacement"))
    assert (found["sub_event_type"], found["event_type"]) == ("Other", "Strategic developments")
