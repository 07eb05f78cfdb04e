"""Which articles are to be extracted again (pure): by time, publisher, type, place, version of what stands now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from services.contracts.messages import Article, Extraction
from services.contracts.taxonomy import EVENT_TYPES

NAMES: Final = ("publisher", "source", "type", "place", "version")
NONE: Final = "none"
"""`version=none`: articles without an extraction."""


@dataclass(frozen=True, slots=True)
class Where:
    """All that is set must hold; of several values of one name, any."""

    since: datetime | None = None
    until: datetime | None = None
    values: dict[str, frozenset[str]] = field(default_factory=dict)

    def takes_article(self, article: Article) -> bool:
        """Whether `article` is one of them, as far as it tells."""
        at = published(article)
        return (
            (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and self._holds("publisher", (article.publisher or "",))
            and self._holds("source", (article.source or "",))
        )

    def takes_extraction(self, extraction: Extraction) -> bool:
        """Whether the extraction that stands now is one of them."""
        places = [event.place for event in extraction.events if event.place is not None]
        return (
            self._holds("type", (event.type for event in extraction.events))
            and self._holds("place", (name for place in places for name in (place.id or "", place.name, place.surface)))
            and self._holds("version", (extraction.extractor.version,))
        )

    def takes_without_extraction(self) -> bool:
        """Whether an article that has none is one of them."""
        return self._holds("type", ()) and self._holds("place", ()) and self._holds("version", (NONE,))

    def _holds(self, name: str, found: Iterable[str]) -> bool:
        wanted = self.values.get(name)
        return not wanted or any(one.casefold() in wanted for one in found)


def where(texts: Iterable[str], since: datetime | None = None, until: datetime | None = None) -> Where:
    """Read conditions such as `publisher=Example Wire`. Raises ValueError that says what is expected."""
    values: dict[str, set[str]] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not separator or name not in NAMES or not value:
            raise ValueError(f"--where {text!r}: expected NAME=VALUE, the names are {', '.join(NAMES)}")
        if name == "type" and value not in EVENT_TYPES:
            raise ValueError(f"--where {text!r}: the types are {', '.join(EVENT_TYPES)}")
        values.setdefault(name, set()).add(value.casefold())
    return Where(since, until, {name: frozenset(found) for name, found in values.items()})


def published(article: Article) -> datetime:
    """When `article` was published or, where it does not say so readably, received; in UTC."""
    for text in (article.published_at, article.received_at):
        try:
            found = datetime.fromisoformat((text or "").strip())
        except ValueError:
            continue
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return datetime.min.replace(tzinfo=UTC)
