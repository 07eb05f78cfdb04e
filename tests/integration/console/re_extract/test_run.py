"""A re-extraction on both homes of the log: what it takes, that it resumes, and that nothing newer is lost to it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.console.re_extract import run
from services.console.re_extract.run import ExtractorChangedError, code_due, publish_due, settle
from services.console.re_extract.spool import Blobs, Spool
from services.console.re_extract.survey import Survey, survey
from services.console.re_extract.where import Where, where
from services.contracts.codec import decode, encode
from services.contracts.messages import Article, Extraction
from services.contracts.topics import ARTICLES, EVENTS, EXTRACTIONS
from services.extract.worker.coding import code
from services.extract.worker.pool import StageError
from services.runtime.log.port import Outgoing, TopicPartition
from services.runtime.log.whole import read_topic
from tests.integration.conftest import Place
from tests.support import extractions as make


class Reader:
    """Version 2 of an extractor: it finds a capture of Kupiansk in each article, and a hold where the text says so."""

    def __init__(self, version: Any = make.V2) -> None:
        self.read: list[str] = []
        self._version = version

    async def run(self, article: bytes) -> bytes:
        read = decode(Article, article)
        self.read.append(read.article_id)
        if "broken" in read.text:
            raise StageError("stage_error", "told to")
        number = int((read.extra or {})["number"])
        events = [make.event(number)]
        if "hold" in read.text and self._version is make.V2:
            events.append(make.event(number, "hold", actor=make.UKR))
        return encode(make.extraction(number, *events, extractor=self._version, text=read.text))


class Run:
    """One re-extraction, step by step."""

    def __init__(self, place: Place, folder: Path, first: int) -> None:
        self.place = place
        self.first = first
        self.folder = folder
        self.reader = Reader()
        self.where = where([f"publisher={place.mine}"])

    async def receive(self, *texts: str, extracted: bool = True, start: int = 0) -> None:
        """Publish articles, and what version 1 of the extractor finds in them."""
        for number, text in enumerate(texts, start):
            mine = make.article(
                self.first + number, text, publisher=self.place.mine, extra={"number": self.first + number}
            )
            (at,) = await self.place.log.publish([make.outgoing(mine)])
            (record,) = await self.place.log.read(TopicPartition(at.topic, at.partition), at.offset, 1)
            if extracted:
                await self.place.log.publish((await code(record, Reader(make.V1), "1")).outgoing)

    async def prepare(self, condition: Where | None = None) -> tuple[Survey, list[Any], Spool, Blobs]:
        blobs, spool = Blobs(self.folder / "standing", fresh=True), Spool(self.folder)
        found = await survey(self.place.log, condition or self.where, blobs, lambda: None)
        due = found.due("2", condition or self.where)
        await code_due(self.place.log, self.reader, "2", due, spool, 3, lambda: None)
        return found, due, spool, blobs

    async def whole(self) -> int:
        found, due, spool, blobs = await self.prepare()
        published, _ = await publish_due(self.place.log, due, spool, found, blobs, lambda: None)
        await settle(self.place.log, self.reader, due, found)
        return published

    async def mine(self, topic: str) -> list[Any]:
        keys = {make.article_id(self.first + n).encode() for n in range(20)}
        keys |= {make.event(self.first + n, kind, **more).event_id.encode() for n in range(20) for kind, more in KINDS}
        return [r async for r in read_topic(self.place.log, topic) if r.key in keys]

    async def standing(self) -> dict[str, tuple[str, str]]:
        """Article -> version and text of its last extraction in the topic: what compaction leaves."""
        last = {r.key: decode(Extraction, r.value) for r in await self.mine(EXTRACTIONS.name)}
        return {e.article_id: (e.extractor.version, e.document.text) for e in last.values()}


KINDS: tuple[tuple[str, dict[str, Any]], ...] = (("capture", {}), ("hold", {"actor": make.UKR}))


@pytest.fixture
async def again(place: Place, tmp_path: Path) -> AsyncIterator[Run]:
    yield Run(place, tmp_path, int(place.mine[:7], 16) * 1000)


async def test_every_article_is_read_by_the_new_version_once(again: Run) -> None:
    await again.receive("one", "two hold", "three")
    await again.receive("four", extracted=False, start=3)
    before = len(await again.mine(EVENTS.name))
    assert await again.whole() == 4
    standing = await again.standing()
    assert {version for version, _ in standing.values()} == {"2"}
    # What did not change is not said again: the hold is new, and the capture of the fourth.
    assert len(await again.mine(EVENTS.name)) == before + 2
    assert await again.whole() == 0
    assert len(again.reader.read) == 4


async def test_only_what_is_asked_for_is_read(again: Run) -> None:
    await again.receive("one", "two")
    _, due, _, _ = await again.prepare(where([f"publisher={again.place.mine}", "type=strike"]))
    assert due == []
    _, due, _, _ = await again.prepare(where([f"publisher={again.place.mine}", "type=capture", "version=1"]))
    assert len(due) == 2


async def test_an_interrupted_run_reads_nothing_twice(again: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    await again.receive(*[f"text {n}" for n in range(6)])
    real = again.reader.run

    async def tires(article: bytes) -> bytes:
        if len(again.reader.read) == 4:
            raise RuntimeError("killed")
        return await real(article)

    monkeypatch.setattr(again.reader, "run", tires)
    with pytest.raises(RuntimeError, match="killed"):
        await again.prepare()
    monkeypatch.undo()
    assert await again.whole() == 6
    assert len(set(again.reader.read)) == 6
    assert len(again.reader.read) <= 6 + 3


async def test_an_article_that_cannot_be_read_keeps_what_it_had(again: Run) -> None:
    await again.receive("one")
    broken = make.article(again.first + 1, "broken", publisher=again.place.mine, extra={"number": again.first + 1})
    old = make.extraction(again.first + 1, make.event(again.first + 1), text="broken", offset=None)
    await again.place.log.publish([make.outgoing(broken), make.outgoing(old)])
    assert await again.whole() == 1
    assert (await again.standing())[make.article_id(again.first + 1)] == ("1", "broken")


async def test_a_revision_that_came_before_the_publishing_is_left_to_the_service(again: Run) -> None:
    await again.receive("one", "two")
    found, due, spool, blobs = await again.prepare()
    await again.receive("one, corrected")
    assert await publish_due(again.place.log, due, spool, found, blobs, lambda: None) == (1, 1)
    assert (await again.standing())[make.article_id(again.first)] == ("1", "one, corrected")


async def test_a_revision_that_came_during_the_publishing_is_what_stays(again: Run, monkeypatch: Any) -> None:
    await again.receive("one", "two")
    found, due, spool, blobs = await again.prepare()
    real, first = run._newer, [True]

    async def newer(*arguments: Any) -> Any:
        answer = await real(*arguments)
        if first.pop() if first else False:
            # Looked for, not there, and now it comes: its extraction is ahead of the older one's.
            await again.receive("one, corrected")
        return answer

    monkeypatch.setattr(run, "_newer", newer)
    assert await publish_due(again.place.log, due, spool, found, blobs, lambda: None) == (2, 0)
    assert (await again.standing())[make.article_id(again.first)] == ("2", "one")
    assert await settle(again.place.log, again.reader, due, found) == 1
    assert (await again.standing())[make.article_id(again.first)] == ("2", "one, corrected")
    assert await settle(again.place.log, again.reader, due, found) == 0


async def test_what_is_no_article_is_passed_over(again: Run) -> None:
    await again.receive("one")
    await again.place.log.publish(
        [Outgoing(ARTICLES.name, again.place.key("x"), b"{"), Outgoing(EXTRACTIONS.name, again.place.key("x"), b"{")]
    )
    assert await again.whole() == 1


async def test_an_extractor_that_changes_meanwhile_ends_the_run(again: Run) -> None:
    await again.receive("one")
    again.reader = Reader(make.V1)
    with pytest.raises(ExtractorChangedError, match="was version 2 and is 1"):
        await again.prepare()
    assert {version for version, _ in (await again.standing()).values()} == {"1"}
