"""The tables that the benchmarks fill by COPY are those that the projector makes of the same messages."""

from datetime import date

from tests.bench.generator import messages
from tests.bench.store_loading import load
from tests.integration.store.conftest import Store


async def test_loading_gives_the_rows_of_the_projector(store: Store) -> None:
    some = list(messages(400, seed=3, last=date(2022, 3, 8)))
    await store.project(*(message for pair in some for message in pair))
    expected = await store.contents()
    assert expected["tie"]
    assert expected["article_copy"]
    await store.forget()
    await load(store.engine, some)
    found = await store.contents()
    # Where the log put a record is no matter of the rows' content.
    for table in ("article", "extraction"):
        del expected[table], found[table]
    for table, rows in expected.items():
        assert found[table] == rows, table


async def test_the_same_seed_gives_the_same_messages() -> None:
    assert list(messages(200, seed=5)) == list(messages(200, seed=5))
    assert list(messages(200, seed=5)) != list(messages(200, seed=6))
