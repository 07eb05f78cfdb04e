"""Dead letters: the original is untouched, the reason can be read back."""

from datetime import UTC, datetime

import pytest

from services.contracts.messages import Origin
from services.runtime.dead_letters import (
    NotADeadLetterError,
    dead_letter,
    original_headers,
    position_of,
    put_back,
    reason_of,
    without_value,
)
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


def put_back_as_read(letter: Outgoing, offset: int) -> Record:
    back = put_back(as_read(letter, 8), letter.value)
    return Record(back.topic, 3, offset, back.key, back.value, back.headers, datetime.now(UTC))


def test_a_record_that_was_put_back_is_the_original_and_stands_where_it_first_stood() -> None:
    headers = (("ce_id", b"1"), ("twice", b"\x00"), ("twice", b"\xff"))
    again = put_back_as_read(bury(a_record(headers)), offset=40)
    assert (again.topic, again.key, again.value) == ("frontlog.articles", b"\xffkey", b"{")
    assert original_headers(again.headers) == headers
    assert position_of(again) == Origin(topic="frontlog.articles", partition=3, offset=17)
    assert dict(again.headers)["frontlog-letter"] == b"extract/0/8"


def test_what_fails_again_after_it_was_put_back_is_one_letter_with_all_its_attempts() -> None:
    headers = (("ce_id", b"1"),)
    letter = bury(put_back_as_read(bury(a_record(headers)), offset=40), attempts=2)
    assert reason_of(letter.headers).attempts == 3
    assert reason_of(letter.headers).origin.offset == 17
    assert original_headers(letter.headers) == headers
    assert len([name for name, _ in letter.headers if name == "frontlog-reason"]) == 1


@pytest.mark.parametrize(
    "told",
    [
        b"frontlog.articles/3/40",
        b"frontlog.articles/3/41",
        b"frontlog.events/3/1",
        b"frontlog.articles/x/1",
        b"frontlog.articles/3/-1",
        b"\xff",
        b"",
    ],
)
def test_a_position_that_cannot_be_does_not_count(told: bytes) -> None:
    record = Record("frontlog.articles", 3, 40, b"k", b"", (("frontlog-retry-of", told),), datetime.now(UTC))
    assert position_of(record) == Origin(topic="frontlog.articles", partition=3, offset=40)


def test_a_letter_without_room_for_its_value_points_to_it() -> None:
    letter = without_value(bury(a_record()))
    assert letter.value is None
    assert reason_of(letter.headers).origin.offset == 17
    assert ("frontlog-left-at-origin", b"true") in letter.headers
