"""Fixtures that every kind of test shares: a real Postgres and a real Apache Kafka, started once per session."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.support.kafka.secured import SecuredKafka, secured_kafka
from tests.support.kafka.server import KafkaMissingError, KafkaServer, kafka_server
from tests.support.postgres import PostgresServer, postgres_server

T = TypeVar("T")

# The same examples in every run: a change is told from chance, and what CI refuses fails here too.
settings.register_profile("frontlog", derandomize=True, deadline=None)
settings.load_profile("frontlog")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for Kafka or Postgres carries the marker: `pytest -m "not kafka"` needs no further care."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"kafka", "fresh_kafka", "secured"}:
            item.add_marker(pytest.mark.kafka)
        if names & {"postgres", "postgres_session"}:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres_session() -> Iterator[PostgresServer]:
    """The session's Postgres server. A test that kills it must start it again."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(postgres_session: PostgresServer) -> Iterator[str]:
    """The URL of a new, empty database: postgresql://user:password@127.0.0.1:port/name."""
    url = postgres_session.new_database()
    yield url
    postgres_session.drop_database(url)


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaServer]:
    """The session's Kafka (`.bootstrap`, `.address`). Tests share it: use topic and group names of your own.

    A test that kills it must start it again.
    """
    with _broker(kafka_server) as server:
        yield server


@pytest.fixture
def fresh_kafka() -> Iterator[KafkaServer]:
    """A Kafka of the test's own, for whoever needs the real topics' names or breaks the broker."""
    with _broker(kafka_server) as server:
        yield server


@pytest.fixture(scope="module")
def secured() -> Iterator[SecuredKafka]:
    """A Kafka that asks for passwords and certificates, for one module's tests."""
    with _broker(secured_kafka) as server:
        yield server


@contextmanager
def _broker(started: Callable[[], AbstractContextManager[T]]) -> Iterator[T]:
    try:
        with started() as server:
            yield server
    except KafkaMissingError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"Kafka's tests cannot run, and CI must run them: {error}", pytrace=False)
        pytest.skip(f"Kafka's tests are skipped: {error}")
