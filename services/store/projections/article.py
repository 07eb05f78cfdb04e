"""Article -> its row: the metadata. The text that readers see is the cleaned one, which the extraction brings."""

from services.contracts.messages import Article
from services.store.projections.rows import ArticleRow
from services.store.projections.values import clean, clean_json, identifier, instant, optional


def project(article: Article, *, partition: int, offset: int, trace_id: str | None = None) -> ArticleRow:
    """Return the row of `article`, which stands at `offset` of `partition` of the article log.

    `trace_id` is the trace that its record is part of.

    Raises ProjectionError where an id or a time cannot be read.
    """
    received = instant("received_at", article.received_at)
    published = instant("published_at", article.published_at) if article.published_at else None
    return ArticleRow(
        article_id=identifier("article_id", article.article_id),
        revision=clean(article.revision),
        received_at=received,
        published_at=published,
        published_as=optional(article.published_at),
        sorted_at=published or received,
        title=optional(article.title),
        url=optional(article.url),
        publisher=optional(article.publisher),
        language=optional(article.language),
        source=optional(article.source),
        extra=clean_json(article.extra),
        log_partition=partition,
        log_offset=offset,
        trace_id=trace_id,
    )
