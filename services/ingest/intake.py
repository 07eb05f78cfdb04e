"""From a body to its answer: articles out of the body, the new ones into the log, a receipt for each.

    items (body) -> check (accept) -> page (html_pool) -> article (accept) -> known (tail)? -> publish -> receipts

An article counts as accepted, and is remembered as known, only when the log has made it durable.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from services.contracts import cloudevents, codec
from services.contracts.messages import Article
from services.contracts.topics import ARTICLES
from services.ingest import accept, problems
from services.ingest.accept import Refusal, Submission
from services.ingest.body import JSON, Item, Items
from services.ingest.html_pool import HtmlPool, UnreadablePageError
from services.ingest.receipts import BatchProblem, BatchReceipt, ItemResult, Receipt, Status
from services.ingest.replay import Answer
from services.ingest.tail import Tail
from services.runtime import metrics
from services.runtime.clock import now
from services.runtime.health import Attempts
from services.runtime.log.port import Log, LogUnavailableError, Outgoing, RecordTooLargeError
from services.runtime.trace import trace_id
from services.runtime.web.problems import MEDIA_TYPE, FieldError, Problem

_log = structlog.get_logger(__name__)
FAILING_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a request came from: the webhook's source, or None, and the trace that it is part of."""

    source: str | None = None
    traceparent: str | None = None

    @property
    def label(self) -> str:
        """For metrics."""
        return self.source or "articles"

    @property
    def path(self) -> str:
        """The path that was posted to."""
        return f"/webhooks/{self.source}" if self.source else "/articles"


class Intake:
    """Takes articles. One per process; safe for many requests of one event loop."""

    def __init__(self, log: Log, pages: HtmlPool, tail: Tail, publish_seconds: float) -> None:
        self._log = log
        self._pages = pages
        self._tail = tail
        self._publish_seconds = publish_seconds
        self.attempts = Attempts(FAILING_SECONDS)
        """Whether articles become durable, for `/readyz`."""

    async def take(self, items: Items, sender: Sender) -> Answer:
        """Return the answer to a request's articles. Raises the problem 503 where the log is not reachable."""
        outcomes = [await self._read(item, sender) for item in items.items]
        statuses = await self._publish([found for found in outcomes if isinstance(found, Article)], sender)
        results = []
        for index, found in enumerate(outcomes):
            result = _rejected(index, found) if isinstance(found, Problem) else statuses[_key(found)].pop(0)
            results.append(msgspec.structs.replace(result, index=index))
        _count(results, sender)
        return _single(results[0], sender) if items.single else _batch(tuple(results), sender)

    async def _read(self, item: Item, sender: Sender) -> Article | Problem:
        """One item to its article, or to what is wrong with it."""
        # A batch is many milliseconds of work: others get their turn in between.
        await asyncio.sleep(0)
        if item.fault is not None:
            return problems.make(problems.MALFORMED, item.fault)
        try:
            submission = await self._with_text(accept.check(item.value))
            return accept.article(submission, received_at=now(), source=sender.source)
        except Refusal as refusal:
            return refused(refusal)

    async def _with_text(self, submission: Submission) -> Submission:
        if submission.text is not None or submission.html is None:
            return submission
        try:
            page = await self._pages.read(submission.html, submission.url)
        except UnreadablePageError as error:
            fault = FieldError(pointer="/html", detail=f"the page could not be read: {error}; send its text as `text`")
            raise Refusal("unprocessable", (fault,)) from None
        return accept.complete(submission, page)

    async def _publish(self, articles: Sequence[Article], sender: Sender) -> dict[tuple[str, str], list[ItemResult]]:
        """Publish what is new. Return the results by article and revision, in the order of the articles."""
        results: dict[tuple[str, str], list[ItemResult]] = {}
        fresh: list[Article] = []
        latest: dict[str, str] = {}
        there = await self._known(articles)
        for article in articles:
            key = _key(article)
            known = latest.get(article.article_id) == article.revision or (
                article.article_id not in latest and key in there
            )
            if not known:
                fresh.append(article)
            latest[article.article_id] = article.revision
            results.setdefault(key, []).append(_taken(article, known=known))
        for key, problem in (await self._log_all(fresh, sender)).items():
            results[key] = [_rejected(0, problem) for _ in results[key]]
        return results

    async def _known(self, articles: Sequence[Article]) -> set[tuple[str, str]]:
        """Return those that stand last of their article in the log, as far as this process remembers."""
        try:
            async with asyncio.timeout(self._publish_seconds):
                return await self._tail.known([_key(article) for article in articles])
        except (LogUnavailableError, TimeoutError) as error:
            raise _unavailable(error, len(articles), "the log cannot be asked; send the articles again") from error

    async def _log_all(self, articles: Sequence[Article], sender: Sender) -> dict[tuple[str, str], Problem]:
        """Make the articles durable and remember them. Return those that the log refuses for their size."""
        if not articles:
            return {}
        try:
            async with asyncio.timeout(self._publish_seconds):
                positions = await self._log.publish([record(article, sender) for article in articles])
        except RecordTooLargeError as error:
            if len(articles) == 1:
                return {_key(articles[0]): _too_large(str(error))}
            return await self._log_each(articles, sender)
        except BaseException as error:
            self._tail.doubt(articles)
            if not isinstance(error, LogUnavailableError | TimeoutError):
                raise
            self.attempts.failed(str(error) or type(error).__name__)
            raise _unavailable(
                error, len(articles), "the articles could not be made durable; send them again"
            ) from error
        self.attempts.succeeded()
        trace = trace_id(sender.traceparent)
        for article, position in zip(articles, positions, strict=True):
            self._tail.logged(article.article_id, article.revision, position)
            _log.info(
                "article_accepted",
                article_id=article.article_id,
                revision=article.revision,
                source=sender.label,
                topic=position.topic,
                partition=position.partition,
                offset=position.offset,
                trace_id=trace,
            )
        return {}

    async def _log_each(self, articles: Sequence[Article], sender: Sender) -> dict[tuple[str, str], Problem]:
        refusals: dict[tuple[str, str], Problem] = {}
        for article in articles:
            refusals |= await self._log_all([article], sender)
        return refusals


def record(article: Article, sender: Sender) -> Outgoing:
    """The record of one article, with its CloudEvents headers. The same article and revision has the same `ce_id`."""
    return Outgoing(
        topic=ARTICLES.name,
        key=article.article_id.encode(),
        value=codec.encode(article),
        headers=cloudevents.headers(
            ARTICLES,
            id=f"{article.article_id}:{article.revision}",
            source=sender.path,
            time=article.received_at,
            subject=article.article_id,
            traceparent=sender.traceparent,
        ),
    )


def refused(refusal: Refusal) -> Problem:
    """The problem of an article that cannot be taken."""
    kind = problems.INVALID if refusal.kind == "invalid" else problems.UNPROCESSABLE
    first = refusal.errors[0]
    detail = f"{first.pointer or 'the article'}: {first.detail}"
    more = len(refusal.errors) - 1
    return problems.make(kind, detail + (f" (and {more} more)" if more else ""), refusal.errors)


def _unavailable(error: Exception, articles: int, detail: str) -> Exception:
    _log.warning("log_unavailable", articles=articles, error=str(error) or type(error).__name__)
    return problems.log_unavailable(detail)


def _key(article: Article) -> tuple[str, str]:
    return article.article_id, article.revision


def _too_large(detail: str) -> Problem:
    return problems.make(problems.UNPROCESSABLE, f"the log does not take an article of this size: {detail}")


def _taken(article: Article, *, known: bool) -> ItemResult:
    status: Status = "known" if known else "accepted"
    return ItemResult(index=0, status=status, article_id=article.article_id, revision=article.revision)


def _rejected(index: int, problem: Problem) -> ItemResult:
    return ItemResult(index=index, status="rejected", problem=problem)


def _count(results: Sequence[ItemResult], sender: Sender) -> None:
    for result in results:
        if result.problem is not None:
            metrics.REQUESTS_REJECTED.labels(result.problem.type.rpartition(":")[2]).inc()
        elif result.status == "known":
            metrics.ARTICLES_KNOWN.labels(sender.label).inc()
        else:
            metrics.ARTICLES_ACCEPTED.labels(sender.label).inc()


def _single(result: ItemResult, sender: Sender) -> Answer:
    if result.problem is not None:
        found = msgspec.structs.replace(result.problem, instance=sender.path)
        return Answer(found.status, msgspec.json.encode(found), MEDIA_TYPE)
    assert result.article_id is not None
    assert result.revision is not None
    known = result.status == "known"
    receipt = Receipt(article_id=result.article_id, revision=result.revision, status="known" if known else "accepted")
    return Answer(200 if known else 202, msgspec.json.encode(receipt), JSON)


def _batch(results: tuple[ItemResult, ...], sender: Sender) -> Answer:
    """202 where any article was accepted, 200 where the rest are known, else a problem of their lowest status."""
    statuses = [result.status for result in results]
    if "accepted" in statuses or "known" in statuses:
        receipt = BatchReceipt(
            accepted=statuses.count("accepted"),
            known=statuses.count("known"),
            rejected=statuses.count("rejected"),
            results=results,
        )
        return Answer(202 if "accepted" in statuses else 200, msgspec.json.encode(receipt), JSON)
    found = [result.problem for result in results if result.problem is not None]
    lowest = min(found, key=lambda problem: problem.status)
    whole = BatchProblem(
        type=lowest.type,
        title=lowest.title,
        status=lowest.status,
        detail=f"none of the {len(results)} articles could be taken; `results` says why",
        instance=sender.path,
        results=results,
    )
    return Answer(lowest.status, msgspec.json.encode(whole), MEDIA_TYPE)
