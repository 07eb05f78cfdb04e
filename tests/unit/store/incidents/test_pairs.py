"""What ties two events, and what keeps them apart."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.messages import Extraction, Place, Quantity
from services.store.incidents.pairs import THRESHOLD, tie
from services.store.incidents.traits import Telling, telling
from services.store.projections.extraction import project
from tests.support import extractions as make

STATION = "A missile hit the railway station in Kupiansk on Wednesday, killing 23 people."
PART = Place(
    name="Kupiansk-Vuzlovyi", surface="Kupiansk-Vuzlovyi", id="geonames:1", kind="settlement", within=make.KUPIANSK.id
)


def told(number: int, *args: Any, **more: Any) -> Telling:
    """The telling of one event of article `number`."""
    return of(make.extraction(number, make.event(number, *args, **more)))


def of(extraction: Extraction) -> Telling:
    rows = project(extraction, partition=0, offset=0, applied_at=datetime(2026, 1, 1, tzinfo=UTC))
    return telling(rows.events[0])


def strike(number: int, sentence: str, **more: Any) -> Telling:
    return told(number, "strike", sentence=sentence, **more)


def killed(low: float, high: float | None = None) -> Quantity:
    return Quantity(what="killed", phrase="some", low=low, high=high if high is not None else low)


def test_two_strikes_on_one_town_on_one_day_are_two() -> None:
    assert tie(strike(1, "Shells hit Kupiansk."), strike(2, "Shells hit Kupiansk.", means=("artillery",))) is None


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"sentence": STATION}, {"sentence": "The train station burned; 40 people waited there."}, "same object"),
        (
            {"sentence": "Hit.", "quantities": (killed(23),)},
            {"sentence": "Hit again.", "quantities": (killed(23),)},
            "same figure: killed 23",
        ),
        (
            {"sentence": "Hit in the morning.", "means": ("missile", "Iskander")},
            {"sentence": "The morning hit.", "means": ("missile", "Iskander")},
            "same weapon: Iskander",
        ),
        (
            {"sentence": "Fragments tore into the orphanage's laundry, its boiler and a tractor."},
            {"sentence": "The orphanage lost laundry and boiler; a tractor burned."},
            "same words",
        ),
        (
            {"sentence": 'He said: "They aimed at our children."'},
            {"sentence": '"They aimed at our children," he said.'},
            "same quotation",
        ),
    ],
)
def test_what_ties_two_strikes(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    made = tie(strike(1, **one), strike(2, **other))
    assert made is not None
    assert made.weight >= THRESHOLD
    assert any(r.startswith(reason) for r in made.reasons), made


@pytest.mark.parametrize(
    "other",
    [
        {"day": "2024-09-12"},
        {"place": make.ROBOTYNE},
        {"place": None},
        {"actor": make.UKR},
        {"modality": "possible"},
        {"sentence": "A drone set the railway station alight in the evening.", "means": ("drone",)},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_keeps_two_strikes_apart(other: dict[str, Any]) -> None:
    one = strike(1, STATION.replace("on Wednesday", "on Wednesday morning"), means=("missile",))
    assert tie(one, strike(2, STATION, means=("missile",))) is not None
    assert tie(one, strike(2, **({"sentence": STATION} | other))) is None


def test_figures_far_apart_part_and_a_toll_may_rise() -> None:
    first = make.extraction(1, make.event(1, "casualties", sentence=STATION, quantities=(killed(23),)))
    later = make.extraction(
        2,
        make.event(2, "casualties", sentence=STATION, quantities=(killed(50),)),
        published_at="2024-09-13T07:00:00Z",
    )
    earlier = make.extraction(
        2,
        make.event(2, "casualties", sentence="The station was hit.", quantities=(killed(90),)),
        published_at="2024-09-11T07:00:00Z",
    )
    assert tie(of(first), of(later)) is not None
    assert tie(of(first), of(earlier)) is None


def test_a_toll_of_very_many_that_rose_is_of_one_attack_whatever_one_wounded_man_is_told_of_besides() -> None:
    def toll(number: int, day: int, *quantities: Quantity) -> Telling:
        event = make.event(
            number, "casualties", sentence=f"Many were killed, paper {number} wrote.", quantities=quantities
        )
        return of(make.extraction(number, event, published_at=f"2024-09-{day}T07:00:00Z"))

    wounded, one = (Quantity(what="wounded", phrase="some", low=n, high=n) for n in (46, 1))
    first = toll(1, 12, killed(14), wounded)
    assert tie(first, toll(2, 13, killed(21), one)) is not None
    assert tie(first, toll(2, 13, killed(41), one)) is None, "more than twice as many"
    assert tie(toll(1, 12, killed(4)), toll(2, 13, killed(7))) is None, "few are killed twice a day"


def test_copies_of_one_sentence_tell_one_thing_however_common_its_words() -> None:
    common = "Russian forces struck Kupiansk again during the night, the authorities said."
    assert tie(strike(1, common), strike(2, common.upper())) is not None
    assert tie(strike(1, common), strike(2, common, day="2024-09-09")) is None
    assert tie(strike(1, common), strike(2, "Russian forces struck Kupiansk again, they said.")) is None


def test_one_object_is_hit_once_a_day_in_undated_reports_too() -> None:
    one, other = ({"day": None, "sentence": s} for s in ("The refinery burns.", "A fuel depot was struck."))
    assert tie(strike(1, **one), strike(2, **other)) is not None


def test_where_the_wounded_are_taken_ties_nothing() -> None:
    ward = "{} were taken to the regional hospital."
    assert tie(strike(1, ward.format("Two")), strike(2, ward.format("Nine"))) is None


def test_who_is_said_to_hit_himself_hits_whom_others_say() -> None:
    assert tie(strike(1, STATION, target=make.UKR), strike(2, STATION, target=make.RUS)) is not None
    assert tie(strike(1, STATION, target=make.UKR, actor=None), strike(2, STATION, target=make.RUS, actor=None)) is None


def test_a_capture_and_the_withdrawal_it_makes_the_other_side_do_are_one() -> None:
    assert tie(told(1, "capture"), told(2, "withdrawal", actor=make.UKR)) is not None
    assert tie(told(1, "capture"), told(2, "withdrawal", actor=make.RUS)) is None
    assert tie(told(1, "capture"), told(2, "capture", actor=make.UKR)) is None


def test_a_capture_and_its_denial_are_one() -> None:
    assert tie(told(1), told(2, modality="negated")) is not None
    assert tie(told(1), told(2, "withdrawal", actor=make.UKR, modality="negated")) is None


def test_an_undated_report_of_a_capture_is_of_the_latest_days() -> None:
    def undated(published: str) -> Telling:
        return of(make.extraction(2, make.event(2, day=None), published_at=published))

    assert tie(told(1), undated("2024-09-14")) is not None
    assert tie(told(1), undated("2024-09-30")) is None
    assert tie(told(1), undated("2024-09-09")) is None, "nobody reports what is yet to come"


def test_an_attack_and_its_repulse_are_one_fight() -> None:
    assert tie(told(1, "assault"), told(2, "repulse", actor=make.UKR)) is not None
    assert tie(told(1, "assault"), told(2, "repulse", actor=make.RUS)) is None


def test_fighting_in_an_oblast_is_not_one_fight() -> None:
    oblast = Place(name="Kharkiv Oblast", surface="Kharkiv", id="geonames:706482", kind="oblast")
    assert tie(told(1, "clash", place=oblast), told(2, "clash", place=oblast)) is None


def test_a_vague_time_ties_nothing() -> None:
    from services.contracts.messages import When

    month = When(start="2024-09-01", end="2024-09-30", precision="month")
    assert tie(told(1, when=month), told(2, when=month)) is None


def test_a_part_of_a_town_is_in_the_town() -> None:
    assert tie(strike(1, STATION), strike(2, STATION, place=PART)) is not None


def test_an_article_tells_two_events_of_one_type_as_two() -> None:
    one = strike(1, STATION)
    assert tie(one, told(1, "strike", actor=None, sentence=STATION)) is None
    assert tie(one, told(1, "casualties", sentence=STATION)) is not None
    assert tie(one, told(1, "casualties", sentence="Two died.")) is not None, "of one place and day"
    assert tie(one, told(1, "casualties", sentence="Two died.", place=PART)) is None
    assert tie(one, told(1, "casualties", sentence="Two died at the market.")) is None
    assert tie(one, told(1, "casualties", sentence="Two died.", day="2024-09-10")) is None


@dataclass(frozen=True)
class Choice:
    sentences = st.sampled_from(
        [STATION, "A drone hit a school.", "Shells hit Kupiansk at night.", 'He: "It is all gone now."']
    )
    types = st.sampled_from(["strike", "casualties", "capture", "withdrawal", "clash", "assault", "repulse", "hold"])


@given(Choice.types, Choice.types, Choice.sentences, Choice.sentences, st.integers(0, 60), st.integers(0, 60))
def test_it_makes_no_difference_which_comes_first(one: str, other: str, a: str, b: str, low: int, high: int) -> None:
    x = told(1, one, sentence=a, quantities=(killed(low),))
    y = told(2, other, sentence=b, quantities=(killed(high),), actor=make.UKR)
    assert tie(x, y) == tie(y, x)
