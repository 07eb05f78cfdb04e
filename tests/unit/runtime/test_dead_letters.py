"""Dead letters: the original is untouched, the reason can be read back."""

from datetime import UTC, datetime

import pytest

from services.contracts.messages import Origin
from services.runtime.dead_letters import NotADeadLetterError, dead_letter, original_headers, reason_of
from services.runtime.log.port import Headers, Outgoing, Record


def a_record(headers: Headers = (), key: bytes | None = b"\xffkey", value: bytes | None = b"{") -> Record:
    return Record("frontlog.articles", 3, 17, key, value, headers, datetime.now(UTC))


def as_read(letter: Outgoing, offset: int = 0) -> Record:
    return Record(letter.topic, 0, offset, letter.key, letter.value, letter.headers, datetime.now(UTC))


def bury(record: Record, error: str = "no", attempts: int = 1) -> Outgoing:
    return dead_letter(record, stage="extract", reason="not_json", error=error, version="1", attempts=attempts)


def test_key_value_and_headers_of_the_original_stay() -> None:
    headers = (("ce_id", b"1"), ("twice", b"\x00"), ("twice", b"\xff"))
    letter = bury(a_record(headers))
    assert (letter.topic, letter.key, letter.value) == ("frontlog.dead-letters.extract", b"\xffkey", b"{")
    assert letter.headers[:3] == headers == original_headers(letter.headers)


def test_a_tombstone_stays_one() -> None:
    assert bury(a_record(value=None)).value is None


def test_the_reason_can_be_read_back() -> None:
    found = reason_of(bury(a_record(), "what: не так", attempts=2).headers)
    assert (found.reason, found.stage, found.error, found.attempts) == ("not_json", "extract", "what: не так", 2)
    assert found.origin == Origin(topic="frontlog.articles", partition=3, offset=17)
    assert found.first_failed_at == found.last_failed_at


def test_a_second_failure_keeps_the_first_time_and_adds_the_attempts() -> None:
    first = bury(a_record())
    second = bury(as_read(first, 5), attempts=2)
    assert reason_of(second.headers).attempts == 3
    assert reason_of(second.headers).first_failed_at == reason_of(first.headers).first_failed_at
    assert reason_of(second.headers).origin.offset == 5


def test_headers_that_pretend_to_be_a_dead_letters_do_no_harm() -> None:
    letter = bury(a_record((("frontlog-reason", b"\xff\xfe"), ("frontlog-attempts", b"many"))))
    assert reason_of(letter.headers).reason == "not_json"
    assert reason_of(letter.headers).attempts == 1


def test_an_endless_error_is_cut() -> None:
    assert len(reason_of(bury(a_record(), "x" * 100_000).headers).error) == 1000


def test_a_record_without_the_headers_is_no_dead_letter() -> None:
    with pytest.raises(NotADeadLetterError, match="frontlog-reason"):
        reason_of((("ce_id", b"1"),))
