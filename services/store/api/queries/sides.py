"""What speaks for each side's holding a place since its standing began: who says so, who denies it, which events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.api.views import SideView, Speaker
from services.store.control.evidence import AFFIRMING, SIDES, Window, read
from services.store.control.gather import asking, evidence, evidence_query, words
from services.store.tables import event

MOST_NAMED: Final = 50
"""Events that a view names."""


async def views(connection: AsyncConnection, windows: Mapping[str, Window], most: int) -> dict[str, list[SideView]]:
    """Return for each place, by its key, the views of the sides that something speaks for, within its window of days.

    Args:
        most: events of each place, the latest ones, that they are made from.
    """
    if not windows:
        return {}
    asked = asking(windows)
    latest = (event.c.last_day.desc(), event.c.event_id.desc())
    told = (
        evidence_query(named=True)
        .where(event.c.place_key == asked.c.place_key, event.c.last_day.between(asked.c.first, asked.c.last))
        .order_by(*latest)
        .limit(most)
        .lateral("told")
    )
    query = select(told).select_from(asked).join(told, true())
    speaking: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in await connection.execute(query.order_by(told.c.last_day.desc(), told.c.event_id.desc())):
        if (reading := read(evidence(row))) is not None:
            speaking[row.place_key, reading.holder].append((reading, words(row)))
    return {key: [_side(side, speaking[key, side]) for side in SIDES if (key, side) in speaking] for key in windows}


def _side(side: str, found: Sequence[Any]) -> SideView:
    said = [word for _, told in found for word in told]
    return SideView(
        side=side,
        said_by=_speakers(word for word in said if word[1] in AFFIRMING),
        denied_by=_speakers(word for word in said if word[1] == "denies"),
        share=next((reading.share for reading, _ in found if reading.share is not None), None),
        publishers=len({reading.origin for reading, _ in found if reading.affirmed}),
        voices=len({reading.voice for reading, _ in found if reading.affirmed}),
        first_day=found[-1][0].day,
        last_day=found[0][0].day,
        event_ids=[reading.event_id for reading, _ in found[:MOST_NAMED]],
    )


def _speakers(words: Iterable[Sequence[Any]]) -> list[Speaker]:
    found = {(name, source_id, side) for side, _, _, name, source_id in words}
    return [
        Speaker(name=name, id=source_id, side=side)
        for name, source_id, side in sorted(found, key=lambda speaker: tuple(part or "" for part in speaker))
    ]
