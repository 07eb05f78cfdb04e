"""What an incident comes to: days, figures, who says what, and whether they agree."""

from typing import Any

import pytest

from services.contracts.messages import Quantity
from services.store.incidents.summary import IncidentRow, StatementRow, summary
from services.store.incidents.traits import Telling
from tests.support import extractions as make
from tests.unit.store.incidents.test_pairs import killed, of, told

DENIAL = make.claim(make.GENERAL_STAFF, "denies")
CONFIRMATION = make.claim(make.OBSERVERS, "confirms")


def comes_to(*tellings: Telling) -> tuple[IncidentRow, dict[str, StatementRow]]:
    row, statements = summary(tellings)
    assert summary(tellings[::-1]) == (row, statements), "the order must make no difference"
    return row, {s.name: s for s in statements}


@pytest.mark.parametrize(
    ("claims", "agreement"),
    [
        ([(make.claim(make.MOSCOW),)], "single"),
        ([(make.claim(make.MOSCOW),), (make.claim(make.MOSCOW),)], "single"),
        ([(make.claim(make.MOSCOW),), (CONFIRMATION,)], "agreed"),
        ([(make.claim(make.MOSCOW), DENIAL)], "contradicted"),
        ([(make.claim(make.MOSCOW),), (DENIAL,), (CONFIRMATION,)], "contradicted"),
        ([(make.claim(make.MOSCOW),), (make.claim(make.GENERAL_STAFF, "doubts"),)], "single"),
        ([(make.claim(make.NARRATOR),)], "unattributed"),
    ],
)
def test_whether_the_sources_agree(claims: list[Any], agreement: str) -> None:
    row, _ = comes_to(*(told(n, claims=c) for n, c in enumerate(claims, 1)))
    assert row.agreement == agreement


def test_each_source_has_one_statement_with_what_others_say_of_it() -> None:
    _, said = comes_to(told(1, claims=(make.claim(make.MOSCOW), DENIAL)), told(2, claims=(CONFIRMATION,)), told(3))
    moscow, kyiv, observers = said[make.MOSCOW.name], said[make.GENERAL_STAFF.name], said[make.OBSERVERS.name]
    assert (moscow.asserts, moscow.denies, moscow.confirmed, moscow.denied) == (2, 0, True, True)
    assert (kyiv.asserts, kyiv.denies, kyiv.confirmed, kyiv.denied) == (0, 1, False, True)
    assert (observers.confirmed, observers.denied) == (True, True)


def test_who_asserts_that_it_did_not_happen_denies_it() -> None:
    row, said = comes_to(told(1), told(2, modality="negated", claims=(make.claim(make.GENERAL_STAFF),)))
    assert row.modality == "actual"
    assert row.agreement == "contradicted"
    assert said[make.GENERAL_STAFF.name].denies == 1
    alone, said = comes_to(told(2, modality="negated", claims=(make.claim(make.GENERAL_STAFF),)))
    assert (alone.modality, alone.agreement) == ("negated", "single")
    assert said[make.GENERAL_STAFF.name].asserts == 1


def test_an_articles_own_voice_is_its_outlets_and_confirms_nobody() -> None:
    row, said = comes_to(told(1, claims=(make.claim(make.MOSCOW), make.claim(make.NARRATOR))))
    assert said["Example Wire"].outlet
    assert said["Example Wire"].source_key == "outlet:example wire"
    assert not said[make.MOSCOW.name].confirmed
    assert row.sources == 1


def test_the_range_of_each_figure_over_all_articles() -> None:
    at_least = Quantity(what="killed", phrase="at least 9", low=9, high=None)
    row, _ = comes_to(
        told(1, "casualties", quantities=(at_least,)),
        told(2, "casualties", quantities=(killed(12), Quantity(what="wounded", phrase="3", low=3, high=3))),
    )
    assert row.figures == [
        {"what": "killed", "unit": None, "low": 9, "high": 12, "articles": 2, "agree": True},
        {"what": "wounded", "unit": None, "low": 3, "high": 3, "articles": 1, "agree": True},
    ]
    row, _ = comes_to(told(1, "casualties", quantities=(killed(7),)), told(2, "casualties", quantities=(killed(12),)))
    assert not row.figures[0]["agree"]


def test_dated_reports_give_the_days_and_publication_without_them() -> None:
    late = of(make.extraction(2, make.event(2, day=None), published_at="2024-09-14"))
    row, _ = comes_to(told(1), late)
    assert (str(row.first_day), str(row.last_day)) == ("2024-09-11", "2024-09-11")
    alone, _ = comes_to(late)
    assert str(alone.last_day) == "2024-09-14"


def test_an_incident_is_named_by_its_first_type_and_least_event() -> None:
    strike, dead = told(1, "strike"), told(2, "casualties")
    row, _ = comes_to(dead, strike)
    assert (row.type, row.types) == ("strike", ["strike", "casualties"])
    assert str(row.incident_id) == min(strike.event_id, dead.event_id)
