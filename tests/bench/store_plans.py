"""What the database would do for each documented query: the statements behind a request, and the plan of each."""

import json
from collections.abc import Iterator, Mapping
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


def read_whole(connection: psycopg.Connection[Any], statement: Statement) -> list[str]:
    """Return which of the LARGE tables the plan of `statement` reads from end to end."""
    sql, parameters = statement
    row = connection.execute("explain (format json) " + sql, parameters).fetchone()  # type: ignore[arg-type]
    assert row is not None
    plan = row[0] if not isinstance(row[0], str) else json.loads(row[0])
    return sorted({n["Relation Name"] for n in _nodes(plan[0]["Plan"]) if n["Node Type"] == "Seq Scan"} & LARGE)


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
