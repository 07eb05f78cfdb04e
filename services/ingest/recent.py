"""The articles of late, so that a repeat is answered as known and not logged again.

In memory and bounded; after a restart only the end of the log is known (`recall`). What slips through is one more
record of the same article and revision, which changes nothing downstream.
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
        self._writing: dict[str, int] = {}
        self._raced: set[str] = set()

    def __len__(self) -> int:
        return len(self._latest)

    def knows(self, article_id: str, revision: str) -> bool:
        """Whether this is the latest revision of an article that was logged of late."""
        if self._latest.get(article_id) != revision:
            return False
        self._latest.move_to_end(article_id)
        return True

    def begin(self, article_id: str) -> None:
        """Call this before an article is published, and `done` after, however that ends."""
        self._writing[article_id] = self._writing.get(article_id, 0) + 1
        if self._writing[article_id] > 1:
            self._raced.add(article_id)

    def done(self, article_id: str, revision: str | None) -> None:
        """`revision` is durable, or None where that is not known.

        Where it is not known, or where two revisions of one article were published at the same time, nobody can say
        which text came last: the article is forgotten, and its next text is logged.
        """
        if revision is None or article_id in self._raced:
            self._latest.pop(article_id, None)
        else:
            self._latest[article_id] = revision
            self._latest.move_to_end(article_id)
            while len(self._latest) > self._most:
                self._latest.popitem(last=False)
        self._writing[article_id] -= 1
        if not self._writing[article_id]:
            del self._writing[article_id]
            self._raced.discard(article_id)
