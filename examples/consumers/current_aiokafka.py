"""Keeps the current events of frontlog by their keys: aiokafka, Python.

usage: python current_aiokafka.py [--once] [BOOTSTRAP] [TOPIC]      --once: end where the topic ended at the start

A null value withdraws its key. One line is printed for each change; at the end, with --once, what is held.
"""

import asyncio
import json
import sys

from aiokafka import AIOKafkaConsumer


def change(held: dict[str, dict], key: str, value: bytes | None) -> str:
    """Apply one record to what is held; return what it was: added, changed, withdrawn, or unknown."""
    if value is None:
        return "unknown" if held.pop(key, None) is None else "withdrawn"
    name = "changed" if key in held else "added"
    held[key] = json.loads(value)
    return name


async def main(bootstrap: str, topic: str, once: bool) -> None:
    held: dict[str, dict] = {}
    # Without a group all partitions are this consumer's, and every run reads all of the compacted topic.
    async with AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest") as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while not once or any([await consumer.position(p) < end for p, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    key = record.key.decode()
                    print(change(held, key, record.value), key, held.get(key, {}).get("type", ""), flush=True)
    print(json.dumps({key: event["type"] for key, event in held.items()}, sort_keys=True))


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--once"]
    bootstrap, topic = (*arguments, *("localhost:29092", "frontlog.events")[len(arguments) :])
    asyncio.run(main(bootstrap, topic, "--once" in sys.argv))
