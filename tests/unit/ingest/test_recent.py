"""The memory of recent articles."""

from services.ingest.recent import Recent


def test_only_what_was_remembered_is_known() -> None:
    recent = Recent(10)
    assert not recent.knows("a", "1")
    recent.remember("a", "1")
    assert recent.knows("a", "1")
    assert not recent.knows("a", "2")
    assert not recent.knows("b", "1")


def test_a_text_that_was_changed_back_is_not_known() -> None:
    recent = Recent(10)
    for revision in ("1", "2"):
        recent.remember("a", revision)
    assert recent.knows("a", "2")
    assert not recent.knows("a", "1")


def test_the_memory_is_bounded_and_keeps_what_is_asked_for() -> None:
    recent = Recent(2)
    recent.remember("a", "1")
    recent.remember("b", "1")
    assert recent.knows("a", "1")
    recent.remember("c", "1")
    assert len(recent) == 2
    assert recent.knows("a", "1")
    assert not recent.knows("b", "1")
