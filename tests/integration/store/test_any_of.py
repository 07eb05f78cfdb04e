"""What goes to Postgres as an array, or as the text of one, arrives as it was, whatever is in it."""

from datetime import date
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Date, Integer, Text, create_engine, select

from services.store.any_of import FEW, array_text, table_of, texts

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


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1])
def test_rows_to_join_with_are_the_values_however_many(postgres: str, count: int) -> None:
    wanted = [(HARD[n % len(HARD)] * n, n, date.fromordinal(1 + n)) for n in range(count)]
    names, numbers, days = [row[0] for row in wanted], [row[1] for row in wanted], [row[2] for row in wanted]
    rows = table_of("given", name=(Text(), names), number=(Integer(), numbers), day=(Date(), days))
    engine = create_engine(postgres.replace("postgresql:", "postgresql+psycopg:", 1))
    with engine.connect() as database:
        found = database.execute(select(rows.c.name, rows.c.number + 1, rows.c.day).order_by(rows.c.number)).all()
    engine.dispose()
    assert found == [(name, number + 1, day) for name, number, day in wanted]
