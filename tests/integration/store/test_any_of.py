"""What goes to Postgres as the text of an array arrives as it was, whatever is in it."""

from datetime import date
from uuid import UUID

import psycopg

from services.store.any_of import array_text, texts

HARD = [
    "NULL",
    "",
    '"',
    "\\",
    '\\"',
    "{,}",
    " a ",
    "\n\t\r",
    "a,b",
    "é \U0001f600",
    "\\N",
    "'",
    *map(chr, range(1, 128)),
]


def test_any_texts_are_an_array(postgres: str) -> None:
    with psycopg.connect(postgres) as database:
        for some in ([], HARD, [text * 2 for text in HARD]):
            assert database.execute("select cast(%s as text[])", (texts(some),)).fetchone() == (some,)


def test_ids_days_and_numbers_are_an_array(postgres: str) -> None:
    ids, days, numbers = [UUID(int=0), UUID(int=2**128 - 1)], [date.min, date(2024, 2, 29), date.max], [-(2**63), 7]
    with psycopg.connect(postgres) as database:
        query = "select cast(%s as uuid[]), cast(%s as date[]), cast(%s as bigint[])"
        found = database.execute(query, [array_text(ids), array_text(days), array_text(numbers)]).fetchone()
    assert found == (ids, days, numbers)
