"""Event -> telling (pure): the little of an event that decides which incident it is of, and what it adds to that."""

import zlib
from datetime import date, datetime
from typing import Final

import msgspec

from services.contracts.messages import Claim, Event
from services.store.folding import UNRESOLVED
from services.store.incidents import lexicon
from services.store.incidents.facets import facets
from services.store.incidents.kinds import KIND_OF, Kind
from services.store.projections.rows import EventRow
from services.store.projections.values import clean
from services.store.sources.key import NARRATOR, source_key

LONGEST_SENTENCES: Final = 2000
"""Characters of an event's sentences that are looked at."""
TOLD: Final = frozenset({"actual", "negated"})
"""Modalities of what is said to have happened, or not to have: the two can speak of one thing."""
POINT_KINDS: Final = frozenset({"settlement", "feature"})
"""Kinds of places so small that the place says something about which event it is."""


class Figure(msgspec.Struct, frozen=True, array_like=True):
    """One figure told; null is unbounded."""

    what: str
    low: float | None
    high: float | None
    unit: str | None = None


class Voice(msgspec.Struct, frozen=True, array_like=True):
    """One claim: who, and `asserts`, `denies` or `undecided` (doubts, declines)."""

    key: str
    source_id: str | None
    name: str
    side: str | None
    kind: str | None
    outlet: bool
    says: str


class Telling(msgspec.Struct, frozen=True, array_like=True):
    """One event as the incidents see it. `locale` is the settlement that its place is a part of, or the place."""

    event_id: str
    article_id: str
    type: str
    modality: str
    locale: str | None
    place_key: str | None
    place_kind: str | None
    admin1: str | None
    latitude: float | None
    longitude: float | None
    relation: str
    actor_side: str | None
    target_side: str | None
    first_day: date
    last_day: date
    dated: bool
    published_at: datetime | None
    share: float | None
    means: tuple[str, ...]
    figures: tuple[Figure, ...]
    objects: tuple[str, ...]
    parts: tuple[str, ...]
    words: tuple[str, ...]
    quotes: tuple[str, ...]
    sentences: tuple[int, ...]
    """Hashes of the sentences that tell of it: two events of one article that share one are told together."""
    voices: tuple[Voice, ...]
    facets: tuple[str, ...] = ()
    verbatim: tuple[int, ...] = ()
    """Hashes of the words of those sentences that are too long to be told twice in the same words by chance."""

    @property
    def kind(self) -> Kind:
        return KIND_OF[self.type]

    @property
    def tieable(self) -> bool:
        """Whether it can be tied to another: it has a place, and a time that is not vague."""
        return self.locale is not None and (self.last_day - self.first_day).days <= self.kind.longest


def telling(row: EventRow) -> Telling:
    """Return what the incidents see of an event."""
    event = msgspec.json.decode(row.body, type=Event)
    place = event.place
    text = _sentences(event)
    names = [a.name for a in (event.actor, event.target) if a]
    if place is not None:
        names += [place.name, place.surface]
    return Telling(
        event_id=str(row.event_id),
        article_id=str(row.article_id),
        type=row.type,
        modality=row.modality,
        locale=_locale(row, event),
        place_key=row.place_key,
        place_kind=place.kind if place else None,
        admin1=row.admin1,
        latitude=row.latitude,
        longitude=row.longitude,
        relation=row.relation or "in",
        actor_side=row.actor_side,
        target_side=row.target_side,
        first_day=row.first_day,
        last_day=row.last_day,
        dated=row.dated,
        published_at=row.published_at,
        share=event.extent.share if event.extent else None,
        means=tuple(dict.fromkeys(event.means)),
        figures=tuple(
            dict.fromkeys(
                Figure(q.what, q.low, q.high, q.unit)
                for q in event.quantities
                if not q.per and not q.joint and not (q.low is None and q.high is None)
            )
        ),
        objects=tuple(sorted(lexicon.objects(text))),
        parts=tuple(sorted(lexicon.parts_of_day(text + " " + (event.when.phrase or "" if event.when else "")))),
        words=tuple(sorted(lexicon.words(text, names))),
        quotes=tuple(sorted(lexicon.quotes(text))),
        sentences=tuple(sorted({_sentence_key(m.sentence) for m in event.mentions})),
        voices=tuple(v for c in event.claims if (v := _voice(c, row.publisher)) is not None),
        facets=facets(event),
        verbatim=tuple(sorted({key for m in event.mentions if (key := lexicon.verbatim(m.sentence)) is not None})),
    )


def _sentences(event: Event) -> str:
    return " ".join(dict.fromkeys(m.sentence for m in event.mentions))[:LONGEST_SENTENCES]


def _sentence_key(sentence: str) -> int:
    return zlib.crc32(sentence.encode("utf-8", "replace"))


def _locale(row: EventRow, event: Event) -> str | None:
    if event.place is None or row.place_key is None or row.place_key == UNRESOLVED:
        return None
    return clean(event.place.within) if event.place.within else row.place_key


def _voice(claim: Claim, publisher: str | None) -> Voice | None:
    source = claim.source
    key = source_key(source.id, source.name, source.kind, publisher)
    if key is None:
        return None
    outlet = source.kind == NARRATOR
    says = {"asserts": "asserts", "confirms": "asserts", "denies": "denies"}.get(claim.stance, "undecided")
    return Voice(
        key=clean(key),
        source_id=clean(source.id) if source.id and not outlet else None,
        name=clean(publisher or "") if outlet else clean(source.name),
        side=None if outlet or not source.side else clean(source.side),
        kind="MEDIA" if outlet else source.kind,
        outlet=outlet,
        says=says,
    )
