"""What the database would do for each documented query: the statements behind a request, and the plan of each."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

LARGE: Final = frozenset({"event", "article", "extraction", "claim"})
"""Tables that grow with every article: none of them may be read whole for an answer."""

Statement = tuple[str, Any]


@contextmanager
def statements(engine: AsyncEngine) -> Iterator[list[Statement]]:
    """Collect what is executed, with its parameters, while the block runs."""
    seen: list[Statement] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        seen.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


def read_whole(connection: psycopg.Connection[Any], executed: Iterable[Statement]) -> list[str]:
    """Return which of the LARGE tables the plans of the statements of one request read from end to end.

    What the request sets for itself (`set local`) holds for its own statements alone.
    """
    found: set[str] = set()
    with connection.transaction(force_rollback=True):
        for sql, parameters in executed:
            if sql.startswith("set local "):
                connection.execute(sql)  # type: ignore[call-overload]
                continue
            row = connection.execute("explain (format json) " + sql, parameters).fetchone()  # type: ignore[call-overload]
            scanned = {n["Relation Name"] for n in _nodes(row[0][0]["Plan"]) if n["Node Type"] == "Seq Scan"}
            found |= scanned & LARGE
    return sorted(found)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
