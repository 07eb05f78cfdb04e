"""Reading a topic from one end to the other, outside of any group: for tools, and for what a stage has to look up."""

from collections.abc import AsyncIterator, Mapping

from services.runtime.log.port import Log, Record, TopicPartition


async def read_topic(
    log: Log, topic: str, starts: Mapping[int, int] | None = None, ends: Mapping[int, int] | None = None
) -> AsyncIterator[Record]:
    """Yield the records of `topic`, partition after partition, each in its order.

    `starts` are the offsets to begin at (0 where there is none), `ends` those to end before; without `ends`, where the
    topic ends now. With `starts`, only its partitions are read. Raises LogUnavailableError.
    """
    if ends is None:
        ends = await log.end_offsets(topic)
    for partition in sorted(ends if starts is None else ends.keys() & starts.keys()):
        at, end = (starts or {}).get(partition, 0), ends[partition]
        while at < end:
            batch = await log.read(TopicPartition(topic, partition), at)
            if not batch:
                break
            for record in batch:
                if record.offset < end:
                    yield record
            at = batch[-1].offset + 1
