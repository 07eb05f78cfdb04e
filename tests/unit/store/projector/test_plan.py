from datetime import UTC, datetime
from uuid import UUID

from services.contracts.codec import encode
from services.contracts.messages import Extraction
from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import Record
from services.store.projector.decode import ArticleExtracted, ExtractionWithdrawn, read
from services.store.projector.plan import Outcome, outcomes
from tests.support import extractions as make

NOW = datetime(2024, 10, 2, tzinfo=UTC)
ARTICLE = UUID(make.article_id(1))
CAPTURE, STRIKE = make.event(1), make.event(1, "strike")


def at(offset: int, found: Extraction | None) -> ArticleExtracted | ExtractionWithdrawn:
    value = None if found is None else encode(found)
    change = read(Record(EXTRACTIONS.name, 0, offset, str(ARTICLE).encode(), value, (), NOW), NOW)
    assert isinstance(change, ArticleExtracted | ExtractionWithdrawn)
    return change


def held(outcome: Outcome) -> set[str]:
    return {str(e.event_id) for e in outcome.rows.events} if outcome.rows else set()


def test_the_last_of_a_batch_stands_and_what_it_replaces_is_passed_over() -> None:
    found = outcomes([at(0, make.extraction(1, CAPTURE)), at(1, make.extraction(1, STRIKE, offset=1))], {})[ARTICLE]
    assert held(found) == {STRIKE.event_id}
    assert found.passed_over == {UUID(CAPTURE.event_id)}


def test_an_older_extraction_changes_nothing_and_its_events_are_passed_over() -> None:
    newer = at(5, make.extraction(1, STRIKE, offset=3))
    assert isinstance(newer, ArticleExtracted)
    found = outcomes([at(6, make.extraction(1, CAPTURE, offset=1))], {ARTICLE: newer.standpoint})[ARTICLE]
    assert not found.changed
    assert found.older == 1
    assert found.passed_over == {UUID(CAPTURE.event_id)}


def test_a_tombstone_withdraws_and_what_comes_after_it_stands() -> None:
    first = at(0, make.extraction(1, CAPTURE))
    gone = outcomes([first, at(1, None)], {})[ARTICLE]
    assert gone.changed and gone.rows is None
    assert gone.passed_over == {UUID(CAPTURE.event_id)}
    again = outcomes([first, at(1, None), at(2, make.extraction(1, CAPTURE))], {})[ARTICLE]
    assert held(again) == {CAPTURE.event_id}


def test_a_tombstone_from_before_the_extraction_changes_nothing() -> None:
    later = at(5, make.extraction(1, CAPTURE))
    assert isinstance(later, ArticleExtracted)
    assert not outcomes([at(4, None)], {ARTICLE: later.standpoint})[ARTICLE].changed


def test_an_article_is_news_once_for_each_revision_and_not_when_it_is_extracted_again() -> None:
    first = at(5, make.extraction(1, CAPTURE, offset=3))
    assert isinstance(first, ArticleExtracted)
    assert outcomes([first], {})[ARTICLE].is_news
    stands = {ARTICLE: first.standpoint}
    assert not outcomes([at(6, make.extraction(1, STRIKE, offset=3))], stands)[ARTICLE].is_news
    assert outcomes([at(7, make.extraction(1, STRIKE, offset=9))], stands)[ARTICLE].is_news
    assert not outcomes([at(8, None)], stands)[ARTICLE].is_news
