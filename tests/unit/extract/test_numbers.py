"""Numbers: the cases of the lexicon, bounds and ranges, what is no count, and that any text is survived."""

import itertools
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.extract.document import Document, NumberMention
from services.extract.stages.numbers import numbers
from services.extract.stages.numbers.figures import digits_value, value
from services.extract.stages.times import times

CASES = tomllib.loads(Path("services/extract/stages/numbers/lexicon.toml").read_text(encoding="utf-8"))["case"]


def read(text: str) -> list[NumberMention]:
    doc = Document(None, text, date(2024, 10, 2))
    doc.text = text
    times(doc)
    numbers(doc)
    return doc.numbers


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["text"])[:40])
def test_figures_count_what_they_count(case: dict[str, Any]) -> None:
    found = [
        [
            n.phrase,
            n.low or 0,
            n.high or 0,
            n.unit if n.what in {"sum", "area", "distance"} else n.noun or "",
            n.what or "",
        ]
        for n in read(case["text"])
    ]
    assert found == case["numbers"]


@pytest.mark.parametrize(
    ("words", "low", "high", "bound"),
    [
        ("more than 40", 41, None, "over"),
        ("over 40", 41, None, "over"),
        ("at least 40", 40, None, None),
        ("up to 40", None, 40, None),
        ("as many as 40", None, 40, None),
        ("about 40", 40, 40, "about"),
        ("nearly 40", None, 40, "under"),
        ("10 to 15", 10, 15, None),
        ("10-15", 10, 15, None),
        ("between 10 and 15", 10, 15, None),
        ("two or three", 2, 3, None),
        ("several", 2, None, None),
        ("dozens of", 12, 99, None),
        ("hundreds of", 100, 999, None),
        ("hundreds of thousands of", 100_000, 999_999, None),
        ("two dozen", 24, 24, None),
        ("twenty-five", 25, 25, None),
        ("a hundred and twenty", 120, 120, None),
        ("2,5 thousand", 2500, 2500, None),
        ("76 thousands", 76_000, 76_000, None),
    ],
)
def test_bounds_and_ranges(words: str, low: float | None, high: float | None, bound: str | None) -> None:
    found = read(f"The army lost {words} tanks there.")
    assert [(n.low, n.high, n.bound, n.noun, n.what) for n in found] == [(low, high, bound, "tank", "equipment")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Twelve people were killed.", "killed"),
        ("The strike killed three.", "killed"),
        ("The blast wounded 20 others.", "wounded"),
        ("The death toll has risen to 14.", "killed"),
        ("Some 82 soldiers surrendered.", "captured"),
        ("Seven residents are missing.", "missing"),
        ("About 500 residents were evacuated.", "displaced"),
        ("Kyiv got back 303 soldiers.", "released"),
        ("They shot down 14 drones.", "munitions"),
        ("Three attacks were repelled.", "strikes"),
        ("The village was shelled six times.", "strikes"),
        ("Fifteen people, two of them children, were injured.", "wounded"),
        ("A woman of 68 was wounded.", "wounded"),
    ],
)
def test_noun_and_neighbouring_verb_say_what(text: str, what: str) -> None:
    assert read(text)[0].what == what


@pytest.mark.parametrize(
    "text",
    [
        "The 93rd Brigade fought on.",
        "A Su-34 and a T-72 burned beside an S-300.",
        "A 152mm gun stood there.",
        "Group 7 met in Hospital No. 3.",
        "A 45-year-old was there.",
        "It happened on 3 May at 14:20.",
        "They waited for three weeks.",
        "Olha Petrenko, 67, was there.",
    ],
)
def test_what_is_no_count_is_left_out(text: str) -> None:
    assert read(text) == []


def test_shares() -> None:
    [over] = read("They hold over 80% of the region.")
    assert (over.share, over.bound, over.what) == (0.8, "over", "area_share")
    [half] = read("They took half of the city.")
    assert (half.share, half.what) == (0.5, "area_share")


def test_rates_and_sums() -> None:
    [rate] = read("They fire 500 shells a day.")
    assert (rate.low, rate.per, rate.what) == (500, "day", "munitions")
    [total] = read("The package is worth $60 billion.")
    assert (total.low, total.unit, total.what) == (60e9, "USD", "sum")


@pytest.mark.parametrize(
    ("digits", "number"),
    [("1,204", 1204), ("1.204", 1204), ("30 000", 30_000), ("2,5", 2.5), ("1.45", 1.45), ("0.123", 0.123)],
)
def test_separators(digits: str, number: float) -> None:
    assert digits_value(digits) == number


def test_words_have_values() -> None:
    assert value("two and a half thousand") == (2500, None)
    assert value("half a million") == (500_000, None)
    assert value("three hundred and forty-five") == (345, None)


PIECES = st.sampled_from(
    [
        "more than ",
        "between ",
        "and ",
        "40",
        "1,000",
        "3.5",
        " ",
        "thousand ",
        "dozens of ",
        "drones ",
        "people ",
        "were killed",
        ", ",
        ". ",
        "%",
        " of them ",
        "$",
        "km ",
        "half of ",
        "a ",
        "day ",
        "-",
        "–",
        "two ",
        "twice ",
        "\n",
        "+",
    ]
)


@settings(max_examples=250, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=16).map("".join), st.text(max_size=200)))
def test_spans_point_at_their_phrases_and_do_not_overlap(text: str) -> None:
    found = read(text)
    for number in found:
        assert text[number.span.start : number.span.end] == number.phrase
        assert number.low is None or number.high is None or number.low <= number.high
    assert all(before.span.end <= after.span.start for before, after in itertools.pairwise(found))


@pytest.mark.parametrize("unit", ["5 ", "more than ", "two ", "1,", "a ", "half of "])
def test_a_long_hostile_text_is_read(unit: str) -> None:
    read(unit * (20_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "phrase", "what", "low", "per"),
    [
        (
            "The death toll from Sunday's raid on the market hall, in the old town, has risen to 19.",
            "19",
            "killed",
            19,
            None,
        ),
        ("The number of people killed in the blast at the mill climbed to 7.", "7", "killed", 7, None),
        ("Some 900 soldiers had been killed or wounded.", "Some 900 soldiers", "killed_or_wounded", 900, None),
        ("Around 300 people leave the villages of the valley daily.", "Around 300 people", None, 300, "day"),
        ("The two sides exchanged 80 captives each.", "80 captives", "released", 80, "side"),
        ("Norway gave three more howitzers.", "three more howitzers", "equipment", 3, None),
        ("A couple from the next village were killed.", "A couple", "killed", 2, None),
    ],
)
def test_figures_far_from_what_they_count(text: str, phrase: str, what: str | None, low: int, per: str | None) -> None:
    assert [(n.what, n.low, n.per) for n in read(text) if n.phrase == phrase] == [(what, low, per)]


@pytest.mark.parametrize(
    ("text", "what", "low"),
    [
        ("A woman born in 1958 was killed by a shell.", "killed", 1),
        ("A resident of Beryslav died on the road.", "killed", 1),
        ("A photographer, Ann Grey, was wounded there.", "wounded", 1),
        ("A pensioner, 71, was wounded by shrapnel.", "wounded", 1),
        ("The raid cost three medics their lives.", "killed", 3),
        ("The siege cost 9,000 lives.", "killed", 9000),
        ("A shell took the life of a teenager.", "killed", 1),
    ],
)
def test_one_person_and_lives_are_counted(text: str, what: str, low: int) -> None:
    assert [(n.what, n.low) for n in read(text) if n.what] == [(what, low)]


@pytest.mark.parametrize(
    "text",
    [
        "Medics saved 14 lives in Odesa after the raid.",
        "The new shelters have spared more than 40 lives.",
        "The blackout endangered 30 lives there.",
        "Some 25 lives were saved by the warning.",
        "Sappers saved the lives of nine residents.",
        "The lives of nine residents were spared.",
    ],
)
def test_lives_that_are_saved_or_at_risk_are_nobodys_death(text: str) -> None:
    assert not [n for n in read(text) if n.what]


@pytest.mark.parametrize(
    "text",
    [
        "The raid claimed 17 lives.",
        "The blast took 17 civilian lives in the market.",
        "The retreat cost the garrison some 17 lives.",
        "They mourn the loss of 17 lives.",
        "In that battle 17 lives were lost.",
        "The lives of 17 miners were cut short.",
        "The shelling claimed the lives of 17 residents.",
        "The road that saved the garrison has cost 17 lives.",
    ],
)
def test_lives_that_something_cost_are_deaths(text: str) -> None:
    assert [(n.what, n.low) for n in read(text) if n.what] == [("killed", 17)]


@pytest.mark.parametrize(
    "text", ["They will hand over 19 jets.", "They handed over 19 jets.", "The depot turned over 19 jets to the navy."]
)
def test_over_that_belongs_to_the_verb_bounds_nothing(text: str) -> None:
    assert [(n.low, n.high) for n in read(text)] == [(19, 19)]


@pytest.mark.parametrize("text", ["The marines took over 300 prisoners.", "In turn over 300 shells fell."])
def test_over_behind_other_verbs_is_the_figures_bound(text: str) -> None:
    assert [(n.low, n.high) for n in read(text)] == [(301, None)]
