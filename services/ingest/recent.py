"""The articles of late, so that a repeat is answered as known and not logged again.

In memory, bounded, and lost with the process: what slips through is one more record of the same article and revision,
which changes nothing downstream.
"""

from collections import OrderedDict


class Recent:
    """The last `most` articles that are durably in the log, each with its latest revision.

    Only what is durable: an article of which the log has not said so may have to be sent again. Only the latest
    revision: where a text was changed and then changed back, the former text has to come last in the log.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._latest: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._latest)

    def knows(self, article_id: str, revision: str) -> bool:
        """Whether this is the latest revision of an article that was logged of late."""
        if self._latest.get(article_id) != revision:
            return False
        self._latest.move_to_end(article_id)
        return True

    def remember(self, article_id: str, revision: str) -> None:
        """Call this once the article is durable."""
        self._latest[article_id] = revision
        self._latest.move_to_end(article_id)
        while len(self._latest) > self._most:
            self._latest.popitem(last=False)
