"""Articles in pages, and one article with its extraction and events."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, Table, Text, bindparam, cast, func, literal_column, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import ExtractorVersion
from services.store.any_of import any_of
from services.store.api import cursors
from services.store.api.queries import events, families, searching
from services.store.api.queries.streaming import rows_of
from services.store.api.views import ArticleDetail, ArticleView
from services.store.tables import article, extraction

MOST_SEARCHED: Final = 100_000
"""Characters of a text, its first, in which the words of a search are shown."""
HEADLINE: Final = 'StartSel="⟪", StopSel="⟫", MaxFragments=3, MinWords=8, MaxWords=24, FragmentDelimiter=" … "'
"""Marks that news hardly has, so that they need no escaping."""


class ArticleKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of articles ends."""

    sorted_at: datetime
    article_id: UUID


@dataclass(frozen=True, slots=True)
class ArticleFilters:
    """Which articles: by publisher, time of publication (else of receipt), and words."""

    publishers: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None
    text: str | None = None


async def page(
    connection: AsyncConnection, filters: ArticleFilters, limit: int, cursor: str | None
) -> tuple[list[ArticleView], str | None]:
    """Return up to `limit` articles, the latest published (else received) first, and the cursor behind them.

    A search goes by what was read last, and by the time that this had; by the publisher as well, by the article's.
    """
    key = None if cursor is None else cursors.decode(ArticleKey, cursor)
    if filters.text is None:
        rows = (await connection.execute(_ordered(filters, key).limit(limit + 1))).all()
    else:
        rows = await searching.latest(connection, **_search(filters, key), limit=limit + 1)
    shown, after = cursors.cut(rows, limit, lambda row: ArticleKey(row.sorted_at, row.article_id))
    return [_view(row) for row in shown], after


async def stream(
    connection: AsyncConnection, filters: ArticleFilters, limit: int | None = None
) -> AsyncIterator[ArticleView]:
    """Yield the articles in the order of the pages."""
    if filters.text is None:
        query = _ordered(filters, None).limit(limit)
    else:
        query = searching.found(**_search(filters, None), limit=limit)
    async for row in rows_of(connection, query):
        yield _view(row)


def _ordered(filters: ArticleFilters, after: ArticleKey | None) -> Select[Any]:
    return (
        select(article, extraction.c.events.label("event_count"), cast(null(), Text).label("found"))
        .join_from(article, extraction, extraction.c.article_id == article.c.article_id, isouter=True)
        .where(*_conditions(filters, after, article))
        .order_by(article.c.sorted_at.desc(), article.c.article_id.desc())
    )


def _conditions(filters: ArticleFilters, after: ArticleKey | None, table: Table) -> list[ColumnElement[bool]]:
    """The WHERE of `filters` without the words, behind `after`, by the columns of `table`."""
    found: list[ColumnElement[bool]] = []
    if filters.publishers:
        found.append(any_of(table.c.publisher, filters.publishers))
    if filters.since is not None:
        found.append(table.c.sorted_at >= filters.since)
    if filters.before is not None:
        found.append(table.c.sorted_at < filters.before)
    if after is not None:
        found.append(
            tuple_(table.c.sorted_at, table.c.article_id)
            < tuple_(bindparam("after_time", after.sorted_at), bindparam("after_id", after.article_id))
        )
    return found


def _search(filters: ArticleFilters, after: ArticleKey | None) -> dict[str, Any]:
    """What `searching` is asked for. The order is that of extractions; the index of publishers has that of articles."""
    text = filters.text or ""
    table = article if filters.publishers else extraction

    def columns(read: Any, sent: Any) -> Sequence[ColumnElement[Any]]:
        of_both = (func.coalesce(sent[name], read[name]).label(name) for name in searching.OF_BOTH)
        return (*of_both, sent.language, read.events.label("event_count"), _found(text, read.cleaned_text))

    return {
        "words": extraction.c.reading.op("@@")(events.websearch(text)),
        "conditions": _conditions(filters, after, table),
        "columns": columns,
        "table": table,
    }


def _found(text: str, cleaned_text: ColumnElement[str]) -> ColumnElement[str]:
    """What the words of a search stand in."""
    start_of_text = func.left(cleaned_text, MOST_SEARCHED)
    return func.ts_headline(
        literal_column("'reading'::regconfig"), start_of_text, events.websearch(text), HEADLINE, type_=Text
    ).label("found")


def _view(row: Any) -> ArticleView:
    return ArticleView(**_metadata(row), event_count=row.event_count, found=row.found)


async def one(connection: AsyncConnection, article_id: UUID) -> ArticleDetail | None:
    """The article with what was found in it; before its own record is applied, with what the extraction tells of it."""
    row = (await connection.execute(select(article).where(article.c.article_id == article_id))).one_or_none()
    columns = [c for c in extraction.c if c.name != "reading"]
    found = (await connection.execute(select(*columns).where(extraction.c.article_id == article_id))).one_or_none()
    if row is None and found is None:
        return None
    metadata = _metadata(row) if row is not None else _metadata(found) | {"language": None}
    family_id, copies = await families.of_article(connection, article_id)
    return ArticleDetail(
        **metadata,
        event_count=found.events if found else None,
        extra=row.extra if row is not None else None,
        trace_id=row.trace_id if row is not None else found.trace_id if found is not None else None,
        extracted_revision=found.revision if found else None,
        extracted_at=found.applied_at if found else None,
        extractor=msgspec.convert(found.extractor, ExtractorVersion) if found else None,
        cleaned_title=found.cleaned_title if found else None,
        cleaned_text=found.cleaned_text if found else None,
        cleaned_language=found.language if found else None,
        dateline=found.dateline if found else None,
        byline=found.byline if found else None,
        offsets=[(a, b) for a, b in found.offsets] if found else [],
        notes=list(found.notes) if found else [],
        events=await events.of_article(connection, article_id),
        family_id=family_id,
        copies=copies,
    )


async def count(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(article)) or 0


def _metadata(row: Any) -> dict[str, Any]:
    return {
        "article_id": str(row.article_id),
        "revision": row.revision,
        "received_at": row.received_at,
        "published_at": row.published_as,
        "title": row.title,
        "url": row.url,
        "publisher": row.publisher,
        "language": row.language,
        "source": row.source,
    }
