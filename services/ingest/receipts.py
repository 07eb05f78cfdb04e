"""What is answered to articles that were taken: one receipt, or the results of a batch."""

from typing import Literal

import msgspec

from services.runtime.web.problems import Problem

Status = Literal["accepted", "known", "rejected"]


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one article. `accepted`: durably in the log. `known`: a repeat of one that is, not logged again."""

    article_id: str
    """UUID, the same for each revision of one article."""
    revision: str
    """Hash of title, text and date."""
    status: Literal["accepted", "known"]


class ItemResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one article of several."""

    index: int
    """Counts from 0; empty lines of NDJSON do not count."""
    status: Status
    article_id: str | None = None
    revision: str | None = None
    problem: Problem | None = None
    """Why it was rejected; pointers are relative to the article."""


class BatchReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to several articles, at least one of which was taken: one result for each, in their order."""

    accepted: int
    known: int
    rejected: int
    results: tuple[ItemResult, ...]


class BatchProblem(Problem, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to several articles none of which could be taken: a problem, and one result for each."""

    results: tuple[ItemResult, ...] = ()
