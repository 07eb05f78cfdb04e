"""Going on from stored steps gives what a fold of everything gives, and asks for little where little has changed."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.store.control.evidence import CONTROL_TYPES, Evidence, Window, Word
from services.store.control.renewal import Renewal
from services.store.control.standing import Standing, State, Step, steps

DAY = date(2024, 3, 1)


class Place:
    """The evidence of one place and its stored steps, as the tables have them."""

    def __init__(self) -> None:
        self.evidence: dict[str, Evidence] = {}
        self.steps: dict[date, State] = {}
        self.asked: list[Window] = []
        self.written: list[date] = []
        """Days whose steps the last change wrote."""

    def change(self, gone: Iterable[str] = (), come: Iterable[Evidence] = ()) -> Standing | None:
        """Take evidence away, add some, and renew the steps; return the present standing where it changed."""
        days = {self.evidence.pop(i).day for i in gone}
        for item in come:
            self.evidence[item.event_id] = item
            days.add(item.day)
        earlier = [day for day in self.steps if day < min(days)]
        before = self.steps[max(earlier)] if earlier else None
        renewal = Renewal(days, before, max(self.steps, default=None))
        self.asked = []
        while not renewal.done:
            window = renewal.ask()
            self.asked.append(window)
            renewal.take(
                window,
                [e for e in self.evidence.values() if window.first <= e.day <= window.last],
                sorted((d, s) for d, s in self.steps.items() if window.first <= d <= window.last),
            )
        for day in renewal.gone:
            del self.steps[day]
        self.steps.update(renewal.made)
        self.written = [day for day, _ in renewal.made]
        return renewal.now

    def scratch(self) -> list[Step]:
        return steps(State(), self.evidence.values())


def told(number: int, type: str, side: str, day: int, *, by: str | None = None, origin: str = "a") -> Evidence:
    words = (Word(by or side, "asserts"),)
    return Evidence(f"{number:06}", type, "actual", "in", side, DAY + timedelta(days=day), words, origin=origin)


evidence = st.builds(
    Evidence,
    event_id=st.uuids().map(str),
    type=st.sampled_from(CONTROL_TYPES),
    modality=st.sampled_from(["actual", "actual", "actual", "possible"]),
    relation=st.sampled_from(["in", "in", "in", "near"]),
    actor_side=st.sampled_from(["UKR", "RUS", None]),
    day=st.dates(date(2024, 1, 1), date(2024, 4, 1)) | st.dates(date(2014, 1, 1), date(2026, 1, 1)),
    words=st.lists(
        st.builds(
            Word,
            side=st.sampled_from(["UKR", "RUS", None, "UN"]),
            stance=st.sampled_from(["asserts", "confirms", "denies"]),
            named=st.booleans(),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    extent=st.sampled_from([None, None, "part", "share"]),
    share=st.sampled_from([None, 0.5]),
    origin=st.sampled_from("abc"),
    voice=st.sampled_from([None, None, "a", "d"]),
)
batches = st.lists(st.tuples(st.lists(evidence, min_size=1, max_size=5), st.integers(0, 2)), min_size=1, max_size=12)


@given(batches, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_any_evidence_in_any_order_gives_what_a_fold_of_everything_gives(batches, random) -> None:  # type: ignore[no-untyped-def]
    place = Place()
    for come, leaving in batches:
        gone = random.sample(sorted(place.evidence), min(leaving, len(place.evidence)))
        was = place.scratch()
        moved = place.change(gone, come)
        whole = place.scratch()
        assert sorted(place.steps.items()) == whole
        now = whole[-1][1].standing if whole else Standing()
        before = was[-1][1].standing if was else Standing()
        assert moved == (now if now != before else None)


@given(st.lists(evidence, min_size=2, max_size=25, unique_by=lambda e: e.event_id), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_one_by_one_in_any_order_ends_in_the_same_steps(history, random) -> None:  # type: ignore[no-untyped-def]
    ends = []
    for _ in range(2):
        random.shuffle(history)
        place = Place()
        for item in history:
            place.change(come=[item])
        ends.append(place.steps)
    assert ends[0] == ends[1]


@pytest.fixture
def long() -> Place:
    """Eight years of somebody being said to hold it, every day; the other side takes it half-way."""
    place = Place()
    place.change(come=[told(n, "hold" if n % 2 else "control", "UKR" if n < 1500 else "RUS", n) for n in range(3000)])
    return place


def test_an_event_of_today_reads_nothing_of_the_past(long: Place) -> None:
    assert long.change(come=[told(9999, "control", "RUS", 3001)]) is not None
    assert [window.first for window in long.asked] == [DAY + timedelta(days=3001)]


def test_an_event_that_decides_nothing_reads_no_further_than_its_window(long: Place) -> None:
    possible = Evidence("x", "capture", "possible", "in", "RUS", DAY + timedelta(days=100), (Word("RUS", "asserts"),))
    assert long.change(come=[possible]) is None
    assert len(long.asked) == 1
    assert (long.asked[0].last - long.asked[0].first).days <= 30


def test_a_late_article_ends_where_its_effect_ends(long: Place) -> None:
    """A capture of the past: disputed for a time by those who hold the place, who have held it anew since then."""
    late = told(9998, "capture", "RUS", 1400, origin="b")
    assert long.change(come=[late]) is None
    assert sorted(long.steps.items()) == long.scratch()
    assert long.steps[DAY + timedelta(days=1400)].standing.standing == "contested"
    assert long.steps[DAY + timedelta(days=1499)].standing.since == DAY + timedelta(days=1431)
    assert (min(long.written), max(long.written)) == (DAY + timedelta(days=1400), DAY + timedelta(days=1499))
    assert long.asked[-1].last < DAY + timedelta(days=2000)


def test_a_place_whose_steps_were_never_made_gets_them_all() -> None:
    place = Place()
    place.evidence = {e.event_id: e for e in (told(1, "capture", "RUS", 0), told(2, "capture", "UKR", 500))}
    assert place.change(come=[told(3, "control", "UKR", 300)]) is not None
    assert sorted(place.steps.items()) == place.scratch()
    assert len(place.steps) == 3


def test_the_last_evidence_that_goes_leaves_nothing() -> None:
    place = Place()
    place.change(come=[told(1, "capture", "RUS", 0)])
    assert place.change(gone=["000001"]) == Standing()
    assert place.steps == {}
