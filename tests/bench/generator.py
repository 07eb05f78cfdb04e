"""A seeded record of the war that never was: articles with their extractions, day by day, as skewed as the real one.

Few places have most of the events, each in a few campaigns; some outlets and offices speak all the time and most hardly
ever; an article tells of one to fifteen events; one in twelve is another outlet's copy of a recent one. Names are made
of syllables and texts of the words in this file: what is like the news is how often things come together.
"""

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, Final

from services.contracts import identity
from services.contracts.messages import (
    Actor,
    Article,
    Claim,
    CleanedDocument,
    Event,
    Extent,
    Extraction,
    ExtractorVersion,
    Mention,
    Origin,
    Place,
    Quantity,
    When,
)
from services.contracts.taxonomy import ACLED, PLOVER
from services.contracts.topics import ARTICLES

FIRST_DAY: Final = date(2022, 2, 24)
LAST_DAY: Final = date(2025, 12, 31)
PLACES: Final = 6000
PUBLISHERS: Final = 400
SPEAKERS: Final = 3000
COPIES: Final = 0.08
"""Share of the articles that are copies of one of the latest RECENT."""
RECENT: Final = 150
MOST_EVENTS: Final = 15
"""Events of one article."""
VERSION: Final = ExtractorVersion(version="bench", rules="r", model="m", gazetteer="g")


def _list(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TYPES: Final = {
    "strike": 300, "casualties": 160, "destruction": 90, "clash": 60, "assault": 60, "repulse": 60, "advance": 50,
    "capture": 40, "control": 30, "hold": 25, "withdrawal": 15, "deployment": 30, "arms_transfer": 25, "diplomacy": 25,
    "displacement": 15, "interdiction": 10, "encirclement": 5,
}  # fmt: skip
_CONTROL: Final = frozenset({"capture", "control", "withdrawal", "hold", "advance", "repulse", "encirclement"})
_MODALITIES: Final = {"actual": 88, "intended": 4, "possible": 3, "conditional": 1, "negated": 4}
_STANCES: Final = {"asserts": 84, "confirms": 6, "denies": 7, "doubts": 2, "declines": 1}
_ACTS: Final = {"asserts": "says", "confirms": "confirms", "denies": "denies", "doubts": "says", "declines": "declines"}
_MEANS: Final = ("drone", "missile", "artillery", "air", "rocket", "mine", "Iskander", "Shahed", "HIMARS", "Kalibr")
_OBLASTS: Final = tuple(
    (name + " Oblast", latitude, longitude)
    for name, latitude, longitude in (
        ("Donetsk", 48.1, 37.6), ("Luhansk", 48.9, 38.9), ("Kharkiv", 49.6, 36.9), ("Zaporizhzhia", 47.3, 35.6),
        ("Kherson", 46.6, 33.2), ("Dnipropetrovsk", 48.4, 35.0), ("Mykolaiv", 47.3, 31.9), ("Sumy", 51.0, 34.0),
        ("Chernihiv", 51.4, 31.9), ("Kyiv", 50.3, 30.5), ("Odesa", 46.9, 30.4), ("Poltava", 49.6, 33.9),
    )
)  # fmt: skip
_SYLLABLES: Final = _list(
    "ba bo de do ha ho iv ka ko kra ku la ly ma my ne no pa po ra ro sa se sta te to u va vo vy za ze zhy chka "
    "dar hrad lne mut nka rsk sivka vets ynka shyn bivka tsi riv dyn hove mar"
)
_STEMS: Final = _list(
    "ash bri clo dra eld fro gra hul int jor kel lun mor nif ost pra quil rov sel tru und vex wil yar zon"
)
_TAILS: Final = _list(
    "ade ber cast dent ence fort gate hold ible jack kind lock ment ness oral port rest sion tide ward"
)
_WHAT_HIT: Final = _list("bridge hospital school depot plant market dormitory station warehouse port church office")


@dataclass(frozen=True, slots=True)
class _Weighted:
    """Things with running sums of their weights."""

    things: Sequence[Any]
    sums: Sequence[float]

    @classmethod
    def of(cls, things: Sequence[Any], weights: Sequence[float]) -> "_Weighted":
        return cls(things, list(accumulate(weights)))

    def pick(self, chance: random.Random) -> Any:
        return self.things[min(bisect(self.sums, chance.random() * self.sums[-1]), len(self.things) - 1)]


def _zipf(count: int, flat: float = 0.0) -> list[float]:
    """Weights by rank; `flat` ranks at the top are nearly alike (Mandelbrot's form)."""
    return [1 / (rank + flat) for rank in range(1, count + 1)]


class World:
    """What all articles share: places with their campaigns, outlets, speakers, words."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.places = _places(chance)
        self.publishers = _Weighted.of(
            [f"The {_word(chance).title()} {n}" for n in range(PUBLISHERS)], _zipf(PUBLISHERS, 3)
        )
        self.speakers = _Weighted.of(_speakers(chance), _zipf(SPEAKERS, 2))
        words = sorted({_word(chance) for _ in range(4000)})
        self.words = _Weighted.of(words, _zipf(len(words), 20))
        self._campaigns = [
            [(FIRST_DAY + timedelta(days=chance.randrange(self.days)), chance.uniform(8, 60)) for _ in range(1 + n % 3)]
            for n in range(PLACES)
        ]
        self._weights = _zipf(PLACES, 10)

    @cached_property
    def days(self) -> int:
        return (LAST_DAY - FIRST_DAY).days + 1

    def on_front(self, day: date) -> _Weighted:
        """The places as they are told of around `day`: one in a campaign, ten times as often as else."""
        near = [any(abs((day - start).days) < spread for start, spread in at) for at in self._campaigns]
        return _Weighted.of(self.places, [w * (10 if hot else 1) for w, hot in zip(self._weights, near, strict=True)])


def messages(events: int, seed: int = 1, last: date = LAST_DAY) -> Iterator[tuple[Article, Extraction]]:
    """Yield articles with their extractions, in the order of their publication up to `last`, with `events` events.

    The nth article stands at offset n of partition 0 of its log. The same arguments give the same messages.
    """
    world = World(seed)
    chance = random.Random(f"{seed}-articles")
    told = number = 0
    recent: list[tuple[Article, Extraction]] = []
    front = world.on_front(FIRST_DAY)
    shares = [1 + 2 * chance.random() + (3 if n < 120 else 0) for n in range((last - FIRST_DAY).days + 1)]
    due = accumulate(shares)
    for n, sum_of_shares in enumerate(due):
        day = FIRST_DAY + timedelta(days=n)
        if n % 10 == 9:
            front = world.on_front(day)
        while told < events * sum_of_shares / sum(shares) and told < events:
            moment = datetime(day.year, day.month, day.day) + timedelta(seconds=chance.randrange(86400))
            if recent and chance.random() < COPIES:
                made = _copied(chance, world, chance.choice(recent), number, moment)
            else:
                made = _written(chance, world, front, number, moment, events - told)
            recent = [*recent[1 - RECENT :], made]
            told += len(made[1].events)
            number += 1
            yield made


def _written(
    chance: random.Random, world: World, front: _Weighted, number: int, moment: datetime, most: int
) -> tuple[Article, Extraction]:
    count = 1
    while count < MOST_EVENTS and chance.random() < 0.72:
        count += 1
    article_id = identity.article_id(f"https://news.example.org/{number}", None, "")
    publisher = world.publishers.pick(chance)
    where = front.pick(chance)
    sentences: list[str] = []
    events: dict[str, Event] = {}
    offset = 0
    for _ in range(min(count, most)):
        if chance.random() < 0.5:
            where = front.pick(chance)
        event = _event(chance, world, article_id, where, publisher, moment, offset)
        sentence = event.mentions[0].sentence
        sentences.append(sentence)
        offset += len(sentence) + 1
        events.setdefault(event.event_id, event)
    for _ in range(chance.randrange(3)):
        sentences.append(" ".join(world.words.pick(chance) for _ in range(14)).capitalize() + ".")
    return _messages(number, article_id, publisher, moment, sentences, tuple(events.values()))


def _copied(
    chance: random.Random, world: World, of: tuple[Article, Extraction], number: int, moment: datetime
) -> tuple[Article, Extraction]:
    """The same text in another outlet, with a line of its own."""
    article_id = identity.article_id(f"https://news.example.org/{number}", None, "")
    publisher = world.publishers.pick(chance)
    events = {}
    for event in of[1].events:
        event_id = identity.event_id(article_id, event.type, event.actor, event.place, event.modality, event.when)
        events[event_id] = Event(
            **{f: getattr(event, f) for f in event.__struct_fields__}
            | {"event_id": event_id, "article_id": article_id, "publisher": publisher, "published_at": _stamp(moment)}
        )
    lines = [of[0].text, "As told by " + publisher + "."]
    return _messages(number, article_id, publisher, moment, lines, tuple(events.values()))


def _messages(
    number: int, article_id: str, publisher: str, moment: datetime, sentences: Sequence[str], events: tuple[Event, ...]
) -> tuple[Article, Extraction]:
    text = " ".join(sentences)
    title = sentences[0][:80]
    shared: dict[str, Any] = {
        "article_id": article_id,
        "revision": identity.revision(title, text, None),
        "received_at": _stamp(moment + timedelta(minutes=5)),
        "published_at": _stamp(moment),
        "title": title,
        "url": f"https://news.example.org/{number}",
        "publisher": publisher,
    }
    return (
        Article(**shared, text=text, language="en"),
        Extraction(
            **shared,
            extractor=VERSION,
            document=CleanedDocument(text=text, title=title, language="en"),
            events=events,
            origin=Origin(topic=ARTICLES.name, partition=0, offset=number),
        ),
    )


_TYPE: Final = _Weighted.of(list(_TYPES), list(_TYPES.values()))
_MODALITY: Final = _Weighted.of(list(_MODALITIES), list(_MODALITIES.values()))
_STANCE: Final = _Weighted.of(list(_STANCES), list(_STANCES.values()))
_ACTOR: Final = _Weighted.of(
    [
        Actor(name="Russian forces", id="RUS/MIL", side="RUS", kind="MIL"),
        Actor(name="Ukrainian forces", id="UKR/MIL", side="UKR", kind="MIL"),
        None,
        Actor(name="Wagner Group", id="RUS/PMC/wagner", side="RUS", kind="PMC"),
        Actor(name="The United States", id="USA/GOV", side="USA", kind="GOV"),
        Actor(name="Poland", id="POL/GOV", side="POL", kind="GOV"),
    ],
    [50, 30, 12, 4, 3, 1],
)


def _event(
    chance: random.Random, world: World, article_id: str, where: Place, publisher: str, moment: datetime, offset: int
) -> Event:
    kind = _TYPE.pick(chance)
    modality = _MODALITY.pick(chance)
    actor = _ACTOR.pick(chance)
    place = None if chance.random() < 0.06 else where
    dated = chance.random() < 0.6
    day = moment.date() - timedelta(days=min(int(chance.expovariate(1.2)), 30))
    end = day + timedelta(days=chance.choice((0, 0, 0, 0, 1, 6)))
    when = When(start=day.isoformat(), end=min(end, moment.date()).isoformat(), phrase="that day") if dated else None
    claims = [_claim(chance, world, publisher)]
    while len(claims) < 5 and chance.random() < 0.3:
        claims.append(_claim(chance, world, publisher))
    sentence = _sentence(chance, world, kind, actor, place, claims[0])
    killed = chance.randrange(1, 30)
    target = _ACTOR.pick(chance) if chance.random() < 0.3 else None
    return Event(
        event_id=identity.event_id(article_id, kind, actor, place, modality, when),
        article_id=article_id,
        type=kind,
        plover=PLOVER[kind],
        acled=ACLED[kind],
        modality=modality,
        confidence=round(0.95 - chance.random() ** 2 * 0.7, 2),
        claims=tuple(claims),
        mentions=(Mention(start=offset, end=offset + len(sentence), sentence=sentence),),
        actor=actor,
        target=target if target != actor else None,
        place=place,
        when=when,
        extent=Extent(label="part") if kind in _CONTROL and chance.random() < 0.1 else None,
        means=(chance.choice(_MEANS),) if kind == "strike" and chance.random() < 0.6 else (),
        quantities=(Quantity(what="killed", phrase=f"{killed} people", low=killed, high=killed),)
        if kind == "casualties"
        else (),
        published_at=_stamp(moment),
        publisher=publisher,
    )


def _claim(chance: random.Random, world: World, publisher: str) -> Claim:
    stance = _STANCE.pick(chance)
    if chance.random() < 0.25:
        return Claim(source=Actor(name=publisher, kind="narrator"), stance="asserts", act="reports")
    return Claim(source=world.speakers.pick(chance), stance=stance, act=_ACTS[stance])  # type: ignore[arg-type]


def _sentence(
    chance: random.Random, world: World, kind: str, actor: Actor | None, place: Place | None, claim: Claim
) -> str:
    who = actor.name if actor else "Unknown forces"
    at = place.surface if place else "the front"
    more = " ".join(world.words.pick(chance) for _ in range(chance.randrange(6, 16)))
    hit = f" near the {chance.choice(_WHAT_HIT)}" if chance.random() < 0.3 else ""
    return f"{who}: {kind.replace('_', ' ')} at {at}{hit}, {claim.source.name} said, {more}."


def _places(chance: random.Random) -> list[Place]:
    """Places by rank: settlements for the most part, some with a district of theirs, oblasts among the first."""
    made: list[Place] = []
    names: set[str] = set()
    for rank in range(PLACES):
        oblast, latitude, longitude = chance.choice(_OBLASTS)
        within = None
        if rank % 40 == 5 and rank // 40 < len(_OBLASTS):
            name, latitude, longitude = _OBLASTS[rank // 40]
            kind, oblast = "oblast", None
        else:
            name = _name(chance, names)
            kind = "settlement" if chance.random() < 0.93 else "feature"
            if kind == "feature" and made and made[rank // 3].kind == "settlement":
                within, oblast = made[rank // 3].id, made[rank // 3].admin1
        names.add(name)
        made.append(
            Place(
                name=name,
                surface=name,
                id=f"bench:{rank}",
                kind=kind,
                admin1=oblast,
                country="UA",
                latitude=round(min(max(chance.gauss(latitude, 0.5), 44.4), 52.3), 4),
                longitude=round(min(max(chance.gauss(longitude, 0.6), 22.2), 40.2), 4),
                within=within,
            )
        )
    return made


def _name(chance: random.Random, taken: set[str]) -> str:
    while True:
        name = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randrange(2, 5))).title()
        if name not in taken:
            return name


def _speakers(chance: random.Random) -> list[Actor]:
    made: list[Actor] = []
    for rank in range(SPEAKERS):
        side = chance.choices(("UKR", "RUS", "USA", "GBR", "UN"), (45, 35, 10, 5, 5))[0]
        name = f"{_word(chance).title()} {_word(chance).title()} {rank}"
        if rank < 40:
            kind = chance.choice(("MIL", "GOV"))
            made.append(Actor(name=f"Office of {name}", id=f"{side}/{kind}/office-{rank}", side=side, kind=kind))
        elif rank % 3:
            made.append(Actor(name=name, id=f"{side}/PER/person-{rank}", side=side, kind=chance.choice(("MIL", "GOV"))))
        else:
            made.append(Actor(name=name, side=side, kind="CIV"))
    return made


def _word(chance: random.Random) -> str:
    return chance.choice(_STEMS) + chance.choice(("", *_STEMS)) + chance.choice(_TAILS)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
