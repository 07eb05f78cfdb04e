"""The tellings of one incident -> what it comes to (pure): one row, and one statement for each source.

Each function is one of the set of tellings: the order in which they came changes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.contracts.taxonomy import MODALITIES
from services.store.incidents.traits import Figure, Telling, Voice
from services.store.projections.rows import Row


class IncidentRow(Row, frozen=True):
    """What several reports tell of one thing, summed up."""

    incident_id: UUID
    kind: str
    type: str
    types: list[str]
    modality: str
    locale: str | None
    place_key: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    first_day: date
    last_day: date
    first_reported_at: datetime | None
    last_reported_at: datetime | None
    agreement: str
    """`single`: one named source says so; `agreed`: several do and none denies it; `contradicted`: some deny it;
    `unattributed`: no source is named but the articles."""
    events: int
    articles: int
    sources: int
    figures: Any
    asserted_by: list[str]
    denied_by: list[str]
    facets: list[str]


class StatementRow(Row, frozen=True, array_like=True):
    """What one source says of an incident: in how many claims it asserts, denies, leaves open."""

    incident_id: UUID
    source_key: str
    source_id: str | None
    name: str
    side: str | None
    kind: str | None
    outlet: bool
    asserts: int
    denies: int
    undecided: int
    first_day: date
    last_day: date
    confirmed: bool
    denied: bool


def summary(tellings: Collection[Telling]) -> tuple[IncidentRow, list[StatementRow]]:
    """Return the incident that `tellings` (at least one) make up, and what each source says of it."""
    ordered = sorted(tellings, key=lambda t: t.event_id)
    lead = _lead(ordered)
    first_day, last_day = _days(ordered)
    reported = sorted(t.published_at for t in ordered if t.published_at is not None)
    modality = _modality(ordered)
    statements = _statements(UUID(ordered[0].event_id), ordered, modality)
    types = {t.type for t in ordered}
    named = sorted((s for s in statements if not s.outlet), key=lambda s: (s.first_day, s.source_key))
    row = IncidentRow(
        incident_id=UUID(ordered[0].event_id),
        kind=lead.kind.name,
        type=lead.type,
        types=[t for t in lead.kind.types if t in types],
        modality=modality,
        locale=lead.locale,
        place_key=lead.place_key,
        admin1=next((t.admin1 for t in (lead, *ordered) if t.admin1), None),
        latitude=lead.latitude,
        longitude=lead.longitude,
        first_day=first_day,
        last_day=last_day,
        first_reported_at=reported[0] if reported else None,
        last_reported_at=reported[-1] if reported else None,
        agreement=_agreement(statements),
        events=len(ordered),
        articles=len({t.article_id for t in ordered}),
        sources=len(named),
        figures=_figures(ordered),
        asserted_by=[s.name for s in named if s.asserts],
        denied_by=[s.name for s in named if s.denies],
        facets=sorted({f for t in ordered for f in t.facets}),
    )
    return row, statements


def _lead(ordered: Sequence[Telling]) -> Telling:
    """The telling that names the incident: the first of its kind's types; of these the one whose place most name."""
    if len(ordered) == 1:
        return ordered[0]
    types = ordered[0].kind.types
    first = min(ordered, key=lambda t: types.index(t.type)).type
    places = Counter(t.place_key or "" for t in ordered)
    return min(
        (t for t in ordered if t.type == first),
        key=lambda t: (-places[t.place_key or ""], t.place_key or "", t.event_id),
    )


def _modality(ordered: Sequence[Telling]) -> str:
    """`actual` as soon as one telling says so: the negated ones then deny it."""
    told = {t.modality for t in ordered}
    if len(told) == 1:
        return told.pop()
    return next(modality for modality in ("actual", "negated", *MODALITIES) if modality in told)


def _days(ordered: Sequence[Telling]) -> tuple[date, date]:
    """The days that the dated tellings give, from the first to the last; without any, those of publication."""
    counting = [t for t in ordered if t.dated] or list(ordered)
    return min(t.first_day for t in counting), max(t.last_day for t in counting)


def _statements(incident: UUID, ordered: Sequence[Telling], modality: str) -> list[StatementRow]:
    said: dict[str, list[tuple[Voice, str, date]]] = {}
    for told in ordered:
        against = modality == "actual" and told.modality == "negated"
        for voice in told.voices:
            said.setdefault(voice.key, []).append(
                (voice, _against(voice.says) if against else voice.says, told.last_day)
            )
    counts = {key: Counter(says for _, says, _ in words) for key, words in said.items()}
    named = {key for key, words in said.items() if not words[0][0].outlet}
    asserting = {key for key in named if counts[key]["asserts"]}
    denying = {key for key in named if counts[key]["denies"]}
    rows = []
    for key in sorted(said):
        voice, count, days = _most(v for v, _, _ in said[key]), counts[key], [day for _, _, day in said[key]]
        agreeing, opposing = (asserting, denying) if count["asserts"] >= count["denies"] else (denying, asserting)
        takes_part = count["asserts"] + count["denies"] > 0
        rows.append(
            StatementRow(
                incident_id=incident,
                source_key=key,
                source_id=voice.source_id,
                name=voice.name,
                side=voice.side,
                kind=voice.kind,
                outlet=voice.outlet,
                asserts=count["asserts"],
                denies=count["denies"],
                undecided=count["undecided"],
                first_day=min(days),
                last_day=max(days),
                confirmed=takes_part and bool(agreeing - {key}),
                denied=takes_part and bool(opposing - {key}),
            )
        )
    return rows


def _against(says: str) -> str:
    """Who asserts that it did not happen denies it."""
    return {"asserts": "denies", "denies": "asserts"}.get(says, says)


def _most(voices: Iterable[Voice]) -> Voice:
    """The most frequent reading of a source, so that one odd name does not stand for it."""
    counts = Counter(voices)
    if len(counts) == 1:
        return next(iter(counts))
    return min(counts, key=lambda v: (-counts[v], v.name, v.side or "", v.kind or ""))


def _agreement(statements: Sequence[StatementRow]) -> str:
    named = [s for s in statements if not s.outlet]
    asserting = {s.source_key for s in named if s.asserts}
    denying = {s.source_key for s in named if s.denies}
    denied_by_outlet = any(s.denies for s in statements)
    if (asserting and denying) or (asserting and denied_by_outlet) or (denying and any(s.asserts for s in statements)):
        return "contradicted"
    if len(asserting) > 1 or len(denying) > 1:
        return "agreed"
    return "single" if asserting or denying else "unattributed"


def _figures(ordered: Sequence[Telling]) -> list[dict[str, Any]]:
    """For each thing counted: the range over all articles, how many give a figure, and whether the figures agree."""
    told: dict[tuple[str, str | None], list[tuple[str, Figure]]] = {}
    for one in ordered:
        for figure in one.figures:
            told.setdefault((figure.what, figure.unit), []).append((one.article_id, figure))
    return [_range(what, unit, figures) for (what, unit), figures in sorted(told.items(), key=lambda i: str(i[0]))]


def _range(what: str, unit: str | None, figures: Sequence[tuple[str, Figure]]) -> dict[str, Any]:
    bounds = [b for _, f in figures for b in (f.low, f.high) if b is not None]
    lowest = max((f.low if f.low is not None else 0.0) for _, f in figures)
    highest = min((f.high for _, f in figures if f.high is not None), default=None)
    return {
        "what": what,
        "unit": unit,
        "low": min(bounds),
        "high": max(bounds),
        "articles": len({article for article, _ in figures}),
        "agree": highest is None or lowest <= highest,
    }
