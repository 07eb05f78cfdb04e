"""A log with every topic, on both of its homes, for what is read from it and written to it without a service."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.contracts.topics import TOPICS
from services.runtime.log.open import open_log
from services.runtime.log.port import Log

HOMES = [pytest.param("postgres", marks=pytest.mark.postgres), pytest.param("kafka", marks=pytest.mark.kafka)]


@dataclass
class Place:
    """A log, its address, and a prefix for keys that no other test has: the broker is shared."""

    address: str
    log: Log
    mine: str

    def key(self, name: str) -> bytes:
        return f"{self.mine}-{name}".encode()


@pytest.fixture
async def log(postgres: str) -> AsyncIterator[Log]:
    """An empty log with its topics."""
    log = open_log(postgres)
    await log.create_topics(TOPICS)
    yield log
    await log.close()


@pytest.fixture(params=HOMES)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    address = (
        request.getfixturevalue("kafka").address if request.param == "kafka" else request.getfixturevalue("postgres")
    )
    log = open_log(address)
    await log.create_topics(TOPICS)
    yield Place(address, log, secrets.token_hex(6))
    await log.close()
