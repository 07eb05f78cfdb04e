"""The articles of late, so that a repeat is answered as known and not logged again.

In memory and bounded. It is filled with what this process publishes and, by `tail`, with what the log holds besides:
other replicas write there too. What slips through is one more record of the same article and revision, which changes
nothing downstream.
"""

from collections import OrderedDict
from dataclasses import dataclass

from services.runtime.log.port import Position


@dataclass(frozen=True, slots=True)
class Latest:
    """The last known revision of an article, and where it stands in the log."""

    revision: str
    partition: int
    offset: int


class Recent:
    """The last `most` articles that are durably in the log, each with its latest revision.

    Only what is durable: an article of which the log has not said so may have to be sent again. Only the latest
    revision, by the log's order: where a text was changed and then changed back, the former text has to come last.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._latest: OrderedDict[str, Latest] = OrderedDict()
        self._doubtful: OrderedDict[str, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._latest)

    def knows(self, article_id: str, revision: str) -> bool:
        """Whether this is the latest revision of an article, of all that this memory was told of."""
        latest = self._latest.get(article_id)
        if latest is None or latest.revision != revision or article_id in self._doubtful:
            return False
        self._latest.move_to_end(article_id)
        return True

    def logged(self, article_id: str, revision: str, at: Position) -> None:
        """`revision` is durable at this position. Told in any order: what stands further on counts."""
        before = self._latest.get(article_id)
        if before is not None and before.partition == at.partition and before.offset >= at.offset:
            return
        self._latest[article_id] = Latest(revision, at.partition, at.offset)
        self._latest.move_to_end(article_id)
        while len(self._latest) > self._most:
            self._latest.popitem(last=False)

    def doubt(self, article_id: str) -> None:
        """A text of it may have been published, or be published yet, and nobody knows.

        Its next text is to be logged whatever the log holds, and then to be told by `settle`.
        """
        self._doubtful[article_id] = None
        while len(self._doubtful) > self._most:
            self._latest.pop(self._doubtful.popitem(last=False)[0], None)

    def settle(self, article_id: str) -> None:
        """A text of it was published after the doubt."""
        self._doubtful.pop(article_id, None)

    def forget_before(self, partition: int, offset: int) -> None:
        """What stands in this partition before `offset` may have been followed by what was not read."""
        stale = [key for key, one in self._latest.items() if one.partition == partition and one.offset < offset]
        for key in stale:
            del self._latest[key]
