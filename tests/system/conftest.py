"""The stack on either log, with folders for its output."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.stack import Stack


@pytest.fixture
def kafka_stack(fresh_kafka, postgres: str, tmp_path: Path) -> Iterator[Stack]:  # type: ignore[no-untyped-def]
    with Stack(fresh_kafka.address, postgres, tmp_path) as stack:
        yield stack


@pytest.fixture
def postgres_stack(postgres: str, tmp_path: Path) -> Iterator[Stack]:
    with Stack(postgres, postgres, tmp_path) as stack:
        yield stack
