"""Assembly: tellings become events. One event per distinct type, actor, place, modality and time of an article.

The last stage. Repeats are merged, vaguer tellings of a thing are folded into fuller ones, and offsets into the
document become offsets into title and text.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from services.contracts import identity
from services.contracts.messages import Actor, Article, Claim, Event, Evidence, Extent, Mention, Place, Quantity, When
from services.contracts.taxonomy import PLOVER, sub_event
from services.extract.document import ActorMention, Document, EventMention, PlaceMention, Span, TimeMention, Why
from services.extract.stages.confidence.candidate import Candidate, Features, Surroundings
from services.extract.stages.confidence.features import features
from services.extract.stages.confidence.model import Judgement, Model, judge, model
from services.extract.stages.wordlists import word_list

_NARRATOR: Final = Actor(name="article", kind="narrator")


@dataclass(init=False, slots=True)
class Draft:
    """An event in the making: one place, and every telling of it."""

    tellings: list[EventMention]
    place: PlaceMention | None
    actor: ActorMention | None
    time: TimeMention | None
    modality: str
    order: int
    seen: set[int]
    """Identities of the tellings after the first, so that none is taken twice."""

    def __init__(
        self,
        tellings: list[EventMention],
        place: PlaceMention | None,
        actor: ActorMention | None,
        time: TimeMention | None,
        modality: str,
        order: int = 0,
        seen: set[int] | None = None,
    ) -> None:
        self.tellings = tellings
        self.place = place
        self.actor = actor
        self.time = time
        self.modality = modality
        self.order = order
        self.seen = set() if seen is None else seen

    @property
    def first(self) -> EventMention:
        return self.tellings[0]


def assemble(doc: Document) -> None:
    """The stage itself adds nothing to the document: `events_of` makes the messages."""


_BEGAN: Final = date(2013, 11, 21)
"""What is dated before the first day of Maidan belongs to other wars, which are not coded."""
_LOOK_BACK: Final = 200
"""How many distinct events of one type, place and modality a telling is compared with, so that any text ends."""


def drafts_of(doc: Document) -> list[Draft]:
    """Return the distinct events of the document, in the order in which they are first told."""
    for event in doc.events:
        _claimant(event, doc)
        _own_side(event, doc)
        if event.modality != "actual" and any(w.rule in _LENT and w.slot == "when" for w in event.why):
            event.time = None
    drafts: list[Draft] = []
    for event in doc.events:
        if event.time is not None and event.time.end is not None and event.time.end < _BEGAN:
            continue  # another war
        places: list[PlaceMention | None] = [*event.places] or [None]
        for place in places:
            drafts.append(Draft([event], place, event.actor, event.time, event.modality, len(drafts)))
    merged: list[Draft] = []
    alike: dict[tuple[str, str, str | None], list[Draft]] = {}
    for draft in drafts:
        bucket = alike.setdefault((draft.first.type, draft.modality, _place_key(draft.place)), [])
        twin = next((m for m in bucket[-_LOOK_BACK:] if _same(m, draft, doc.published)), None)
        if twin is None:
            bucket.append(draft)
            merged.append(draft)
        else:
            _fold(twin, draft)
    return _subsume(_distinct(merged), doc.published)


_GAINS: Final = ("liberat", "freed", "de-occup", "deoccup", "cleared", "regain", "retak", "won back", "taken back")


def _claimant(event: EventMention, doc: Document) -> None:
    """Where one side claims a gain without saying who made it, that side is the actor (codebook, "Moscow claims X").

    Only for words that a side uses of its own gains ("liberated"): that a town "was captured" is also how it is lost.
    """
    if event.type != "capture" or event.actor is not None or event.modality not in ("actual", "intended"):
        return
    if not doc.words(event.trigger).lower().startswith(_GAINS):
        return
    for index in event.attributions:
        said = doc.attributions[index]
        source = said.source
        if (
            said.stance in ("asserts", "confirms")
            and source.side in ("UKR", "RUS")
            and source.kind in ("MIL", "GOV", "PER", "PROXY", "PMC")
        ):
            name = {"UKR": "Armed Forces of Ukraine", "RUS": "Armed Forces of Russia"}[source.side]
            event.actor = ActorMention(
                source.span, doc.words(source.span), name, f"{source.side}/MIL", source.side, "MIL", rule="claimant"
            )
            event.why.append(Why("actor", "assemble.claimant", source.span))
            return


_LENT: Final = frozenset({"arguments.scene", "arguments.bulletin", "arguments.lead"})
"""Times that are another's: only what is told as having happened has them (codebook, "Time")."""
_OURS: Final = word_list("assemble", "ours")


def _own_side(event: EventMention, doc: Document) -> None:
    """A belligerent who speaks of "units" or "the forces" and names no side speaks of his own."""
    actor = event.actor
    if actor is None or actor.side is not None or actor.kind != "MIL":
        return
    if event.type not in _OURS and actor.rule != "speaker":
        return
    for index in event.attributions:
        said = doc.attributions[index]
        if (
            said.stance == "asserts"
            and said.source.side in ("UKR", "RUS")
            and said.source.kind in ("MIL", "GOV", "PER")
        ):
            event.actor = replace(actor, side=said.source.side)
            event.why.append(Why("actor", "assemble.speaker", said.source.span))
            return
    if actor.rule == "speaker":
        event.actor = None


def _same(one: Draft, other: Draft, published: date | None) -> bool:
    """True where the two tell of one thing as far as their slots say."""
    if one.first.type != other.first.type or one.modality != other.modality:
        return False
    if _place_key(one.place) != _place_key(other.place):
        return False
    if not _agree(one.actor, other.actor):
        return False
    if one.place is None and abs(one.first.sentence - other.first.sentence) > _NEAR:
        return _what(one) == _what(other)
    return _times_agree(one.time, other.time, published)


_NEAR: Final = 3
"""Sentences within which two tellings without a place, of which one tells less, are of one thing: no place holds them
together, so that further apart what is left open in one may be anything."""


def _what(draft: Draft) -> tuple[str, str, str | None, date | None, date | None]:
    """What tells two events without a place apart."""
    side = draft.actor.side if draft.actor is not None else None
    start, end = (draft.time.start, draft.time.end) if draft.time is not None else (None, None)
    return draft.first.type, draft.modality, side, start, end


def _distinct(drafts: list[Draft]) -> list[Draft]:
    """Fold events without a place that have become one by what their later tellings filled in."""
    kept: list[Draft] = []
    placeless: dict[tuple[str, str, str | None, date | None, date | None], Draft] = {}
    for draft in drafts:
        if draft.place is None:
            twin = placeless.setdefault(_what(draft), draft)
            if twin is not draft:
                _fold(twin, draft)
                continue
        kept.append(draft)
    return kept


def _place_key(place: PlaceMention | None) -> str | None:
    return None if place is None else (place.id or place.name)


def _agree(one: ActorMention | None, other: ActorMention | None) -> bool:
    if one is None or other is None:
        return True
    if one.side is not None and other.side is not None:
        return one.side == other.side
    return one.name == other.name or one.side is None or other.side is None


_NEWS: Final = timedelta(days=60)
"""What is told without a date is of about this long before publication: last year's capture is another one."""


def _times_agree(one: TimeMention | None, other: TimeMention | None, published: date | None) -> bool:
    if one is None or other is None:
        dated = one or other
        if dated is None or published is None or dated.end is None:
            return True
        return published - dated.end <= _NEWS
    if one.start is None or other.start is None or one.end is None or other.end is None:
        return True
    return one.start <= other.end and other.start <= one.end


def _fold(kept: Draft, more: Draft) -> None:
    for telling in more.tellings:
        if telling is not kept.first and id(telling) not in kept.seen:
            kept.seen.add(id(telling))
            kept.tellings.append(telling)
    if kept.actor is None:
        kept.actor = more.actor
    if kept.time is None or (kept.time.start is None and more.time is not None and more.time.start is not None):
        kept.time = more.time or kept.time
    if kept.place is not None and more.place is not None and kept.place.anaphor and not more.place.anaphor:
        kept.place = more.place


def _subsume(drafts: list[Draft], published: date | None) -> list[Draft]:
    """Fold place-less tellings into the one event of their type that they can only mean."""
    kept: list[Draft] = []
    told: dict[tuple[str, str], dict[int, list[Draft]]] = {}
    for draft in drafts:
        if draft.place is not None:
            told.setdefault((draft.first.type, draft.modality), {}).setdefault(draft.first.sentence, []).append(draft)
    for draft in drafts:
        if draft.place is None:
            sentence = draft.first.sentence
            # What is counted in a sentence of its own is a sum or another thing: "68 air strikes were carried out".
            reach = 0 if any(t.figures for t in draft.tellings) else 1
            here = told.get((draft.first.type, draft.modality), {})
            near = [
                d
                for index in range(sentence - reach, sentence + reach + 1)
                for d in here.get(index, ())
                if _agree(d.actor, draft.actor) and _times_agree(d.time, draft.time, published)
            ]
            near.sort(key=lambda d: d.order)
            if near and draft.first.type not in ("diplomacy", "arms_transfer") and not _counts_more(draft, near[0]):
                _fold(near[0], draft)
                continue
        kept.append(draft)
    return kept


def _counts_more(draft: Draft, placed: Draft) -> bool:
    """Whether a place-less telling counts something that the placed one counts otherwise: it is of a wider whole."""
    told = {f.what: f.number.low for t in placed.tellings for f in t.figures}
    return any(
        f.what in told and f.number.low != told[f.what] and (f.number.low or 0) > (told[f.what] or 0)
        for t in draft.tellings
        for f in t.figures
    )


def events_of(doc: Document, article: Article) -> tuple[Event, ...]:
    """Return the events of a document that went through all stages, as the messages carry them.

    What the model of confidence holds for less likely right than its threshold is not told.
    """
    by = model()
    told: list[Event] = []
    for draft, seen in _candidates(doc):
        found = judge(seen, by)
        if found.score >= by.threshold:
            told.append(_event(draft, found, doc, article))
    return tuple(told)


def weighed(doc: Document, article: Article, by: Model) -> list[tuple[Event, Features]]:
    """Return every event, the unlikely ones too, with the features that `by` has weighed it on."""
    return [(_event(draft, judge(seen, by), doc, article), seen) for draft, seen in _candidates(doc)]


def _candidates(doc: Document) -> list[tuple[Draft, Features]]:
    """Return the drafts of the document with their features."""
    drafts = drafts_of(doc)
    found: list[tuple[Draft, Features]] = []
    alike = Counter((draft.first.type, _place_key(draft.place)) for draft in drafts)
    around = Surroundings.of(doc)
    for draft in drafts:
        candidate = Candidate(
            tellings=draft.tellings,
            place=draft.place,
            actor=draft.actor,
            time=draft.time,
            rivals=alike[draft.first.type, _place_key(draft.place)] - 1,
        )
        found.append((draft, features(candidate, around)))
    return found


def _event(draft: Draft, judgement: Judgement, doc: Document, article: Article) -> Event:
    first = draft.first
    actor, place, when = _actor(draft.actor), _place(draft.place, first.type), _when(draft.time)
    target = next((_actor(t.target) for t in draft.tellings if t.target is not None), None)
    claims, number_of = _claims(draft, doc)
    quantities: list[Quantity] = []
    for telling in draft.tellings:
        for figure in telling.figures:
            claim = number_of.get(figure.attribution) if figure.attribution is not None else None
            quantity = Quantity(
                what=figure.what,
                phrase=figure.number.phrase,
                low=figure.number.low,
                high=figure.number.high,
                unit=figure.number.unit,
                per=figure.number.per,
                claim=claim,
                joint=figure.joint,
            )
            if not any(
                (q.what, q.low, q.high, q.per) == (quantity.what, quantity.low, quantity.high, quantity.per)
                for q in quantities
            ):
                quantities.append(quantity)
    extent = next((t.extent for t in draft.tellings if t.extent is not None), None)
    means = tuple(dict.fromkeys(m for t in draft.tellings for m in t.means))
    return Event(
        event_id=identity.event_id(article.article_id, first.type, actor, place, draft.modality, when),
        article_id=article.article_id,
        type=first.type,
        plover=PLOVER[first.type],
        acled=sub_event(first.type, actor.side if actor else None, means),
        modality=draft.modality,  # type: ignore[arg-type]
        confidence=judgement.score,
        claims=claims,
        mentions=tuple(dict.fromkeys(_mention(t, doc) for t in draft.tellings)),
        actor=actor,
        target=target,
        place=place,
        when=when,
        extent=Extent(label=extent.label, share=extent.share, bound=extent.bound) if extent else None,
        means=means,
        quantities=tuple(quantities),
        explanation=(*_evidence(draft, doc), *_pulls(judgement)),
        revision=article.revision,
        published_at=article.published_at,
        publisher=article.publisher,
        url=article.url,
    )


def _actor(actor: ActorMention | None) -> Actor | None:
    if actor is None:
        return None
    return Actor(name=actor.surface if actor.id is None else actor.name, id=actor.id, side=actor.side, kind=actor.kind)


_HAVE_AN_ORIGIN: Final = frozenset({"deployment", "displacement"})


def _place(place: PlaceMention | None, event_type: str) -> Place | None:
    if place is None:
        return None
    # "Pulled out of Vuhledar" happens in Vuhledar: only who is moved has come from somewhere (codebook, Places).
    left = place.relation == "from" and event_type not in _HAVE_AN_ORIGIN
    return Place(
        name=place.name,
        surface=place.surface,
        relation="in" if left else place.relation,
        id=place.id,
        kind=place.kind,
        admin1=place.admin1,
        country=place.country,
        latitude=place.latitude,
        longitude=place.longitude,
        within=place.within,
        with_=place.other,
    )


def _when(time: TimeMention | None) -> When | None:
    if time is None:
        return None
    return When(
        start=time.start.isoformat() if time.start else None,
        end=time.end.isoformat() if time.end else None,
        precision=time.precision,
        phrase=time.phrase,
    )


def _claims(draft: Draft, doc: Document) -> tuple[tuple[Claim, ...], dict[int, int]]:
    """Return the claims of all tellings, and for each attribution its number among them."""
    claims: list[Claim] = []
    number_of: dict[int, int] = {}
    for telling in draft.tellings:
        for index in telling.attributions:
            said = doc.attributions[index]
            source = said.source
            claim = Claim(
                source=Actor(name=source.name, id=source.id, side=source.side, kind=source.kind),
                stance=said.stance,
                act=said.act,
                via=said.via,
                said_on=said.said_on.isoformat() if said.said_on else None,
                phrase=doc.words(said.phrase or said.cue),
            )
            at = next(
                (n for n, c in enumerate(claims) if (c.source.name, c.stance) == (claim.source.name, claim.stance)),
                None,
            )
            if at is None:
                claims.append(claim)
                at = len(claims) - 1
            number_of.setdefault(index, at)
        if not telling.attributions and not any(c.source.kind == "narrator" for c in claims):
            claims.append(Claim(source=_NARRATOR, stance="asserts", act="reports"))
    return tuple(claims), number_of


def _field(span: Span, doc: Document) -> tuple[str, int, int]:
    """Return (field, start, end) of a span of the document: offsets into the title, or into the text."""
    if span.start < doc.body_start:
        return "title", span.start, min(span.end, doc.body_start)
    return "text", span.start - doc.body_start, span.end - doc.body_start


def _mention(telling: EventMention, doc: Document) -> Mention:
    name, start, end = _field(telling.clause, doc)
    return Mention(start=start, end=end, sentence=doc.words(doc.sentences[telling.sentence].span), field=name)


def _pulls(judgement: Judgement) -> list[Evidence]:
    """Return the features that pulled the confidence most, each with how far, in logits: `place_rule=topic -0.41`."""
    return [_pull(name, pull) for name, pull in judgement.pulls]


@lru_cache(maxsize=10_000)
def _pull(name: str, pull: float) -> Evidence:
    return Evidence(slot="confidence", rule=f"{name} {pull:+.2f}")


def _evidence(draft: Draft, doc: Document) -> list[Evidence]:
    found: list[Evidence] = []
    for telling in draft.tellings:
        for why in telling.why:
            if why.span is None:
                found.append(Evidence(slot=why.slot, rule=why.rule))
                continue
            name, start, end = _field(why.span, doc)
            found.append(
                Evidence(slot=why.slot, rule=why.rule, start=start, end=end, field=name, words=doc.words(why.span))
            )
    return list(dict.fromkeys(found))
