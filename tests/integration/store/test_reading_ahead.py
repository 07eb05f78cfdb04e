"""A projector that reads ahead comes to the same tables, also where its partitions come and go meanwhile."""

from services.contracts.topics import EXTRACTIONS
from services.runtime.log.port import TopicPartition
from services.store.projector.reader import Reader
from tests.integration.store.conftest import Store
from tests.integration.store.test_projector import history


async def test_reading_ahead_changes_no_row(store: Store) -> None:
    await store.publish(*history(4))
    reader = Reader()
    projector = store.projector(batch=8, reader=reader)
    try:
        async with projector.consumer() as consumer:
            steps = 0
            while await store.behind():
                await projector.step(consumer)
                steps += 1
                if steps == 3:
                    # As if the group had moved: what was read ahead counts no longer.
                    await projector.start_at([TopicPartition(EXTRACTIONS.name, 0)])
    finally:
        await reader.close()
    once = await store.contents()
    await store.forget()
    await store.project()
    assert await store.contents() == once
