"""Every word of ours has a code, and every code is one of the scheme's."""

from typing import get_args

import pytest

from services.contracts.taxonomy import ACLED, EVENT_TYPES, PLOVER, ActorKind, PlaceKind, Precision, sub_event
from services.store.api.exports import codes

SECTORS = {"MIL", "GOV", "REB", "PRM", "CVL", "NGO", "IGO", "MED"}


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@pytest.mark.parametrize("side", ["UKR", "RUS", None])
@pytest.mark.parametrize("means", [(), ("drone",)])
def test_every_sub_event_type_has_its_event_and_disorder_type(event_type: str, side: str, means: tuple[str]) -> None:
    found = sub_event(event_type, side, means)  # type: ignore[arg-type]
    found = codes.ACLED_NOT_ITS_OWN.get(found, found)
    assert codes.ACLED_DISORDER[codes.ACLED_EVENT_TYPE[found]] in ("Political violence", "Strategic developments")


def test_what_stands_in_for_another_sub_event_type_is_one_of_them() -> None:
    assert set(codes.ACLED_NOT_ITS_OWN) <= set(ACLED.values())
    assert set(codes.ACLED_NOT_ITS_OWN.values()) <= set(codes.ACLED_EVENT_TYPE)


def test_every_class_of_plover_in_use_has_a_quad() -> None:
    assert set(codes.PLOVER_QUAD) >= set(PLOVER.values())
    assert set(codes.PLOVER_QUAD.values()) <= {1, 2, 3, 4}


def test_kinds_and_precisions_are_all_mapped() -> None:
    assert set(codes.ACLED_TIME) == set(get_args(Precision))
    assert set(codes.ACLED_PLACE) == set(get_args(PlaceKind))
    assert set(codes.PLOVER_SECTOR) == set(get_args(ActorKind)) - {"PER"}
    assert set(codes.PLOVER_SECTOR.values()) <= SECTORS
