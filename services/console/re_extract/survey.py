"""What is in the log: of each article its latest revision, and the extraction that stands."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.console.re_extract.spool import Blobs
from services.console.re_extract.where import Where
from services.contracts.codec import UndecodableError, decode
from services.contracts.messages import Article, Extraction
from services.contracts.topics import ARTICLES, EXTRACTIONS
from services.runtime.dead_letters import position_of
from services.runtime.log.port import Log, Record
from services.runtime.log.whole import read_topic
from services.store.projections.precedence import Standpoint, supersedes
from services.store.projections.values import ProjectionError, instant

Tick = Callable[[], None]
"""Called after each record that was read."""


@dataclass(frozen=True, slots=True)
class Latest:
    """Where the latest revision of an article stands: `place` is its record, `position` where it counts as standing."""

    place: tuple[int, int]
    position: tuple[int, int]
    wanted: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The extraction that stands of an article. `blob` is where its JSON is kept."""

    standpoint: Standpoint
    version: str
    wanted: bool
    blob: int


@dataclass(slots=True)
class Survey:
    """Articles and extractions by article id, and where the article log ended when they were read."""

    ends: dict[int, int] = field(default_factory=dict)
    articles: dict[bytes, Latest] = field(default_factory=dict)
    extractions: dict[bytes, Standing] = field(default_factory=dict)

    def due(self, version: str, condition: Where, *, every: bool = False) -> list[tuple[bytes, Latest]]:
        """The wanted articles that `version` has not read yet (or `every` one), in the order of the log."""
        found = []
        for key, latest in self.articles.items():
            standing = self.extractions.get(key)
            wanted = standing.wanted if standing else condition.takes_without_extraction()
            if latest.wanted and wanted and (every or not _is_current(standing, latest, version)):
                found.append((key, latest))
        return sorted(found, key=lambda one: one[1].place)


async def survey(log: Log, condition: Where, blobs: Blobs, tick: Tick) -> Survey:
    """Read the article and the extraction log. Raises LogUnavailableError."""
    found = Survey(ends=await log.end_offsets(ARTICLES.name))
    async for record in read_topic(log, ARTICLES.name, ends=found.ends):
        tick()
        note_article(found, record, condition)
    async for record in read_topic(log, EXTRACTIONS.name):
        tick()
        _note_extraction(found, record, condition, blobs)
    return found


def note_article(found: Survey, record: Record, condition: Where) -> bool:
    """Take an article's record into account; return whether it is the latest of its article."""
    try:
        article = decode(Article, record.value or b"")
    except UndecodableError:
        return False  # the dead letters tell of it
    key, at = article.article_id.encode(), position_of(record)
    latest = found.articles.get(key)
    if latest is not None and latest.position > (at.partition, at.offset):
        return False
    place = (record.partition, record.offset)
    found.articles[key] = Latest(place, (at.partition, at.offset), condition.takes_article(article))
    return True


def _note_extraction(found: Survey, record: Record, condition: Where, blobs: Blobs) -> None:
    if record.value is None:
        found.extractions.pop(record.key or b"", None)
        return
    try:
        extraction = decode(Extraction, record.value)
        standpoint = standpoint_of(extraction, record)
    except (UndecodableError, ProjectionError):
        return
    key = extraction.article_id.encode()
    before = found.extractions.get(key)
    if before is None or supersedes(standpoint, before.standpoint):
        version, wanted = extraction.extractor.version, condition.takes_extraction(extraction)
        found.extractions[key] = Standing(standpoint, version, wanted, blobs.add(record.value))


def standpoint_of(extraction: Extraction, record: Record) -> Standpoint:
    """Where `extraction` stands, as the store sees it. Raises ProjectionError for a time that cannot be read."""
    origin, at = extraction.origin, position_of(record)
    return Standpoint(
        origin.partition if origin else None,
        origin.offset if origin else None,
        instant("received_at", extraction.received_at),
        at.partition,
        at.offset,
    )


def _is_current(standing: Standing | None, latest: Latest, version: str) -> bool:
    if standing is None or standing.version != version:
        return False
    at = standing.standpoint
    return (at.origin_partition, at.origin_offset) == latest.position
