"""The memory of recent articles."""

from services.ingest.recent import Recent
from services.runtime.log.port import Position


def at(offset: int, partition: int = 0) -> Position:
    return Position("frontlog.articles", partition, offset)


def test_what_is_logged_is_known() -> None:
    recent = Recent(10)
    assert not recent.knows("a", "1")
    recent.logged("a", "1", at(0))
    assert recent.knows("a", "1")
    assert not recent.knows("a", "2")
    assert not recent.knows("b", "1")


def test_a_text_that_was_changed_back_is_not_known() -> None:
    recent = Recent(10)
    recent.logged("a", "1", at(0))
    recent.logged("a", "2", at(1))
    assert recent.knows("a", "2")
    assert not recent.knows("a", "1")


def test_the_order_of_the_log_counts_and_not_that_of_the_telling() -> None:
    recent = Recent(10)
    recent.logged("a", "2", at(7))
    recent.logged("a", "1", at(3))
    assert recent.knows("a", "2")
    assert not recent.knows("a", "1")


def test_after_a_doubt_nothing_is_known_until_the_next_text_is_logged() -> None:
    """A text that nobody answered for may come into the log all the same, after what is read there now."""
    recent = Recent(10)
    recent.logged("a", "1", at(0))
    recent.doubt("a")
    assert not recent.knows("a", "1")
    recent.logged("a", "1", at(2))
    assert not recent.knows("a", "1")
    recent.settle("a")
    recent.logged("a", "1", at(3))
    assert recent.knows("a", "1")


def test_doubts_are_bounded_without_being_forgotten() -> None:
    recent = Recent(1)
    recent.logged("a", "1", at(0))
    recent.doubt("a")
    recent.doubt("b")
    assert not recent.knows("a", "1")


def test_what_may_have_been_superseded_unseen_is_forgotten_by_its_position() -> None:
    recent = Recent(10)
    recent.logged("a", "1", at(4))
    recent.logged("b", "1", at(5))
    recent.logged("c", "1", at(4, partition=1))
    recent.forget_before(0, 5)
    assert not recent.knows("a", "1")
    assert recent.knows("b", "1")
    assert recent.knows("c", "1")


def test_the_memory_is_bounded_and_keeps_what_is_asked_for() -> None:
    recent = Recent(2)
    recent.logged("a", "1", at(0))
    recent.logged("b", "1", at(1))
    assert recent.knows("a", "1")
    recent.logged("c", "1", at(2))
    assert len(recent) == 2
    assert recent.knows("a", "1")
    assert not recent.knows("b", "1")
