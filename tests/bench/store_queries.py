"""The queries that the API documents, each with values that are in the tables: every list with each of its filters
alone and each two of them together, and every single thing by its id.

The routes and their parameters are those of the OpenAPI document, so that a new filter is tried as soon as it is there.
Where its schema does not say what it takes, `_VALUES` has to.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final
from urllib.parse import quote, urlencode

import psycopg

from services.store.database import search_path

PAGING: Final = frozenset({"limit", "cursor"})
NEEDS: Final = {"radius": "near"}
"""Filters that mean something only beside another."""
Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the API, with the values of each filter, the most frequent first.

    `name` is the path as it is documented, `path` the same with ids filled in.
    """

    name: str
    path: str
    filters: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """One request; `name` says which filters it has, of which frequency."""

    route: str
    name: str
    address: str


_VALUES: Final = {
    # How often each is told of falls from left to right.
    "place": "select place_key from place where events > 0 order by events desc, place_key",
    "article_id": "select article_id from event group by article_id order by count(*) desc, article_id",
    "publisher": "select publisher from article group by publisher order by count(*) desc, publisher",
    "source": "select source_id from claim where source_id is not null group by source_id order by count(*) desc, 1",
    "oblast": "select admin1 from event where admin1 is not null group by admin1 order by count(*) desc, admin1",
    "event_id": "select event_id from event order by event_id",
    "incident_id": "select incident_id from incident order by articles desc, incident_id",
    "source_id": "select source_key from source order by claims desc, source_key",
    "place_id": "select place_key from place where events > 0 order by events desc, place_key",
    "type": "select type from event group by type order by count(*) desc, type",
    "modality": "select modality from event group by modality order by count(*) desc, modality",
    "stance": "select stance from claim group by stance order by count(*) desc, stance",
    "actor_side": "select actor_side from event where actor_side is not null group by 1 order by count(*) desc, 1",
    "source_side": "select source_side from claim where source_side is not null group by 1 order by count(*) desc, 1",
    "side": "select side from source where side is not null group by 1 order by count(*) desc, 1",
    "kind": "select kind from source where kind <> 'narrator' group by kind order by count(*) desc, kind",
    "q": "select substr(folded, 1, 4) from place where length(folded) > 6 order by events desc, place_key",
}
_FIXED: Final[Values] = {
    # What one article in ten has is left out: of few articles the planner then reads all, of many it does not.
    "text": ["strike", '"near the bridge" hospital', "hospital church depot", "lighthouse"],
    "bbox": ["36.5,47.5,38.5,49.0", "37.60,48.10,37.62,48.12"],
    "since": ["2022-03-01", "2023-01-15"],
    "until": ["2023-01-15", "2022-03-01"],
    "published_since": ["2022-03-01", "2023-01-15"],
    "published_until": ["2023-01-15", "2022-03-01"],
    "near": ["48.0,37.8", "46.6,33.2"],
    "radius": ["30", "5"],
    "at": ["2023-01-15", "2022-03-01"],
    "min_confidence": ["0.5", "0.9", "0.999"],
    "min_articles": ["2", "5"],
}


def values(address: str) -> dict[str, list[str]]:
    """Return for each parameter up to three values that the database has: a frequent, a middling and a rare one."""
    found = dict(_FIXED)
    with psycopg.connect(address, options=search_path()) as connection:
        for name, query in _VALUES.items():
            rows = [str(row[0]) for row in connection.execute(query)]  # type: ignore[call-overload]
            found[name] = list(dict.fromkeys((rows[0], rows[min(len(rows) // 20 + 1, len(rows) - 1)], rows[-1])))
    return found


def routes(document: Mapping[str, Any], found: Values) -> list[Route]:
    """Return the routes of an OpenAPI document that answer GET by JSON, in its order; paths have their ids filled in.

    Raises LookupError for a parameter that neither its schema nor this module has a value for.
    """
    made = []
    for path, item in document["paths"].items():
        if "get" not in item or "application/json" not in item["get"]["responses"]["200"].get("content", {}):
            continue
        filters = {}
        filled = path
        for parameter in item["get"].get("parameters", ()):
            name = parameter["name"]
            if parameter["in"] == "path":
                filled = filled.replace("{" + name + "}", quote(_known(name, parameter, path, found)[0], safe="/:"))
            elif parameter["in"] == "query" and name not in PAGING:
                filters[name] = _known(name, parameter, path, found)
        made.append(Route(path, filled, filters))
    return made


def queries(route: Route) -> Iterator[Query]:
    """Yield the route without filters, each filter alone with each of its values, and each two with their first."""
    yield Query(route.name, "none", route.path)
    for name, some in route.filters.items():
        for number, value in enumerate(some):
            label = f"{name} ({('frequent', 'middling', 'rare', 'absent')[number]})" if len(some) > 1 else name
            yield Query(route.name, label, f"{route.path}?{urlencode(_beside(route, {name: value}))}")
    for one, other in combinations(route.filters, 2):
        some = _beside(route, {one: route.filters[one][0], other: route.filters[other][0]})
        if _ordered(some):
            yield Query(route.name, f"{one}+{other}", f"{route.path}?{urlencode(some)}")


def _beside(route: Route, some: dict[str, str]) -> dict[str, str]:
    """`some` with the filters that they need."""
    return {NEEDS[n]: route.filters[NEEDS[n]][0] for n in some if n in NEEDS and NEEDS[n] not in some} | some


def _ordered(some: Mapping[str, str]) -> bool:
    """Whether a range that is given from both ends is one."""
    ranges = (("since", "until"), ("published_since", "published_until"))
    return all(some.get(first, "") <= some.get(last, "9") for first, last in ranges)


def _known(name: str, parameter: Mapping[str, Any], path: str, found: Values) -> list[str]:
    if name in found:
        return list(found[name])
    for schema in _alternatives(parameter["schema"]):
        if "enum" in schema:
            return [str(schema["enum"][0])]
        if schema.get("type") == "boolean":
            return ["true", "false"]
        if schema.get("type") in ("integer", "number"):
            return [str(schema.get("minimum", 1))]
    raise LookupError(f"{path}: tests/bench/store_queries.py has no value for the parameter {name!r}")


def _alternatives(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for one in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from _alternatives(one)
    if "items" in schema:
        yield from _alternatives(schema["items"])
