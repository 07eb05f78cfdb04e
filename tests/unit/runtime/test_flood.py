"""When failures are a flood: by share of the last records, never by a few, and not while they are let through."""

import pytest

from services.runtime.flood import FloodGate, FloodSettings
from services.runtime.settings import SettingError, load


def a_gate(**changes: object) -> FloodGate:
    values = {"share": 0.5, "window": 10, "least": 4, "first_pause": 1.0, "longest_pause": 2.0} | changes
    return FloodGate(FloodSettings(**values))  # type: ignore[arg-type]


def admitted(gate: FloodGate, outcomes: str) -> str:
    """Outcomes as `x` (failed) and `.`; what was admitted of them, up to the first that was not."""
    for number, outcome in enumerate(outcomes):
        if not gate.admits(outcome == "x"):
            return outcomes[:number]
    return outcomes


@pytest.mark.parametrize(
    ("outcomes", "through"),
    [
        ("xxxxx", "xxx"),  # the fourth is one too many
        ("....x.x.x.x.x.x", "....x.x.x.x.x.x"[:12]),  # five of the last ten
        ("x..x..x..x..x..x..", "x..x..x..x..x..x.."),  # a third
        ("xxx..............xxx", "xxx..............xxx"),  # forgotten
    ],
)
def test_it_is_a_flood_by_share_and_by_number(outcomes: str, through: str) -> None:
    assert admitted(a_gate(), outcomes) == through


def test_what_was_refused_is_not_counted() -> None:
    gate = a_gate()
    assert admitted(gate, "xxxx") == "xxx"
    assert not gate.admits(True)
    assert gate.admits(False)


def test_a_success_is_always_admitted() -> None:
    gate = a_gate(least=1)
    assert not gate.admits(True)
    assert gate.admits(False)


def test_as_many_as_were_ordered_go_through_whatever_their_share() -> None:
    gate = a_gate()
    gate.reset(passes=7)
    assert admitted(gate, "x" * 20) == "x" * 10


def test_a_share_of_nought_never_stops() -> None:
    assert admitted(a_gate(share=0.0), "x" * 100) == "x" * 100
    assert not a_gate(share=0.0).is_flood_of([True])


def test_a_copy_goes_its_own_way() -> None:
    gate = a_gate()
    copy = gate.copy()
    assert admitted(copy, "xxxx") == "xxx"
    assert admitted(gate, "xxxx") == "xxx"


@pytest.mark.parametrize(("tried", "flood"), [([], False), ([True], True), ([True, False, False], False)])
def test_a_trial_of_a_few_is_judged_by_share_alone(tried: list[bool], flood: bool) -> None:
    assert a_gate().is_flood_of(tried) is flood


@pytest.mark.parametrize("name", ["FRONTLOG_FLOOD_SHARE", "FRONTLOG_FLOOD_PAUSE", "FRONTLOG_FLOOD_WINDOW"])
def test_a_setting_that_cannot_be_is_named(name: str) -> None:
    with pytest.raises(SettingError, match=name):
        load(FloodSettings, {name: "-1"})
