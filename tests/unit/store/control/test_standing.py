"""The rules of the fold, one small history each, told in every order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.control.evidence import CONTROL_TYPES, Evidence, Word, read
from services.store.control.standing import CONTEST, Standing, fold, standing

DAY = date(2024, 3, 1)
_ids = count(1)


def told(
    type: str,
    side: str | None,
    by: Sequence[str | None] | str | None = None,
    *,
    day: int = 0,
    denied_by: Sequence[str] = (),
    modality: str = "actual",
    relation: str = "in",
    extent: str | None = None,
    share: float | None = None,
    named: bool = True,
) -> Evidence:
    """`type` by `side`, said by sources of the sides `by` (by default the actor's own), denied by others."""
    speakers = [side] if by is None else [by] if isinstance(by, str) else by
    return Evidence(
        event_id=f"{next(_ids):06}",
        type=type,
        modality=modality,
        relation=relation,
        actor_side=side,
        day=DAY + timedelta(days=day),
        words=(*(Word(s, "asserts", named) for s in speakers), *(Word(s, "denies") for s in denied_by)),
        extent=extent,
        share=share,
    )


def narrated(type: str, side: str, *, day: int = 0) -> Evidence:
    return told(type, side, [None], day=day, named=False)


def everywhere(*history: Evidence) -> Standing:
    """The standing, which must be the same for every order of the evidence."""
    results = {standing(order) for order in permutations(history)}
    assert len(results) == 1, "the order of the evidence changed the standing"
    return results.pop()


def test_nothing_known_is_unknown() -> None:
    assert standing([]) == Standing()


def test_an_undisputed_capture_stands() -> None:
    found = everywhere(told("capture", "RUS"))
    assert (found.standing, found.since, found.claimed_by) == ("RUS", DAY, ("RUS",))


def test_a_denial_by_the_other_side_makes_it_contested() -> None:
    found = everywhere(told("capture", "RUS", denied_by=["UKR"]))
    assert (found.standing, found.claimed_by, found.disputed_by) == ("contested", ("RUS",), ("UKR",))


def test_a_denial_alone_makes_it_contested() -> None:
    assert (
        everywhere(told("control", "UKR"), told("capture", "RUS", [], day=1, denied_by=["UKR"])).standing == "contested"
    )


def test_a_denial_by_a_third_changes_nothing() -> None:
    assert everywhere(told("capture", "RUS", denied_by=["UN"])).standing == "RUS"
    assert everywhere(told("control", "UKR"), told("capture", "RUS", [], day=1, denied_by=["UN"])).standing == "UKR"
    assert everywhere(told("capture", "RUS", [], denied_by=["RUS"])).standing == "unknown"


def test_claims_for_both_sides_on_one_day_are_contested() -> None:
    assert everywhere(told("capture", "RUS"), told("hold", "UKR")).standing == "contested"


def test_who_held_it_on_the_day_it_changed_hands_contradicts_nothing_in_the_words_of_others() -> None:
    assert everywhere(told("capture", "RUS"), told("control", "UKR", [None])).standing == "RUS"
    assert everywhere(told("capture", "RUS"), told("control", "UKR", "UKR")).standing == "contested"


def test_an_own_withdrawal_settles_it_against_the_words_of_the_day() -> None:
    found = everywhere(told("withdrawal", "UKR"), told("hold", "UKR", "UKR"), told("capture", "RUS", denied_by=["UKR"]))
    assert found.standing == "RUS"


def test_the_loser_confirming_the_capture_settles_it() -> None:
    assert everywhere(told("capture", "RUS", ["RUS", "UKR"]), told("repulse", "UKR")).standing == "RUS"


def test_an_event_that_a_side_both_admits_and_denies_is_contested() -> None:
    found = everywhere(told("capture", "RUS", ["RUS", "UKR"], denied_by=["UKR"]))
    assert (found.standing, found.claimed_by, found.disputed_by) == ("contested", ("RUS",), ("UKR",))


def test_a_part_that_is_held_on_leaves_the_other_side_in_the_dispute() -> None:
    taken, left = told("capture", "RUS"), told("control", "UKR", day=1, extent="part")
    for history in ([taken, left], [taken, told("hold", "UKR", day=1), left]):
        found = everywhere(*history)
        assert (found.standing, found.claimed_by, found.disputed_by) == ("contested", ("UKR",), ("RUS",))


def test_an_admission_stands_for_a_time_against_the_bare_word_of_who_made_it() -> None:
    """That it holds the place would else make it contested. A change that it claims still counts."""
    left = told("withdrawal", "UKR")
    assert everywhere(left, told("hold", "UKR", day=2)).standing == "RUS"
    assert everywhere(left, narrated("hold", "UKR", day=2)).standing == "RUS"
    assert everywhere(left, told("control", "RUS", day=2, denied_by=["UKR"])).standing == "RUS"
    assert everywhere(left, told("hold", "UKR", day=CONTEST.days + 1)).standing == "UKR"
    assert everywhere(left, told("hold", "UKR", "UN", day=2)).standing == "UKR"
    assert everywhere(left, told("capture", "UKR", day=2)).standing == "UKR"
    assert everywhere(left, told("control", "RUS", day=20), told("hold", "UKR", day=CONTEST.days + 5)).standing != "RUS"


def test_publishers_are_counted_once_and_for_as_long_as_the_standing_lasts() -> None:
    def by(origin: str, *parts: Any, **more: Any) -> Evidence:
        return replace(told(*parts, **more), origin=origin)

    held = [by("A", "capture", "RUS"), by("B", "control", "RUS", day=5), by("A", "control", "RUS", day=9)]
    assert everywhere(*held).publishers == 2
    assert everywhere(*held, by("C", "capture", "UKR", day=90)).publishers == 1
    disputed = [by("A", "capture", "RUS"), by("B", "capture", "RUS", [], denied_by=["UKR"])]
    assert everywhere(*disputed).publishers == 2


def test_copies_are_the_voice_of_whoever_published_them_first() -> None:
    def by(origin: str, voice: str | None, *parts: Any, **more: Any) -> Evidence:
        return replace(told(*parts, **more), origin=origin, voice=voice)

    copies = [by("B", "A", "capture", "RUS"), by("C", "A", "capture", "RUS"), by("A", None, "control", "RUS", day=5)]
    found = everywhere(*copies)
    assert (found.publishers, found.voices) == (3, 1)
    assert everywhere(*copies, by("B", None, "control", "RUS", day=9)).voices == 2
    assert everywhere(*copies, by("B", "A", "capture", "UKR", day=90)).voices == 1


def test_a_withdrawal_that_only_the_enemy_tells_of_can_be_denied() -> None:
    assert everywhere(told("withdrawal", "UKR", "RUS", denied_by=["UKR"])).standing == "contested"


def test_admissions_of_both_sides_contradict_each_other() -> None:
    assert everywhere(told("withdrawal", "UKR"), told("withdrawal", "RUS")).standing == "contested"


@pytest.mark.parametrize("modality", ["possible", "intended", "conditional", "negated"])
def test_what_did_not_happen_moves_nothing(modality: str) -> None:
    found = everywhere(told("control", "UKR"), told("withdrawal", "UKR", day=3, modality=modality))
    assert found.standing == "UKR"


@pytest.mark.parametrize("relation", ["near", "toward", "outskirts", "direction", "north_of"])
def test_what_is_merely_near_moves_nothing(relation: str) -> None:
    assert everywhere(told("control", "UKR"), told("capture", "RUS", day=3, relation=relation)).standing == "UKR"


def test_a_later_capture_outweighs_an_earlier_one() -> None:
    found = everywhere(told("capture", "RUS"), told("capture", "UKR", day=200))
    assert (found.standing, found.since) == ("UKR", DAY + timedelta(days=200))


def test_a_late_article_about_an_earlier_day_changes_the_past_alone() -> None:
    history = [told("capture", "RUS", denied_by=["UKR"]), told("capture", "UKR", day=90)]
    late = told("withdrawal", "UKR", "UKR", day=0)
    assert standing(history, at=DAY).standing == "contested"
    assert standing([*history, late], at=DAY).standing == "RUS"
    assert standing([*history, late]).standing == "UKR"


def test_repeating_a_claim_does_not_end_the_dispute() -> None:
    disputed = told("capture", "RUS", denied_by=["UKR"])
    assert everywhere(disputed, told("control", "RUS", day=3)).standing == "contested"
    assert everywhere(disputed, narrated("control", "RUS", day=3)).standing == "contested"


def test_a_named_third_ends_the_dispute() -> None:
    assert everywhere(told("capture", "RUS", denied_by=["UKR"]), told("control", "RUS", "UN", day=3)).standing == "RUS"


def test_a_dispute_that_is_old_yields_to_a_new_claim() -> None:
    later = CONTEST.days + 1
    assert everywhere(told("capture", "RUS", denied_by=["UKR"]), told("control", "RUS", day=later)).standing == "RUS"


def test_still_holding_it_after_the_other_took_it_is_a_contradiction() -> None:
    found = everywhere(told("capture", "RUS"), told("hold", "UKR", day=2))
    assert (found.standing, found.disputed_by) == ("contested", ("RUS",))
    assert everywhere(told("capture", "RUS"), told("hold", "UKR", day=CONTEST.days + 1)).standing == "UKR"


def test_a_part_is_contested_with_its_share() -> None:
    found = everywhere(told("control", "RUS", extent="share", share=0.52))
    assert (found.standing, found.share, found.claimed_by) == ("contested", 0.52, ("RUS",))


def test_all_of_it_told_as_a_share_is_all_of_it() -> None:
    assert everywhere(told("control", "RUS", extent="share", share=1.0)).standing == "RUS"


def test_an_entry_contests_what_the_other_holds() -> None:
    assert everywhere(told("control", "UKR"), told("advance", "RUS", day=1)).standing == "contested"
    assert everywhere(told("control", "UKR"), told("advance", "UKR", day=1)).standing == "UKR"
    assert everywhere(told("control", "UKR"), told("advance", "RUS", day=1, denied_by=["UKR"])).standing == "UKR"


def test_what_is_fought_over_goes_to_who_takes_it() -> None:
    entered = [told("control", "UKR"), told("advance", "RUS", ["UKR"], day=1)]
    assert everywhere(*entered, told("capture", "RUS", day=2)).standing == "RUS"
    assert everywhere(*entered, told("control", "RUS", day=2)).standing == "contested"
    assert everywhere(*entered, told("capture", "RUS", day=2, denied_by=["UKR"])).standing == "contested"


def test_a_withdrawal_from_a_place_leaves_it() -> None:
    assert everywhere(told("control", "UKR"), told("withdrawal", "UKR", day=1, relation="from")).standing == "RUS"
    assert everywhere(told("control", "UKR"), told("advance", "RUS", day=1, relation="from")).standing == "UKR"


def test_an_encirclement_or_an_unknown_actor_moves_nothing() -> None:
    assert everywhere(told("control", "UKR"), told("encirclement", "RUS", day=1)).standing == "UKR"
    assert everywhere(told("control", "UKR"), told("capture", None, ["UKR"], day=1)).standing == "UKR"


def test_doubt_is_not_a_claim() -> None:
    doubtful = Evidence("x", "capture", "actual", "in", "RUS", DAY, (Word("UKR", "doubts"), Word(None, "declines")))
    assert read(doubtful) is None


def test_since_is_the_first_day_of_the_present_run() -> None:
    found = everywhere(told("capture", "RUS"), told("control", "RUS", day=10), told("control", "RUS", day=20))
    assert found.since == DAY


def test_snake_island_2022() -> None:
    """Taken on the first day, left on 30 June; Moscow calls its withdrawal a goodwill gesture, and so admits it."""
    history = [
        told("capture", "RUS", ["RUS", "UKR"], day=-738),
        told("strike", "UKR", day=-640),
        told("withdrawal", "RUS", ["RUS"], day=-610),
        told("control", "UKR", ["UKR"], day=-606),
    ]
    assert everywhere(*history).standing == "UKR"
    assert standing(history, at=DAY - timedelta(days=700)).standing == "RUS"


histories = st.lists(
    st.builds(
        Evidence,
        event_id=st.uuids().map(str),
        type=st.sampled_from(CONTROL_TYPES),
        modality=st.sampled_from(["actual", "actual", "actual", "possible"]),
        relation=st.sampled_from(["in", "in", "near"]),
        actor_side=st.sampled_from(["UKR", "RUS", None, "POL"]),
        day=st.dates(date(2024, 1, 1), date(2024, 3, 1)),
        words=st.lists(
            st.builds(
                Word,
                side=st.sampled_from(["UKR", "RUS", None, "UN"]),
                stance=st.sampled_from(["asserts", "confirms", "denies", "doubts"]),
                named=st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
        extent=st.sampled_from([None, "all", "part", "share"]),
        share=st.sampled_from([None, 0.5, 1.0]),
    ),
    max_size=8,
)


@given(histories, st.randoms())
@settings(max_examples=200, deadline=None)
def test_the_order_of_the_evidence_never_matters(history: list[Evidence], random: object) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(history)


@given(histories)
@settings(max_examples=100, deadline=None)
def test_the_sides_are_exchangeable(history: list[Evidence]) -> None:
    """No rule favours a side: with the sides exchanged, so is the standing."""

    def other(side: str | None) -> str | None:
        return {"UKR": "RUS", "RUS": "UKR"}.get(side or "", side)

    def exchanged(item: Evidence) -> Evidence:
        words = tuple(Word(other(w.side), w.stance, w.named) for w in item.words)
        return Evidence(
            item.event_id, item.type, item.modality, item.relation, other(item.actor_side), item.day, words,
            item.extent, item.share,
        )  # fmt: skip

    mirrored = standing([exchanged(item) for item in history])
    assert mirrored.standing == (other(standing(history).standing))
