"""Keeps the current events of frontlog by their keys: Faust (faust-streaming), Python.

usage: python current_faust.py [--once] [BOOTSTRAP] [TOPIC]      --once: end where the topic ended at the start

A null value withdraws its key. One line is printed for each change; at the end, with --once, what is held.
The group's name is new in each run, so that every run reads all of the compacted topic.
"""

import asyncio
import json
import sys
import tempfile
import uuid

import faust
from faust.types import TP

arguments = [a for a in sys.argv[1:] if a != "--once"]
bootstrap, name = (*arguments, *("localhost:29092", "frontlog.events")[len(arguments) :])

app = faust.App(
    f"frontlog-example-{uuid.uuid4().hex[:8]}",
    broker=f"kafka://{bootstrap}",
    store="memory://",
    datadir=tempfile.gettempdir(),
    consumer_auto_offset_reset="earliest",
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
)
topic = app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
held: dict[str, dict] = {}
read: dict[TP, int] = {}


@app.agent(topic)
async def keep(stream: faust.Stream) -> None:
    async for event in stream.events():
        key = event.key.decode()
        if event.value is None:
            what = "unknown" if held.pop(key, None) is None else "withdrawn"
        else:
            what = "changed" if key in held else "added"
            held[key] = json.loads(event.value)
        print(what, key, held.get(key, {}).get("type", ""), flush=True)
        read[event.message.tp] = event.message.offset + 1


async def caught_up() -> bool:
    assigned = app.consumer.assignment()
    ends = await app.consumer.highwaters(*assigned) if assigned else {}
    return bool(ends) and all(read.get(tp, 0) >= (end or 0) for tp, end in ends.items())


async def main() -> None:
    await app.start()
    while "--once" not in sys.argv or not await caught_up():  # noqa: ASYNC110 - Faust has no event for it
        await asyncio.sleep(0.5)
    await app.stop()
    print(json.dumps({key: event["type"] for key, event in held.items()}, sort_keys=True))


if __name__ == "__main__":
    asyncio.run(main())
