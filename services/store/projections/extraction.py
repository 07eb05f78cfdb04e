"""Extraction -> its row and the rows of its events, claims, mentions and places."""

from datetime import date, datetime

import msgspec

from services.contracts.codec import encode
from services.contracts.messages import Claim, Event, Extraction, Place, When
from services.store.folding import fold, place_key
from services.store.projections.rows import (
    ClaimRow,
    EventRow,
    ExtractionRow,
    ExtractionRows,
    MentionRow,
    PlaceRow,
    SpellingRow,
)
from services.store.projections.values import (
    ProjectionError,
    clean,
    clean_json,
    day,
    finite,
    identifier,
    instant,
    optional,
)


def project(
    extraction: Extraction, *, partition: int, offset: int, applied_at: datetime, trace_id: str | None = None
) -> ExtractionRows:
    """Return the rows of `extraction`, which stands at `offset` of `partition` of the extraction log, part of trace
    `trace_id`.

    Raises ProjectionError where an id, a date or a number cannot be stored, and where two events share an id.
    """
    article = identifier("article_id", extraction.article_id)
    received = instant("received_at", extraction.received_at)
    published = instant("published_at", extraction.published_at) if extraction.published_at else None
    document = extraction.document
    events: list[EventRow] = []
    claims: list[ClaimRow] = []
    mentions: list[MentionRow] = []
    places: dict[str, PlaceRow] = {}
    spellings: dict[SpellingRow, None] = {}
    seen = set()
    for number, event in enumerate(extraction.events):
        field = f"events[{number}]"
        row = _event(field, event, extraction, received)
        if row.article_id != article:
            raise ProjectionError(f"{field}.article_id: {event.article_id} is not the extraction's {article}")
        if row.event_id in seen:
            raise ProjectionError(f"{field}.event_id: {row.event_id} is there twice")
        seen.add(row.event_id)
        events.append(row)
        for index, claim in enumerate(event.claims):
            claims.append(_claim(f"{field}.claims[{index}]", row, index, claim))
        for index, mention in enumerate(event.mentions):
            mentions.append(
                MentionRow(
                    event_id=row.event_id,
                    number=index,
                    field=clean(mention.field),
                    start=_integer(f"{field}.mentions[{index}].start", mention.start),
                    end=_integer(f"{field}.mentions[{index}].end", mention.end),
                    sentence=clean(mention.sentence),
                )
            )
        if event.place is not None and row.place_key is not None:
            places.setdefault(row.place_key, _place(field, event.place, row.place_key))
            for name in (event.place.name, event.place.surface):
                if folded := fold(clean(name)):
                    spellings[SpellingRow(folded, row.place_key)] = None
    origin = extraction.origin
    return ExtractionRows(
        extraction=ExtractionRow(
            article_id=article,
            revision=clean(extraction.revision),
            extractor_version=clean(extraction.extractor.version),
            extractor=clean_json(msgspec.to_builtins(extraction.extractor)),
            origin_partition=origin.partition if origin else None,
            origin_offset=origin.offset if origin else None,
            log_partition=partition,
            log_offset=offset,
            received_at=received,
            applied_at=applied_at,
            published_as=optional(extraction.published_at),
            title=optional(extraction.title),
            url=optional(extraction.url),
            publisher=optional(extraction.publisher),
            source=optional(extraction.source),
            language=optional(document.language),
            dateline=optional(document.dateline),
            byline=optional(document.byline),
            cleaned_title=optional(document.title),
            cleaned_text=clean(document.text),
            offsets=[list(pair) for pair in document.offsets],
            notes=[clean(note) for note in document.notes],
            events=len(events),
            trace_id=trace_id,
            sorted_at=published or received,
        ),
        events=tuple(events),
        claims=tuple(claims),
        mentions=tuple(mentions),
        places=tuple(places.values()),
        spellings=tuple(spellings),
    )


def days(field: str, when: When | None, published: date) -> tuple[date, date, bool]:
    """Return the first and last day of an event for the time filters, and whether its text dates it.

    A one-sided interval is closed by what is known: "since May" lasts until the article's date, "no later than 22
    August" is that day. Without any date it is the article's: the latest that it can be.
    """
    start = day(f"{field}.when.start", when.start) if when and when.start else None
    end = day(f"{field}.when.end", when.end) if when and when.end else None
    if start and end:
        if end < start:
            raise ProjectionError(f"{field}.when: ends on {end}, before it starts on {start}")
        return start, end, True
    if start:
        return start, max(start, published), True
    if end:
        return end, end, True
    return published, published, False


def _event(field: str, event: Event, extraction: Extraction, received: datetime) -> EventRow:
    published_as = event.published_at or extraction.published_at
    published = instant(f"{field}.published_at", published_as) if published_as else None
    first, last, dated = days(field, event.when, (published or received).date())
    place = event.place
    latitude, longitude = _coordinates(field, place)
    return EventRow(
        event_id=identifier(f"{field}.event_id", event.event_id),
        article_id=identifier(f"{field}.article_id", event.article_id),
        type=event.type,
        modality=event.modality,
        confidence=finite(f"{field}.confidence", event.confidence, 0, 1),
        actor_id=optional(event.actor.id) if event.actor else None,
        actor_side=optional(event.actor.side) if event.actor else None,
        actor_name=optional(event.actor.name) if event.actor else None,
        target_side=optional(event.target.side) if event.target else None,
        target_name=optional(event.target.name) if event.target else None,
        place_key=clean(place_key(place.id, place.name)) if place else None,
        place_name=optional(place.name) if place else None,
        relation=place.relation if place else None,
        admin1=_oblast(place),
        country=optional(place.country) if place else None,
        latitude=latitude,
        longitude=longitude,
        first_day=first,
        last_day=last,
        dated=dated,
        published_at=published,
        publisher=optional(event.publisher or extraction.publisher),
        body=_body(event, extraction),
    )


def _body(event: Event, extraction: Extraction) -> bytes:
    """The whole event as JSON, with the article's metadata where the event leaves it to the extraction."""
    filled = msgspec.structs.replace(
        event,
        revision=event.revision or extraction.revision,
        published_at=event.published_at or extraction.published_at,
        publisher=event.publisher or extraction.publisher,
        url=event.url or extraction.url,
    )
    try:
        body = encode(filled)
    except UnicodeEncodeError:
        body = b"\\u0000"
    # Seldom: only then is it worth to look at every text.
    return body if b"\\u0000" not in body else msgspec.json.encode(clean_json(msgspec.to_builtins(filled)))


def _claim(field: str, event: EventRow, number: int, claim: Claim) -> ClaimRow:
    source = claim.source
    return ClaimRow(
        event_id=event.event_id,
        number=number,
        source_id=optional(source.id),
        source_name=clean(source.name),
        source_folded=fold(clean(source.name)),
        source_side=optional(source.side),
        source_kind=source.kind,
        stance=claim.stance,
        act=claim.act,
        via=optional(claim.via),
        said_on=day(f"{field}.said_on", claim.said_on) if claim.said_on else None,
        phrase=optional(claim.phrase),
        last_day=event.last_day,
    )


def _place(field: str, place: Place, key: str) -> PlaceRow:
    latitude, longitude = _coordinates(field, place)
    return PlaceRow(
        place_key=key,
        place_id=optional(place.id),
        name=clean(place.name),
        folded=fold(clean(place.name)),
        kind=place.kind,
        admin1=optional(place.admin1),
        country=optional(place.country),
        latitude=latitude,
        longitude=longitude,
        within=optional(place.within),
    )


def _oblast(place: Place | None) -> str | None:
    """What the oblast filter compares: an oblast is in itself."""
    if place is None:
        return None
    return optional(place.admin1 or (place.name if place.kind == "oblast" else None))


def _coordinates(field: str, place: Place | None) -> tuple[float | None, float | None]:
    """Both coordinates, or neither: half a point is nowhere."""
    if place is None or place.latitude is None or place.longitude is None:
        return None, None
    return (
        finite(f"{field}.place.latitude", place.latitude, -90, 90),
        finite(f"{field}.place.longitude", place.longitude, -180, 180),
    )


def _integer(field: str, number: int) -> int:
    if not 0 <= number <= 2**31 - 1:
        raise ProjectionError(f"{field}: {number} is not an offset")
    return number
