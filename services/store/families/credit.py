"""Credits the copies of one report to one publisher: whoever carried it first. Follows `keep`, under the same lock.

The copy of the earliest day counts as the first; of those of one day, which seldom tell their hours apart, the one
whose publisher's name comes first in the alphabet. So it is the same one for any order of arrival, and outlets that
repeat each other day by day are one voice and not each of them now and then.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of
from services.store.tables import extraction, family_member, fingerprint


async def credit(connection: AsyncConnection, families: Collection[UUID]) -> dict[UUID, str | None]:
    """Write to whom each of `families` is credited; return what each article of which that has changed now has."""
    if not families:
        return {}
    own = extraction.alias("own")
    publisher = extraction.c.publisher.collate("C")
    first = (
        select(family_member.c.family_id, _origin(extraction).label("origin"))
        .join_from(family_member, fingerprint, fingerprint.c.article_id == family_member.c.article_id)
        .join(extraction, extraction.c.article_id == family_member.c.article_id)
        .where(any_of(family_member.c.family_id, families))
        .order_by(
            family_member.c.family_id, fingerprint.c.day, publisher.asc().nulls_last(), family_member.c.article_id
        )
        .distinct(family_member.c.family_id)
        .subquery("first")
    )
    voice = func.nullif(first.c.origin, _origin(own))
    changed = await connection.execute(
        update(family_member)
        .where(
            family_member.c.family_id == first.c.family_id,
            own.c.article_id == family_member.c.article_id,
            family_member.c.voice.is_distinct_from(voice),
        )
        .values(voice=voice)
        .returning(family_member.c.article_id, family_member.c.voice)
    )
    return {row.article_id: row.voice for row in changed}


def _origin(table: FromClause) -> ColumnElement[str]:
    """What tells publishers apart: as `control.gather.origin` does for events."""
    return func.coalesce(table.c.publisher, cast(table.c.article_id, Text))
