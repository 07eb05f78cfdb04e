"""Articles by words, the latest first: looked for among the latest ones, and farther back where those fill no page.

An index finds words in no order: to know the latest of all articles that have them, each would have to be read. So the
latest `FIRST` articles are looked at. How many of them have the words tells how far back a page of them reaches, about;
where that is too near, all that is left to ask are words that few articles have. No step reads many.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.tables import article, extraction

FIRST: Final = 500
"""Articles that are looked at one by one."""
AMPLE: Final = 2
"""How much farther back than the first articles suggest."""

OF_BOTH: Final = ("article_id", "revision", "received_at", "published_as", "title", "url", "publisher", "source")
_READ: Final = [extraction.c[name] for name in (*OF_BOTH, "events", "cleaned_text")]
_SENT: Final = [article.c[name] for name in (*OF_BOTH, "language")]

Columns = Callable[[Any, Any], Sequence[ColumnElement[Any]]]
"""What to select, of these columns of an extraction and of its article, whose row may be missing yet."""


async def latest(
    connection: AsyncConnection,
    words: ColumnElement[bool],
    conditions: Sequence[ColumnElement[bool]],
    columns: Columns,
    *,
    table: Table,
    limit: int,
) -> Sequence[Any]:
    """Return up to `limit` rows of `found`; all of them come of one statement, and so are of one instant."""
    size = max(FIRST, limit)
    recent = _keys(table, conditions).order_by(*_order(table)).limit(size).cte("recent")
    counted = select(func.count()).select_from(recent).scalar_subquery()
    one = select(true().label("has")).where(extraction.c.article_id == recent.c.article_id, words).limit(1).lateral()
    query = _shown(select(recent).join(one, true()), columns, limit, counted.label("looked_at"))
    rows: Sequence[Any] = (await connection.execute(query)).all()
    if len(rows) == limit or (rows and rows[0].looked_at < size):
        return rows
    since = await _behind(connection, table, conditions, size * limit * AMPLE // max(len(rows), 1))
    if since is not None:
        near = [*conditions, table.c.sorted_at >= since]
        rows = (await connection.execute(found(words, near, columns, table=table, limit=limit))).all()
        if len(rows) == limit:
            return rows
    rows = (await connection.execute(found(words, conditions, columns, table=table, limit=limit))).all()
    return rows


def found(
    words: ColumnElement[bool],
    conditions: Sequence[ColumnElement[bool]],
    columns: Columns,
    *,
    table: Table,
    limit: int | None,
) -> Select[Any]:
    """Select `columns` of up to `limit` articles with `words`, the latest first.

    What has the words is gathered before it is put in order. Else the planner, which does not know how seldom a seldom
    word is, goes through all articles from the latest on until it has a page.

    Args:
        words: a condition on the extraction.
        conditions: what else has to hold, of `table`.
        columns: `sorted_at` of `table` comes beside them.
        table: `article` or `extraction`: which of the two gives the order.
    """
    having = _keys(table, conditions).where(words)
    if table is article:
        having = having.join_from(article, extraction, extraction.c.article_id == article.c.article_id)
    return _shown(select(having.cte("having_words").prefix_with("materialized")), columns, limit)


def _keys(table: Table, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(table.c.article_id, table.c.sorted_at).where(*conditions)


def _order(table: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return table.c.sorted_at.desc(), table.c.article_id.desc()


def _shown(having: Select[Any], columns: Columns, limit: int | None, *more: ColumnElement[Any]) -> Select[Any]:
    """The first `limit` of the articles in `having`, each looked up by its key."""
    keys = having.subquery()
    top = select(keys.c.article_id, keys.c.sorted_at).order_by(*_order(keys)).limit(limit).subquery("top")
    read = select(*_READ).where(extraction.c.article_id == top.c.article_id).limit(1).lateral("read")
    sent = select(*_SENT).where(article.c.article_id == top.c.article_id).limit(1).lateral("sent")
    return (
        select(*columns(read.c, sent.c), top.c.sorted_at, *more)
        .select_from(top.join(read, true()).outerjoin(sent, true()))
        .order_by(*_order(top))
    )


async def _behind(
    connection: AsyncConnection, table: Table, conditions: Sequence[ColumnElement[bool]], size: int
) -> Any:
    """The time of the article behind the latest `size`; None where there are no more."""
    query = select(table.c.sorted_at).where(*conditions).order_by(*_order(table)).offset(size).limit(1)
    return await connection.scalar(query)
