"""What a batch comes to, for each article, given what the tables hold (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.store.projections.precedence import Standpoint, supersedes
from services.store.projector.decode import ArticleExtracted, ExtractionWithdrawn
from services.store.projector.prepare import Prepared


@dataclass(slots=True)
class Outcome:
    """What becomes of one article's extraction.

    With `changed`, its rows are replaced whole by `rows` (None: they go). `passed_over` are events of extractions that
    do not stand, older ones and ones that the batch itself replaces: they were published, and must be withdrawn.
    """

    standpoint: Standpoint | None
    rows: Prepared | None = None
    changed: bool = False
    older: int = 0
    passed_over: set[UUID] = field(default_factory=set)
    before: Standpoint | None = None
    """What stood before the batch."""

    @property
    def is_news(self) -> bool:
        """Whether readers see the article's revision for the first time: not where it was only extracted again."""
        if self.rows is None or self.before is None:
            return self.rows is not None
        new = self.rows.extraction
        known = (self.before.origin_partition, self.before.origin_offset, self.before.received_at)
        return known != (new.origin_partition, new.origin_offset, new.received_at)


def outcomes(
    items: Iterable[ArticleExtracted | ExtractionWithdrawn], current: Mapping[UUID, Standpoint]
) -> dict[UUID, Outcome]:
    """Fold `items`, which are in order within each article, over the extractions that stand now."""
    found: dict[UUID, Outcome] = {}
    for item in items:
        stood = current.get(item.article_id)
        outcome = found.setdefault(item.article_id, Outcome(stood, before=stood))
        stands = outcome.standpoint
        if isinstance(item, ExtractionWithdrawn):
            if stands and stands.log_partition == item.record.partition and stands.log_offset > item.record.offset:
                continue
            _pass_over(outcome)
            outcome.standpoint, outcome.rows, outcome.changed = None, None, True
        elif stands is None or supersedes(item.standpoint, stands):
            _pass_over(outcome)
            outcome.standpoint, outcome.rows, outcome.changed = item.standpoint, item.rows, True
        else:
            outcome.older += 1
            outcome.passed_over |= item.event_ids
    return found


def _pass_over(outcome: Outcome) -> None:
    if outcome.rows is not None:
        outcome.passed_over |= {event.event_id for event in outcome.rows.events}
