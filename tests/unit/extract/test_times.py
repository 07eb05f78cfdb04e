"""Times: the cases of the lexicon, weekdays and anchors, false friends, and that any text and any day are survived."""

import itertools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import Document
from services.extract.stages.times import times
from services.extract.stages.times.lexicon import PHRASES
from services.extract.stages.times.relative import RULES

CASES = tomllib.loads(Path("services/extract/stages/times/lexicon.toml").read_text(encoding="utf-8"))["case"]
WEDNESDAY = date(2024, 10, 2)


def read(text: str, published: date | None = WEDNESDAY) -> Document:
    doc = Document(None, text, published)
    doc.text = text
    times(doc)
    return doc


def meant(text: str, published: date | None = WEDNESDAY) -> dict[str, str]:
    return {time.phrase: f"{time.start or '?'}/{time.end or '?'}" for time in read(text, published).times}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"])[:40])
def test_phrases_mean_their_days(case: dict[str, Any]) -> None:
    assert meant(case["text"], case["published"]) == case["means"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("It fell on 1 May 2022. On 9 March that year a shell hit the school.", "2022-03-09/2022-03-09"),
        ("It fell in September 2022. The troops had left that spring.", "2022-03-01/2022-05-31"),
        ("In six days of September 2022 the brigades went east.", "2022-09-01/2022-09-30"),
        ("The buses were supposed to leave on Friday.", "2024-10-04/2024-10-04"),
        ("They left in the summer of 2022. A year later it fell.", "2023-06-01/2023-08-31"),
        ("It fell in May 2022. Three months earlier they had come.", "2022-02-01/2022-02-28"),
        ("They came in August 2023. At that time it fell too.", "2023-08-01/2023-08-31"),
        ("It fell in the early weeks of the invasion.", "2022-02-24/2022-03-23"),
    ],
)
def test_dates_of_that_year_spans_of_a_month_and_what_is_supposed_to_be(text: str, days: str) -> None:
    assert days in meant(text).values()


@pytest.mark.parametrize("phrase", [phrase for kind in ("now", "open", "until_now") for phrase in PHRASES[kind]])
def test_every_fixed_phrase_is_found(phrase: str) -> None:
    found = read(f"The town was {phrase} under fire.").times
    assert [time.phrase for time in found] == [phrase]


def test_every_gate_word_can_occur() -> None:
    for rule in RULES:
        assert rule.gate and all(word == "0" or word.isalpha() for word in rule.gate), rule.name


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("They left on Tuesday.", "2024-10-01/2024-10-01"),
        ("They left on Thursday.", "2024-09-26/2024-09-26"),
        ("They left on Wednesday.", "2024-10-02/2024-10-02"),
        ("They left last Wednesday.", "2024-09-25/2024-09-25"),
        ("They will meet next Wednesday.", "2024-10-09/2024-10-09"),
        ("The leaders will meet on Friday.", "2024-10-04/2024-10-04"),
    ],
)
def test_a_weekday_is_the_last_one_unless_the_clause_tells_of_the_future(text: str, days: str) -> None:
    assert list(meant(text).values()) == [days]


@pytest.mark.parametrize(
    "text",
    [
        "They may hold the hill.",
        "Troops march on the town.",
        "It fell within a second.",
        "The 24th Brigade took it.",
        "A return to the 1991 borders.",
        "They fired 2022 rounds.",
        "The Sun wrote of it.",
        "After the fall of the town.",
        "Day 300 of the war.",
    ],
)
def test_false_friends_are_no_times(text: str) -> None:
    assert meant(text) == {}


def test_without_a_date_of_publication_only_explicit_dates_are_resolved() -> None:
    assert meant("On 3 May 2023 it burned; on Monday it rained.", None) == {
        "On 3 May 2023": "2023-05-03/2023-05-03",
        "on Monday": "?/?",
    }


def test_a_day_that_no_calendar_has_is_kept_as_a_phrase() -> None:
    assert set(meant("On 31 February 2023 it burned.").values()) == {"?/?"}


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("It burned two years ago.", date.min),
        ("It burned two months ago.", date.min),
        ("It burned yesterday.", date.min),
        ("It burned last week.", date.min),
        ("It burned last winter.", date.min),
        ("They will leave next week.", date.max),
        ("They will leave next year.", date.max),
        ("They will leave tomorrow.", date.max),
        ("They will leave next summer.", date.max),
        ("They will leave this winter.", date.max),
    ],
)
def test_days_beyond_the_calendar_are_not_told(text: str, published: date) -> None:
    assert list(meant(text, published).values()) == ["?/?"]


ENDS = st.one_of(st.dates(max_value=date(2, 12, 31)), st.dates(min_value=date(9998, 1, 1)))


@settings(max_examples=60, deadline=None)
@given(ENDS)
def test_at_the_ends_of_the_calendar_everything_is_read(published: date) -> None:
    for case in CASES:
        for time in read(case["text"], published).times:
            assert time.start is None or time.end is None or time.start <= time.end


PIECES = st.sampled_from(
    [
        "on Monday ",
        "since ",
        "May ",
        "the night of ",
        "5 to 6 ",
        "two days later ",
        "in the past day ",
        "until ",
        "2022 ",
        "31 ",
        "last ",
        "winter ",
        "week ",
        "the same ",
        "day ",
        "overnight ",
        ", ",
        ". ",
        "\n",
        "mid-",
        "between ",
        "and ",
        "a year ago ",
        "999 years ago ",
        "14:20 ",
        "will ",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.one_of(st.none(), st.dates()))
def test_spans_point_at_their_phrases_and_bounds_are_in_order(text: str, published: date | None) -> None:
    found = read(text, published).times
    for time in found:
        assert text[time.span.start : time.span.end] == time.phrase and time.phrase
        assert time.start is None or time.end is None or time.start <= time.end
    assert all(before.span.end <= after.span.start for before, after in itertools.pairwise(found))


def test_yet_is_a_time_only_within_its_sentence() -> None:
    assert meant("They have not left yet. Yet, the town holds.") == {"yet": "2024-10-02/2024-10-02"}


def test_phrases_of_headlines_are_read_in_capitals() -> None:
    assert meant("TWO DAYS AGO THE DEPOT BURNED; SINCE THE INVASION BEGAN IT HAD STOOD.") == {
        "TWO DAYS AGO": "2024-09-30/2024-09-30",
        "SINCE THE INVASION BEGAN": "2022-02-24/2024-10-02",
    }


@pytest.mark.parametrize("kind", sorted(PHRASES))
def test_phrases_of_the_lexicon_are_in_lower_case(kind: str) -> None:
    """As the text is in which they are sought."""
    assert [phrase for phrase in PHRASES[kind] if phrase != phrase.lower()] == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    read(text)


@pytest.mark.parametrize("unit", ["on Monday ", "May ", "5 ", "the ", "a", "2022 ", "night "])
def test_a_long_hostile_text_is_read(unit: str) -> None:
    read(unit * (30_000 // len(unit)))
