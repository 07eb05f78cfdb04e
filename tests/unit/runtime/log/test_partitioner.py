"""Partitions by key: as Kafka's Java client has them."""

import pytest

from services.runtime.log.partitioner import murmur2, partition_of


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("21", -973932308),
        ("foobar", -790332482),
        ("a-little-bit-long-string", -985981536),
        ("a-little-bit-longer-string", -1486304829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        ("abc", 479470107),
    ],
)
def test_hash_is_that_of_the_java_client(text: str, signed: int) -> None:
    # The figures are those that Kafka's own tests of Utils.murmur2 expect.
    assert murmur2(text.encode()) == signed & 0xFFFFFFFF


def test_every_partition_is_used_and_none_beyond() -> None:
    assert {partition_of(b"%d" % i, 6) for i in range(200)} == set(range(6))


def test_an_empty_key_has_a_partition() -> None:
    assert 0 <= partition_of(b"", 3) < 3
