"""The family of an article: the copies of the report that it carries."""

from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api.views import CopyView
from services.store.tables import article, article_copy, extraction, family_member

MOST_SHOWN = 200


async def of_article(connection: AsyncConnection, article_id: UUID) -> tuple[str | None, list[CopyView]]:
    """Return the article's family, None before it is extracted, and its other members, the earliest first."""
    family = await connection.scalar(select(family_member.c.family_id).where(family_member.c.article_id == article_id))
    if family is None:
        return None, []
    query = (
        select(
            family_member.c.article_id,
            article_copy.c.containment,
            func.coalesce(article.c.title, extraction.c.title).label("title"),
            func.coalesce(article.c.publisher, extraction.c.publisher).label("publisher"),
            func.coalesce(article.c.published_as, extraction.c.published_as).label("published_as"),
            func.coalesce(article.c.url, extraction.c.url).label("url"),
        )
        .join_from(family_member, extraction, extraction.c.article_id == family_member.c.article_id)
        .join(article, article.c.article_id == family_member.c.article_id, isouter=True)
        .join(
            article_copy,
            and_(article_copy.c.article_id == article_id, article_copy.c.copy_id == family_member.c.article_id),
            isouter=True,
        )
        .where(family_member.c.family_id == family, family_member.c.article_id != article_id)
        .order_by("published_as", family_member.c.article_id)
        .limit(MOST_SHOWN)
    )
    return str(family), [
        CopyView(
            article_id=str(row.article_id),
            title=row.title,
            publisher=row.publisher,
            published_at=row.published_as,
            url=row.url,
            containment=row.containment,
        )
        for row in await connection.execute(query)
    ]
