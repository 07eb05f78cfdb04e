"""What a new extraction changes: gained, lost, altered, and what stays."""

from services.console.re_extract.difference import Tally, changes, plain
from services.contracts.messages import Mention, Place
from tests.support import extractions as make

CAPTURE = make.event(1)
HOLD = make.event(1, "hold", actor=make.UKR)


def at(start: int, end: int) -> tuple[Mention, ...]:
    return (Mention(start=start, end=end, sentence="x"),)


def kinds(old: object, new: object) -> list[str]:
    return [change.kind for change in changes(old, new)[0]]  # type: ignore[arg-type]


def test_the_same_events_are_no_change_whatever_the_version() -> None:
    old, new = make.extraction(1, CAPTURE, HOLD), make.extraction(1, HOLD, CAPTURE, extractor=make.V2)
    assert changes(old, new) == ([], 2)


def test_an_article_without_an_extraction_gains_all() -> None:
    assert kinds(None, make.extraction(1, CAPTURE, HOLD)) == ["gained", "gained"]


def test_an_event_that_is_no_longer_found_is_lost() -> None:
    assert kinds(make.extraction(1, CAPTURE, HOLD), make.extraction(1, CAPTURE)) == ["lost"]


def test_an_event_with_the_same_id_and_another_content_is_altered_and_says_where() -> None:
    other = make.event(1, confidence=0.5, claims=(make.claim(make.OBSERVERS),))
    (change,), same = changes(make.extraction(1, CAPTURE), make.extraction(1, other))
    assert (change.kind, change.fields, same) == ("altered", ("confidence", "claims"), 0)


def test_another_place_for_the_same_words_is_an_altered_event_and_not_a_new_one() -> None:
    old = make.event(1, mentions=at(10, 30))
    new = make.event(1, place=make.ROBOTYNE, mentions=at(20, 40))
    assert old.event_id != new.event_id
    (change,), _ = changes(make.extraction(1, old), make.extraction(1, new))
    assert (change.kind, change.fields) == ("altered", ("mentions", "place"))


def test_another_place_for_other_words_is_another_event() -> None:
    old = make.event(1, mentions=at(10, 30))
    new = make.event(1, place=make.ROBOTYNE, mentions=at(30, 40))
    assert kinds(make.extraction(1, old), make.extraction(1, new)) == ["gained", "lost"]


def test_two_lost_events_do_not_share_one_twin() -> None:
    old = [make.event(1, place=Place(name=name, surface=name), mentions=at(0, 10)) for name in "ab"]
    new = make.event(1, place=make.ROBOTYNE, mentions=at(0, 10))
    assert sorted(kinds(make.extraction(1, *old), make.extraction(1, new))) == ["altered", "lost"]


def test_what_comes_with_the_article_is_not_compared() -> None:
    new = make.event(1, publisher="Another name", url="https://example.org/x")
    assert kinds(make.extraction(1, CAPTURE), make.extraction(1, new)) == []


def test_a_tally_counts_by_type_and_keeps_a_few() -> None:
    tally = Tally(samples=2)
    for _ in range(5):
        tally.add(*changes(make.extraction(1, CAPTURE), make.extraction(1, HOLD)))
    tally.add(*changes(make.extraction(1, CAPTURE), make.extraction(1, CAPTURE)))
    assert dict(tally.counts) == {("gained", "hold"): 5, ("lost", "capture"): 5}
    assert (tally.articles, tally.changed, tally.same, tally.types) == (6, 5, 1, ["capture", "hold"])
    assert {len(shown) for shown in tally.shown.values()} == {2}


def test_a_change_in_a_report_has_both_events() -> None:
    (change,), _ = changes(make.extraction(1, CAPTURE), make.extraction(1, make.event(1, confidence=0.1)))
    told = plain(change, "a")
    assert told["change"] == "altered"
    assert (told["old"]["confidence"], told["new"]["confidence"]) == (0.9, 0.1)  # type: ignore[index]
