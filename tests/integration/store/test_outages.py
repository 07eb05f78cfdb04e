"""The projector through a log that is away now and then, in the middle of anything: no record is left out."""

import pytest

from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import TopicPartition
from services.store.projector import projector as module
from services.store.projector.reader import Reader
from tests.integration.store.conftest import Store
from tests.integration.store.test_projector import history
from tests.support.outages import Outages


@pytest.mark.parametrize("which", [{"seek"}, {"poll", "commit", "seek"}])
async def test_whatever_call_of_the_log_fails_every_record_is_applied(
    store: Store, monkeypatch: pytest.MonkeyPatch, which: set[str]
) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.01)
    await store.publish(*history(4))
    log = Outages(store.log, 1, share=0.5, which=frozenset(which))
    reader = Reader()
    projector = store.projector(log=log, batch=8, reader=reader)
    try:
        async with projector.consumer() as consumer:
            steps = 0
            while await store.behind():
                await projector.step(consumer)
                steps += 1
                assert steps < 1000
                if steps % 3 == 0:
                    # As if the group had moved: what was read ahead has to be read again.
                    await projector.start_at([TopicPartition(EXTRACTIONS.name, 0)])
    finally:
        await reader.close()
    assert log.failed.keys() == which
    through = await store.contents()
    await store.forget()
    await store.project()
    assert await store.contents() == through
