"""Incidents by filters, in pages; one incident with its claims, reports and the ties that hold it together."""

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import astuple, dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.any_of import any_of, table_of
from services.store.api import cursors
from services.store.api.parameters import EventFilters
from services.store.api.queries import members
from services.store.api.queries.events import matching, oblast_names, place_keys, within
from services.store.api.queries.latest import latest
from services.store.api.queries.streaming import rows_of
from services.store.api.views import (
    FigureView,
    IncidentDetail,
    IncidentFurther,
    IncidentPlace,
    IncidentView,
)
from services.store.folding import fold
from services.store.incidents.facets import facet
from services.store.incidents.kinds import KIND_OF
from services.store.tables import event, family_member, incident, place, telling

SURE: Final = 0.9
"""Confidence from which on events have an index of it: few have as much."""


class IncidentKey(cursors.Key, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of incidents ends."""

    last_day: date
    incident_id: UUID


_NOTHING: Final = astuple(EventFilters())


@dataclass(frozen=True, slots=True)
class IncidentFilters:
    """`events` are of an event: an incident meets them with any of its own. Days, oblast and box are its own."""

    events: EventFilters
    agreements: tuple[str, ...] = ()
    min_articles: int = 1


class _Lists(msgspec.Struct, frozen=True, array_like=True):
    """What a row holds beyond single values, in one text: the codec reads it sooner than the driver does."""

    types: list[str]
    figures: list[FigureView]
    asserted_by: list[str]
    denied_by: list[str]


class _Where(msgspec.Struct, frozen=True, array_like=True):
    name: str
    kind: str | None
    country: str | None


_lists: Final = msgspec.json.Decoder(_Lists)
_where: Final = msgspec.json.Decoder(_Where)

_REPORTS: Final = (
    select(func.count(func.distinct(family_member.c.family_id)))
    .join_from(telling, family_member, family_member.c.article_id == telling.c.article_id)
    .where(telling.c.incident_id == incident.c.incident_id)
    .correlate(incident)
    .scalar_subquery()
)
"""How many families of copies tell of it."""
_LOCATED: Final = (
    select(cast(func.json_build_array(place.c.name, place.c.kind, place.c.country), Text))
    .where(place.c.place_key == incident.c.place_key)
    .correlate(incident)
    .scalar_subquery()
)
SHOWN: Final = (
    *(incident.c[name] for name in ("incident_id", "kind", "type", "modality", "place_key", "admin1", "agreement")),
    *(incident.c[name] for name in ("latitude", "longitude", "first_day", "last_day", "first_reported_at")),
    *(incident.c[name] for name in ("last_reported_at", "events", "articles", "sources")),
    cast(
        func.json_build_array(*(incident.c[name] for name in ("types", "figures", "asserted_by", "denied_by"))), Text
    ).label("lists"),
    _LOCATED.label("located"),
    case((incident.c.articles == 1, 1), else_=_REPORTS).label("reports"),
)
"""The columns of a query whose rows `view` reads."""


def view(row: Any) -> IncidentView:
    """The incident of a row that has `SHOWN`."""
    lists = _lists.decode(row.lists)
    return IncidentView(
        incident_id=str(row.incident_id),
        kind=row.kind,
        type=row.type,
        types=lists.types,
        modality=row.modality,
        place=None if row.place_key is None else _place(row),
        first_day=row.first_day,
        last_day=row.last_day,
        first_reported_at=row.first_reported_at,
        last_reported_at=row.last_reported_at,
        agreement=row.agreement,
        asserted_by=lists.asserted_by,
        denied_by=lists.denied_by,
        figures=lists.figures,
        event_count=row.events,
        article_count=row.articles,
        report_count=row.reports,
        source_count=row.sources,
    )


def _place(row: Any) -> IncidentPlace:
    where = _Where(row.place_key, None, None) if row.located is None else _where.decode(row.located)
    return IncidentPlace(
        id=row.place_key,
        name=where.name,
        kind=where.kind,
        admin1=row.admin1,
        country=where.country,
        latitude=row.latitude,
        longitude=row.longitude,
    )


async def page(
    connection: AsyncConnection, filters: IncidentFilters, limit: int, cursor: str | None
) -> tuple[list[IncidentView], str | None]:
    """Return up to `limit` incidents, the latest day first, and the cursor behind them, None at the end."""
    conditions = await _conditions(connection, filters)
    if conditions is None:
        return [], None
    if cursor is not None:
        key = cursors.decode(IncidentKey, cursor)
        conditions.append(
            tuple_(incident.c.last_day, incident.c.incident_id)
            < tuple_(bindparam("after_day", key.last_day), bindparam("after_id", key.incident_id))
        )
    rows = (await connection.execute(_ordered(conditions, filters, limit + 1))).all()
    shown, after = cursors.cut(rows, limit, lambda row: IncidentKey(row.last_day, row.incident_id))
    return [view(row) for row in shown], after


async def stream(
    connection: AsyncConnection, filters: IncidentFilters, limit: int | None = None
) -> AsyncIterator[IncidentView]:
    """Yield the incidents in the order of the pages."""
    conditions = await _conditions(connection, filters)
    if conditions is not None:
        async for row in rows_of(connection, _ordered(conditions, filters, limit)):
            yield view(row)


def _ordered(conditions: Iterable[ColumnElement[bool]], filters: IncidentFilters, limit: int | None) -> Select[Any]:
    return latest(incident.c.incident_id, SHOWN, conditions, filters.events, limit)


async def one(connection: AsyncConnection, incident_id: UUID, limit: int) -> IncidentDetail | None:
    """The incident, by its id or that of any of its events: the id that it had before it grew still finds it.

    `limit` is of each of its lists; `further` names the addresses of what they leave off.
    """
    if (own := await members.incident_of(connection, incident_id)) is None:
        return None
    row = (await connection.execute(select(*SHOWN).where(incident.c.incident_id == own))).one_or_none()
    if row is None:
        return None
    statements, more_statements = await members.statements(connection, own, limit)
    reports, more_reports = await members.reports(connection, own, limit)
    events, ties, more_events = await members.events(connection, own, limit)

    def address(of: str, cursor: str | None) -> str | None:
        return None if cursor is None else f"/incidents/{own}/{of}?{urlencode({'limit': limit, 'cursor': cursor})}"

    return IncidentDetail(
        **msgspec.structs.asdict(view(row)),
        statements=statements,
        reports=reports,
        events=events,
        ties=ties,
        further=IncidentFurther(
            statements=address("statements", more_statements),
            reports=address("reports", more_reports),
            events=address("events", more_events),
        ),
    )


async def _conditions(connection: AsyncConnection, filters: IncidentFilters) -> list[ColumnElement[bool]] | None:
    """The WHERE of `filters`; None where nothing can match. What an incident's own columns tell is asked of them, so
    that an index gives the order; the rest of one of its events."""
    asked = filters.events
    found: list[ColumnElement[bool]] = []
    if asked.types:
        kinds = sorted({KIND_OF[t].name for t in asked.types})
        found.append(incident.c.kind == kinds[0] if len(kinds) == 1 else incident.c.kind.in_(kinds))
        found.append(incident.c.types.op("&&")(bindparam("types", list(asked.types), ARRAY(Text))))
    if asked.places:
        located = await _locales(connection, await place_keys(connection, asked.places))
        if not located:
            return None
        found.append(_among(incident.c.locale, sorted(set(located.values()))))
        if located.keys() == set(located.values()):
            # What is in a part of a town is in the town: only where parts are asked for do the events have to tell.
            asked = replace(asked, places=())
    if asked.oblasts:
        names = await _oblasts(connection, asked.oblasts)
        if not names:
            return None
        found.append(_among(func.lower(incident.c.admin1), names))
    if asked.since is not None:
        found.append(incident.c.last_day >= asked.since)
    if asked.until is not None:
        found.append(incident.c.first_day <= asked.until)
    if asked.box is not None:
        found.append(or_(*(within(b, incident.c.latitude, incident.c.longitude) for b in asked.box.halves())))
    # What one of its events meets, the incident's span of reports meets: that spares most of them the look at events.
    if asked.published_since is not None:
        found.append(incident.c.last_reported_at >= asked.published_since)
    if asked.published_before is not None:
        found.append(incident.c.first_reported_at < asked.published_before)
    if filters.agreements:
        found.append(incident.c.agreement.in_(filters.agreements))
    if filters.min_articles > 1:
        found.append(incident.c.articles >= filters.min_articles)
    # A type and a place together are of one event, as are all that only an event knows.
    left = replace(asked, oblasts=(), since=None, until=None, box=None)
    asking = sum(value != default for value, default in zip(astuple(left), _NOTHING, strict=True))
    found += _with_facets(left)
    if asking == 0 or (asking == 1 and not (left.places or left.text or left.articles or left.min_confidence)):
        return found
    of_event = await matching(connection, left)
    if of_event is None:
        return None
    own = (telling.c.incident_id == incident.c.incident_id, event.c.event_id == telling.c.event_id, *of_event)
    if left.text or left.articles or (left.min_confidence or 0) >= SURE:
        # Few events may be so: the planner chooses whether to begin with those or with the latest incidents.
        found.append(exists().where(*own).correlate(incident))
    else:
        # Most incidents that have the facets have such an event, too. EXISTS would let the planner gather all of them.
        one = select(literal(True)).where(*own).limit(1).correlate(incident).scalar_subquery().is_not(None)
        found.append(or_(incident.c.events == 1, one) if _told_by_facets(left) else one)
    return found


def _with_facets(asked: EventFilters) -> list[ColumnElement[bool]]:
    """What an incident has that has an event with what is asked for."""
    given = (
        [facet("modality", value) for value in asked.modalities],
        [facet("actor_side", value) for value in asked.actor_sides],
        [facet("source_side", value) for value in asked.source_sides],
        [facet("stance", value) for value in asked.stances],
        [facet("source", value) for value in asked.sources]
        + [facet("source_name", folded) for value in asked.sources if (folded := fold(value))],
    )
    return [incident.c.facets.op("&&")(bindparam(None, values, ARRAY(Text), unique=True)) for values in given if values]


def _told_by_facets(asked: EventFilters) -> bool:
    """Whether an incident of one event meets `asked`, without words and articles, as soon as its own columns and facets
    do: where the claim is to meet two things, they may be of two claims, and some things are no facets."""
    of_claim = sum(map(bool, (asked.sources, asked.source_sides, asked.stances)))
    return of_claim < 2 and not (asked.places or asked.min_confidence)


async def _locales(connection: AsyncConnection, keys: Collection[str]) -> dict[str, str]:
    """The locale of each place: the settlement that it is a part of, or itself."""
    query = select(place.c.place_key, func.coalesce(place.c.within, place.c.place_key).label("locale")).where(
        any_of(place.c.place_key, keys)
    )
    return {row.place_key: row.locale for row in await connection.execute(query)}


async def _oblasts(connection: AsyncConnection, names: Collection[str]) -> list[str]:
    """Those of the names, with and without the word, that any incident has: an index gives the order of one alone."""
    given = table_of("given", name=(Text(), oblast_names(names)))
    query = select(given.c.name).where(exists().where(func.lower(incident.c.admin1) == given.c.name))
    return sorted((await connection.scalars(query)).all())


def _among(column: ColumnElement[Any], values: list[str]) -> ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)
