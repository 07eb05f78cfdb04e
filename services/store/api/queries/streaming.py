"""Rows of a query as they are fetched: through a cursor of the server, so that memory does not grow with the answer.

The database bounds the time of each fetch, not that of the whole: a statement's timeout is that of one FETCH.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

FETCHED: Final = 500
"""Rows of one fetch."""


async def batches(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[Sequence[Any]]:
    """Yield the rows of `query`, up to `FETCHED` at a time, all as they are at one instant."""
    result = await connection.stream(query, execution_options={"yield_per": FETCHED})
    try:
        async for rows in result.partitions():
            yield rows
    finally:
        await result.close()


async def rows_of(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[Any]:
    """Yield the rows of `query` one by one."""
    async for rows in batches(connection, query):
        for row in rows:
            yield row
