"""From an article to its extraction: the list of stages, and the one pure function that the service and the CLI call.

Each stage takes the document that the ones before it have filled in and adds its own list (see `document`). Nothing
here reads a clock, a file or the network: the same article gives the same bytes.
"""

import html as html_entities
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from services.contracts.messages import Article, CleanedDocument, Extraction
from services.extract.document import Document
from services.extract.stages.actors import actors
from services.extract.stages.agency import agency
from services.extract.stages.arguments import arguments
from services.extract.stages.assemble import assemble, events_of
from services.extract.stages.claims import claims
from services.extract.stages.clean import clean
from services.extract.stages.language import language
from services.extract.stages.modality import modality
from services.extract.stages.numbers import numbers
from services.extract.stages.parse import dissolve
from services.extract.stages.places import places
from services.extract.stages.sentences import sentences
from services.extract.stages.syntax import syntax
from services.extract.stages.times import times
from services.extract.stages.triggers import triggers
from services.extract.version import extractor_version

Stage = Callable[[Document], None]

STAGES: Final[dict[str, Stage]] = {
    "clean": clean,
    "language": language,
    "sentences": sentences,
    "places": places,
    "actors": actors,
    "times": times,
    "numbers": numbers,
    "syntax": syntax,
    "triggers": triggers,
    "arguments": arguments,
    "modality": modality,
    "claims": claims,
    "agency": agency,
    "assemble": assemble,
}
"""In their order: each reads what the ones before it have added."""
STAGE_NAMES: Final = tuple(STAGES)


def stages(until: str | None = None) -> list[tuple[str, Stage]]:
    """Return the stages in order, up to and with `until`. Raises ValueError for an unknown name."""
    if until is None:
        return list(STAGES.items())
    if until not in STAGES:
        raise ValueError(f"no stage {until!r}; the stages are {', '.join(STAGES)}")
    names = list(STAGES)
    return [(name, STAGES[name]) for name in names[: names.index(until) + 1]]


def run(doc: Document, until: str | None = None, after: Callable[[str], None] | None = None) -> None:
    """Put `doc` through the stages, in place; up to and with the one named `until`, where given.

    A text that is not English goes no further than `language`: the rules would read things into it.
    `after` is called with each stage's name when it is done, for whoever measures.
    """
    for name, stage in stages(until):
        stage(doc)
        if after is not None:
            after(name)
        if doc.language != "en":
            return


def day_of(published_at: str | None) -> date | None:
    """Return the calendar day of an RFC 3339 time or a bare date; None where there is none or it cannot be read."""
    if not published_at:
        return None
    text = published_at.strip()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})", text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


_UNREAD: Final = re.compile(r"<(script|style|noscript|nav|aside|footer|form|svg|iframe)\b[^<>]{0,500}>", re.IGNORECASE)
"""Elements of a page that hold nothing of the article."""
_INLINE: Final = re.compile(r"</?(?:b|i|u|em|strong|span|a|sup|sub|small|mark|abbr|font)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,500}>")


def _readable(html: str) -> str:
    """Return the page without the elements that hold nothing of the article; one that is never closed stays."""
    low, kept, at = html.lower(), [], 0
    unclosed: set[str] = set()
    for match in _UNREAD.finditer(html):
        name = match.group(1).lower()
        if match.start() < at or name in unclosed:
            continue
        close = low.find(f"</{name}", match.end())
        if close < 0:
            unclosed.add(name)
            continue
        kept.append(html[at : match.start()])
        end = low.find(">", close)
        at = end + 1 if end >= 0 else len(html)
    return "\n".join([*kept, html[at:]])


def document_of(article: Article) -> Document:
    """Return the unread document of an article; text that is missing is taken from its HTML, tags removed."""
    text = article.text
    if not text.strip() and article.html:
        text = html_entities.unescape(_TAG.sub("\n", _INLINE.sub(" ", _readable(article.html))))
    return Document(
        raw_title=article.title,
        raw_text=text,
        published=day_of(article.published_at),
        publisher=article.publisher,
        url=article.url,
    )


def extract(article: Article) -> Extraction:
    """Return everything that this version of the extractor finds in `article`. Never raises on any text."""
    doc, extraction = read(article)
    let_go(doc)
    return extraction


def let_go(doc: Document) -> None:
    """Have all of the document go when nobody holds it, and not only when garbage is looked for: for whoever extracts
    many articles. Its parses are not to be asked again."""
    for sentence in doc.sentences:
        sentence.context = None
        if sentence.parse is not None:
            dissolve(sentence.parse)


def read(article: Article, after: Callable[[str], None] | None = None) -> tuple[Document, Extraction]:
    """Like `extract`, with the annotated document beside it. `after` as for `run`."""
    doc = document_of(article)
    run(doc, after=after)
    title = doc.text[: doc.body_start].rstrip("\n") if doc.body_start else None
    extraction = Extraction(
        article_id=article.article_id,
        revision=article.revision,
        extractor=extractor_version(),
        document=CleanedDocument(
            text=doc.text[doc.body_start :],
            title=title,
            language=doc.language,
            dateline=doc.dateline,
            byline=doc.byline,
            offsets=tuple(doc.offsets),
            notes=tuple(doc.notes),
        ),
        events=events_of(doc, article),
        received_at=article.received_at,
        title=article.title,
        url=article.url,
        published_at=article.published_at,
        publisher=article.publisher,
        source=article.source,
    )
    return doc, extraction
