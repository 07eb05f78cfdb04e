"""The consumer examples of `examples/consumers`, run as they are told to be, on a real Kafka: each ends with the
current set of events by key, whatever was changed and withdrawn before."""

import asyncio
import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from services.contracts.codec import encode
from services.contracts.messages import Event
from services.contracts.topics import EVENTS
from services.runtime.log.open import open_log
from services.runtime.log.port import Outgoing
from tests.support import extractions as make
from tests.support.kafka.server import KafkaServer
from tests.support.programs import needed

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples" / "consumers"
SECONDS = 90


@dataclass
class Posted:
    """A topic with what was said on it, and what holds in the end."""

    bootstrap: str
    topic: str
    current: dict[str, str]
    records: int
    withdrawn: set[str]
    changed: set[str]


@pytest.fixture
async def posted(kafka: KafkaServer) -> AsyncIterator[Posted]:
    """Thirty events; some are said again, some are withdrawn, one of these comes back, one tombstone is of nothing."""
    topic = replace(EVENTS, name=f"frontlog.events-{secrets.token_hex(4)}", partitions=3)
    log = open_log(kafka.address)
    try:
        await log.create_topics([topic])
        events = [make.event(number, "strike" if number % 2 else "capture") for number in range(30)]
        # In quotation marks of a text there may be what looks like a field.
        events[3] = make.event(3, "assault", sentence='He wrote "type":"picnic" \t and left.')
        changed, withdrawn = events[:5], events[10:18]

        def said(event: Event, value: bool = True) -> Outgoing:
            return Outgoing(topic.name, event.event_id.encode(), encode(event) if value else None)

        records = [
            *(said(event) for event in events),
            *(said(event) for event in changed),
            *(said(event, False) for event in withdrawn),
            said(withdrawn[0]),
            said(make.event(99), False),
        ]
        for record in records:
            await log.publish([record])
        gone = {event.event_id for event in withdrawn[1:]}
        yield Posted(
            bootstrap=kafka.bootstrap,
            topic=topic.name,
            current={event.event_id: event.type for event in events if event.event_id not in gone},
            records=len(records),
            withdrawn=gone,
            changed={event.event_id for event in changed},
        )
    finally:
        await log.close()


async def ran(*command: str | Path, cwd: Path = EXAMPLES, env: dict[str, str] | None = None) -> str:
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        cwd=cwd,
        env=os.environ | (env or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        output, errors = await process.communicate()
        pytest.fail(f"no end in {SECONDS} s: {output.decode()[-2000:]} {errors.decode()[-2000:]}")
    assert process.returncode == 0, errors.decode()[-3000:]
    return output.decode()


def check(output: str, posted: Posted) -> None:
    *lines, last = output.splitlines()
    assert json.loads(last) == posted.current
    assert len(lines) == posted.records
    told = [line.split() for line in lines]
    by_name = {name: {key for found, key, *_ in told if found == name} for name in ("added", "changed", "withdrawn")}
    assert by_name["added"] >= set(posted.current)
    assert by_name["changed"] == posted.changed
    assert by_name["withdrawn"] >= posted.withdrawn
    assert [name for name, *_ in told].count("unknown") == 1


async def test_aiokafka(posted: Posted) -> None:
    check(await ran(sys.executable, "current_aiokafka.py", "--once", posted.bootstrap, posted.topic), posted)


async def test_faust(posted: Posted) -> None:
    check(await ran(sys.executable, "current_faust.py", "--once", posted.bootstrap, posted.topic), posted)


async def test_kcat(posted: Posted) -> None:
    needed("kcat")
    check(await ran("./current_kcat.sh", "--once", posted.bootstrap, posted.topic), posted)


async def test_javascript(posted: Posted) -> None:
    node = needed("node")
    folder = await installed()
    check(await ran(node, "current.js", "--once", posted.bootstrap, posted.topic, cwd=folder), posted)


async def installed() -> Path:
    """The JavaScript example with the packages that its lock file names, made once for each lock file."""
    npm = needed("npm")
    lock = (EXAMPLES / "package-lock.json").read_bytes()
    folder = ROOT / ".cache" / "examples" / hashlib.sha256(lock).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "current.js"):
        shutil.copy(EXAMPLES / name, folder / name)
    if not (folder / "node_modules" / "kafkajs").is_dir():
        await ran(npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
    return folder
