"""Facets: what the filters of events can ask, of an event and of all its claims."""

from services.contracts.messages import Actor
from services.store.incidents.facets import LONGEST, facet, facets
from tests.support import extractions as make


def test_an_event_has_those_of_itself_and_of_all_its_claims() -> None:
    denial = make.claim(Actor(name="Mayor O'Hara", side="USA", kind="GOV"), "denies")
    assert facets(make.event(1, modality="negated", claims=(make.claim(make.MOSCOW), denial))) == (
        "actor_side:RUS",
        "modality:negated",
        "source:RUS/GOV/ministry-of-defence",
        "source_name:mayor ohara",
        "source_name:russian ministry of defence",
        "source_side:RUS",
        "source_side:USA",
        "stance:asserts",
        "stance:denies",
    )


def test_what_is_not_told_is_no_facet() -> None:
    told = facets(make.event(1, actor=None, claims=(make.claim(make.NARRATOR, "doubts"),)))
    assert told == ("modality:actual", "source_name:example wire", "stance:doubts")


def test_texts_are_as_the_tables_hold_them_and_bounded() -> None:
    odd = Actor(name="x" * 900, id="UKR/\x00/" + "y" * 900, side="UKR", kind="GOV")
    told = facets(make.event(1, claims=(make.claim(odd),)))
    assert facet("source", "UKR/\ufffd/" + "y" * 900) in told
    assert max(len(value.partition(":")[2]) for value in told) == LONGEST
