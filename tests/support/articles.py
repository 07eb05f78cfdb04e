"""Articles of a sentence or two for the extractor's tests, what is found in them, and its slots as plain texts."""

from services.contracts.messages import Article, Event
from services.extract.commands import article_of
from services.extract.pipeline import extract


def article(text: str, *, title: str | None = None, published: str | None = "2024-10-02") -> Article:
    """Return an article; `published` is its date (ISO 8601), a Wednesday where none is given."""
    return article_of({"id": "a", "title": title, "text": text, "published_at": published})


def events_in(
    text: str, kind: str | None = None, *, title: str | None = None, published: str | None = "2024-10-02"
) -> list[Event]:
    """Return the events of an article, those of the type `kind` where one is named."""
    found = extract(article(text, title=title, published=published)).events
    return [event for event in found if kind is None or event.type == kind]


def place_of(event: Event) -> str | None:
    """The canonical name of the event's place."""
    return event.place.name if event.place else None


def side_of(event: Event) -> str | None:
    """The side of the event's actor."""
    return event.actor.side if event.actor else None
