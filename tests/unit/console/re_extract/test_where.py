"""Which articles a re-extraction takes, by what they are and by what stands of them."""

from datetime import UTC, datetime

import pytest

from services.console.re_extract.where import published, where
from tests.support import extractions as make

ARTICLE = make.article(1, published_at="2024-09-12")
STANDING = make.extraction(1, make.event(1))


@pytest.mark.parametrize(
    ("conditions", "takes"),
    [
        ([], True),
        (["publisher=example wire"], True),
        (["publisher=Other"], False),
        (["publisher=Other", "publisher=Example Wire"], True),
        (["source=wire"], False),
    ],
)
def test_articles_are_taken_by_publisher_and_source(conditions: list[str], takes: bool) -> None:
    assert where(conditions).takes_article(ARTICLE) is takes


@pytest.mark.parametrize(
    ("conditions", "takes"),
    [
        (["type=capture"], True),
        (["type=strike"], False),
        (["place=geonames:703822"], True),
        (["place=kupiansk"], True),
        (["place=Kupyansk"], True),
        (["place=Robotyne"], False),
        (["version=1"], True),
        (["version=2"], False),
        (["type=capture", "version=2"], False),
        (["publisher=Nobody"], True),
    ],
)
def test_articles_are_taken_by_what_stands_of_them(conditions: list[str], takes: bool) -> None:
    assert where(conditions).takes_extraction(STANDING) is takes


def test_articles_without_an_extraction_are_taken_unless_what_stands_is_asked_for() -> None:
    assert where([]).takes_without_extraction()
    assert where(["publisher=x"]).takes_without_extraction()
    assert where(["version=none"]).takes_without_extraction()
    assert not where(["type=capture"]).takes_without_extraction()
    assert not where(["version=1"]).takes_without_extraction()


def test_times_are_those_of_publication_and_the_end_is_left_out() -> None:
    day = datetime(2024, 9, 12, tzinfo=UTC)
    assert published(ARTICLE) == day
    assert where([], since=day).takes_article(ARTICLE)
    assert not where([], until=day).takes_article(ARTICLE)
    assert published(make.article(1, published_at="last week")) == datetime(2024, 9, 12, 8, tzinfo=UTC)
    assert published(make.article(1, published_at=None, received_at="?")).year == 1


@pytest.mark.parametrize("text", ["publisher", "=x", "publisher=", "colour=red", "type=party"])
def test_a_condition_that_cannot_be_read_is_shown_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="--where"):
        where([text])
