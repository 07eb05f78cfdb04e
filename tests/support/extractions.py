"""Articles, events and extractions for tests of what comes after the extractor: short to write, valid as contracts."""

from typing import Any

from services.contracts import identity
from services.contracts.codec import encode
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
    When,
)
from services.contracts.taxonomy import ACLED, PLOVER
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime.log.port import Outgoing

KUPIANSK = Place(
    name="Kupiansk",
    surface="Kupyansk",
    id="geonames:703822",
    kind="settlement",
    admin1="Kharkiv Oblast",
    country="UA",
    latitude=49.71,
    longitude=37.61,
)
ROBOTYNE = Place(
    name="Robotyne",
    surface="Robotyne",
    id="geonames:695350",
    kind="settlement",
    admin1="Zaporizhzhia Oblast",
    country="UA",
    latitude=47.44,
    longitude=35.84,
)
NOWHERE = Place(name="Mala Nevidoma", surface="Mala Nevidoma")
UKR = Actor(name="Ukrainian troops", id="UKR/MIL", side="UKR", kind="MIL")
RUS = Actor(name="Russian forces", id="RUS/MIL", side="RUS", kind="MIL")
GENERAL_STAFF = Actor(name="General Staff of Ukraine", id="UKR/MIL/general-staff", side="UKR", kind="MIL")
MOSCOW = Actor(name="Russian Ministry of Defence", id="RUS/GOV/ministry-of-defence", side="RUS", kind="GOV")
OBSERVERS = Actor(name="UN monitors", id="UN/ORG/monitors", side="UN", kind="ORG")
NARRATOR = Actor(name="Example Wire", kind="narrator")
V1 = ExtractorVersion(version="1", rules="r", model="m", gazetteer="g")
V2 = ExtractorVersion(version="2", rules="r2", model="m", gazetteer="g")


def article_id(number: int) -> str:
    return identity.article_id(f"https://news.example.org/{number}", None, "")


def article(number: int, text: str = "Text.", **more: Any) -> Article:
    """The article `number`; another text is another revision."""
    return Article(
        **{
            "article_id": article_id(number),
            "revision": identity.revision(None, text, None),
            "received_at": "2024-09-12T08:00:00.000000Z",
            "published_at": "2024-09-12T07:00:00Z",
            "text": text,
            "url": f"https://news.example.org/{number}",
            "publisher": "Example Wire",
        }
        | more
    )


def claim(source: Actor = GENERAL_STAFF, stance: str = "asserts", **more: Any) -> Claim:
    act = {"asserts": "says", "confirms": "confirms", "denies": "denies"}.get(stance, "says")
    return Claim(**{"source": source, "stance": stance, "act": act} | more)


def event(
    number: int,
    type: str = "capture",
    *,
    actor: Actor | None = RUS,
    place: Place | None = KUPIANSK,
    day: str | None = "2024-09-11",
    modality: str = "actual",
    claims: tuple[Claim, ...] = (),
    sentence: str = "Russian forces have taken Kupyansk, Moscow said.",
    extent: Extent | None = None,
    **more: Any,
) -> Event:
    """An event of article `number`, with its own deterministic id."""
    when = When(start=day, end=day) if day else None
    return Event(
        **{
            "event_id": identity.event_id(article_id(number), type, actor, place, modality, when),
            "article_id": article_id(number),
            "type": type,
            "plover": PLOVER[type],  # type: ignore[index]
            "acled": ACLED[type],  # type: ignore[index]
            "modality": modality,
            "confidence": 0.9,
            "claims": claims or (claim(MOSCOW),),
            "mentions": (Mention(start=0, end=len(sentence), sentence=sentence),),
            "actor": actor,
            "place": place,
            "when": when,
            "extent": extent,
        }
        | more
    )


def extraction(
    number: int,
    *events: Event,
    offset: int | None = 0,
    partition: int = 0,
    extractor: ExtractorVersion = V1,
    text: str = "Text.",
    **more: Any,
) -> Extraction:
    """What `extractor` found in the revision of article `number` that stands at `offset` of the article log."""
    source = article(number, text)
    return Extraction(
        **{
            "article_id": source.article_id,
            "revision": source.revision,
            "extractor": extractor,
            "document": CleanedDocument(text=text, language="en"),
            "events": events,
            "received_at": source.received_at,
            "origin": None if offset is None else Origin(topic=ARTICLES.name, partition=partition, offset=offset),
            "url": source.url,
            "published_at": source.published_at,
            "publisher": source.publisher,
        }
        | more
    )


def outgoing(message: Article | Extraction) -> Outgoing:
    """The record that carries `message`."""
    topic = ARTICLES if isinstance(message, Article) else EXTRACTIONS
    return Outgoing(topic.name, message.article_id.encode(), encode(message))


def withdrawn(number: int) -> Outgoing:
    """The tombstone of article `number`'s extraction."""
    return Outgoing(EXTRACTIONS.name, article_id(number).encode(), None)
