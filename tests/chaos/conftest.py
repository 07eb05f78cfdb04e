"""Whether there can be a Kafka here: as for all tests of it, its lack is a skip, and a failure in CI."""

import os

import pytest

from tests.support.kafka.server import KafkaMissingError, kafka_libraries


@pytest.fixture(scope="session")
def kafka_possible() -> None:
    try:
        kafka_libraries()
    except KafkaMissingError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"chaos cannot run on Kafka, and CI must run it: {error}", pytrace=False)
        pytest.skip(f"chaos on Kafka is skipped: {error}")
