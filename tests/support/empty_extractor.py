"""An extractor for tests of what is around it: it finds no events and, while it is broken, fails on every article."""

from services.contracts.codec import decode, encode
from services.contracts.messages import Article, CleanedDocument, Extraction
from services.extract.worker.pool import StageError
from tests.support.extractions import V1


class EmptyExtractor:
    """What a flow calls in a process pool's stead. `runs` counts the articles."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.runs = 0

    async def run(self, article: bytes) -> bytes:
        """Return an extraction without events. Raises StageError while it is broken."""
        self.runs += 1
        if self.broken:
            raise StageError("stage_error", "no gazetteer")
        read = decode(Article, article)
        return encode(
            Extraction(
                article_id=read.article_id,
                revision=read.revision,
                extractor=V1,
                document=CleanedDocument(text=read.text),
                events=(),
                received_at=read.received_at,
            )
        )
