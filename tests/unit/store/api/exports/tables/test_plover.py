"""Events in the codes of PLOVER."""

from typing import Any

from services.contracts.messages import Actor, Event
from services.store.api.exports.tables import plover
from tests.support import extractions as make


def row(event: Event) -> dict[str, Any]:
    return {column.name: column.of(event) for column in plover.COLUMNS}


def test_class_quad_and_parties() -> None:
    found = row(make.event(1, "withdrawal", actor=make.UKR, target=None))
    assert (found["event_type"], found["quad_code"], found["contexts"]) == ("RETREAT", 2, "military")
    assert (found["actor_country"], found["actor_sector"]) == ("UKR", "MIL")
    assert (found["recipient_name"], found["recipient_sector"], found["country"]) == (None, None, "UKR")


def test_what_did_not_happen_is_told_by_its_context_or_left_out() -> None:
    assert row(make.event(1, modality="intended"))["contexts"] == "military; future"
    assert row(make.event(1, modality="possible"))["contexts"] == "military; hypothetical"
    assert not plover.keeps(make.event(1, modality="negated"))


def test_alliances_are_no_country() -> None:
    found = row(make.event(1, actor=Actor(name="NATO", side="NATO", kind="ORG")))
    assert (found["actor_country"], found["actor_sector"]) == (None, "IGO")
