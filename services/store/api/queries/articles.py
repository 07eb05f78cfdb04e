"""Articles in pages, and one article with its extraction and events."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, func, literal_column, null, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.contracts.messages import ExtractorVersion
from services.store.api import cursors
from services.store.api.queries import events, families
from services.store.api.queries.streaming import rows_of
from services.store.api.views import ArticleDetail, ArticleView
from services.store.tables import article, extraction

MOST_SEARCHED: Final = 100_000
"""Characters of a text, its first, in which the words of a search are shown."""
HEADLINE: Final = 'StartSel="⟪", StopSel="⟫", MaxFragments=3, MinWords=8, MaxWords=24, FragmentDelimiter=" … "'
"""Marks that news hardly has, so that they need no escaping."""


class ArticleKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
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
    """Return up to `limit` articles, the latest published (else received) first, and the cursor behind them."""
    query = _ordered(filters).limit(limit + 1)
    if cursor is not None:
        key = cursors.decode(ArticleKey, cursor)
        query = query.where(
            tuple_(article.c.sorted_at, article.c.article_id)
            < tuple_(bindparam("after_time", key.sorted_at), bindparam("after_id", key.article_id))
        )
    rows = (await connection.execute(query)).all()
    shown = rows[:limit]
    after = cursors.encode(ArticleKey(shown[-1].sorted_at, shown[-1].article_id)) if len(rows) > limit else None
    return [_view(row) for row in shown], after


async def stream(
    connection: AsyncConnection, filters: ArticleFilters, limit: int | None = None
) -> AsyncIterator[ArticleView]:
    """Yield the articles in the order of the pages."""
    async for row in rows_of(connection, _ordered(filters).limit(limit)):
        yield _view(row)


def _ordered(filters: ArticleFilters) -> Select[Any]:
    text = filters.text
    query = select(article, extraction.c.events.label("event_count"), _found(text).label("found")).join_from(
        article, extraction, extraction.c.article_id == article.c.article_id, isouter=text is None
    )
    if filters.publishers:
        query = query.where(article.c.publisher.in_(filters.publishers))
    if filters.since is not None:
        query = query.where(article.c.sorted_at >= filters.since)
    if filters.before is not None:
        query = query.where(article.c.sorted_at < filters.before)
    if text is not None:
        query = query.where(extraction.c.reading.op("@@")(events.websearch(text)))
    return query.order_by(article.c.sorted_at.desc(), article.c.article_id.desc())


def _found(text: str | None) -> ColumnElement[str | None]:
    """What the words of a search stand in. Postgres makes it for the rows of the page alone, after their order."""
    if text is None:
        return cast(null(), Text)
    start_of_text = func.left(extraction.c.cleaned_text, MOST_SEARCHED)
    return func.ts_headline(
        literal_column("'reading'::regconfig"), start_of_text, events.websearch(text), HEADLINE, type_=Text
    )


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
