"""What a text tells of earlier years is not dated like the news of its day: timelines, tales, spans that are over."""

from datetime import date

import pytest

from services.extract.document import Document
from services.extract.stages.times import times
from services.extract.stages.times.headings import headings, year_at
from tests.support.articles import events_in, place_of

PUBLISHED = date(2025, 8, 14)


def days(text: str, phrase: str) -> str:
    """Return the days that `phrase` means in `text`, as "start/end"."""
    doc = Document(None, "", PUBLISHED, text=text)
    times(doc)
    found = next(time for time in doc.times if time.phrase.endswith(phrase))
    return f"{found.start or ''}/{found.end or ''}"


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("2014: In March the peninsula was annexed.\n2022: In May the port fell.", "March", "2014-03-01/2014-03-31"),
        ("2014: In March the peninsula was annexed.\n2022: In May the port fell.", "May", "2022-05-01/2022-05-31"),
        ("2024: The coal town is abandoned on 1 October.", "1 October", "2024-10-01/2024-10-01"),
        ("February 2022: Tanks cross the border. The city falls on 2 March.", "2 March", "2022-03-02/2022-03-02"),
        ("• 2023 – The dam is blown up on June 6.", "June 6", "2023-06-06/2023-06-06"),
        ("May-July 2022: The port is taken. The island is free on 30 June.", "30 June", "2022-06-30/2022-06-30"),
        ("In 2022 - The city was occupied. Lyman was freed in October.", "October", "2022-10-01/2022-10-31"),
        ("2022: The city fell.\n\nThe town was hit in July.", "July", "2025-07-01/2025-07-31"),
        ("The war began in 2022: the city fell in March.", "March", "2025-03-01/2025-03-31"),
    ],
)
def test_a_heading_of_a_timeline_gives_its_year_to_what_stands_under_it(text: str, phrase: str, expected: str) -> None:
    assert days(text, phrase) == expected


def test_a_year_alone_in_its_line_holds_up_to_the_next_where_there_are_several() -> None:
    text = "2022\nThe city fell in March.\nThe port fell in May.\n2023\nThe dam broke in June."
    told = headings(text)
    assert [year_at(told, text.index(word)) for word in ("March", "May", "June")] == [2022, 2022, 2023]
    assert headings("The city fell.\n2022\nThe port fell in May.") == []


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("In September 2022 Izium was freed. In November the army left Kherson.", "November", "2022-11-01/2022-11-30"),
        ("In October 2022 the bridge was hit. In May they took the town.", "May", "2023-05-01/2023-05-31"),
        ("In May 2022 the port fell. In March they had withdrawn from Kyiv.", "March", "2022-03-01/2022-03-31"),
        ("In 2022 the city fell. In October Lyman was freed.", "October", "2022-10-01/2022-10-31"),
        ("The town was left in March 2022 and freed in September.", "September", "2022-09-01/2022-09-30"),
        ("It fell in October 2022 but was retaken in May.", "May", "2023-05-01/2023-05-31"),
        ("The port fell in May 2022 and was hit again in July.", "July", "2025-07-01/2025-07-31"),
        ("In October 2024 the town fell. In November it was hit.", "November", "2024-11-01/2024-11-30"),
        ("The port fell in May 2022. In July shells hit the town.", "July", "2025-07-01/2025-07-31"),
        ("In May 2022 the port fell.\n\nIn July shells hit the town.", "July", "2025-07-01/2025-07-31"),
    ],
)
def test_a_month_goes_on_with_the_tale_that_a_month_and_its_year_began(text: str, phrase: str, expected: str) -> None:
    assert days(text, phrase) == expected


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("In September 2022 Izium was freed; the army ran from Lyman three weeks later.", "three weeks later"),
        ("Two days later the troops left the city.", "Two days later"),
        ("Marines held the bridgehead for two weeks, then they left.", "for two weeks"),
        ("They held the town for two weeks in 2022.", "for two weeks"),
    ],
)
def test_what_no_day_bounds_is_kept_as_a_phrase(text: str, phrase: str) -> None:
    assert days(text, phrase) == "/"


@pytest.mark.parametrize("phrase", ["before the New Year", "by the New Year", "until the New Year"])
def test_the_new_year_that_something_is_to_happen_before_is_the_next(phrase: str) -> None:
    doc = Document(None, "", date(2022, 11, 14), text=f"The town may fall {phrase}.")
    times(doc)
    (found,) = doc.times
    assert found.end is not None
    assert date(2022, 12, 30) < found.end < date(2023, 1, 3)


def test_the_date_in_the_title_of_a_report_dates_the_report_and_not_what_it_tells() -> None:
    title = "Ukraine: Flash Update - Donetsk Oblast, 12 February 2025"
    text = "The road to Pokrovsk is under fire. In Kostiantynivka two warehouses were destroyed by shelling."
    found = [e for e in events_in(text, title=title, published="2025-02-12") if place_of(e) == "Kostiantynivka"]
    assert found
    assert {event.when for event in found} == {None}


def test_a_town_that_fell_on_a_day_fell() -> None:
    found = events_in("Kherson fell on 2 March 2022.", "capture", published="2025-08-14")
    assert "Kherson" in {place_of(event) for event in found}
