"""The memory of recent articles."""

from services.ingest.recent import Recent


def logged(recent: Recent, article_id: str, revision: str) -> None:
    recent.begin(article_id)
    recent.done(article_id, revision)


def test_only_what_is_durable_is_known() -> None:
    recent = Recent(10)
    recent.begin("a")
    assert not recent.knows("a", "1")
    recent.done("a", "1")
    assert recent.knows("a", "1")
    assert not recent.knows("a", "2")
    assert not recent.knows("b", "1")


def test_a_text_that_was_changed_back_is_not_known() -> None:
    recent = Recent(10)
    for revision in ("1", "2"):
        logged(recent, "a", revision)
    assert recent.knows("a", "2")
    assert not recent.knows("a", "1")


def test_after_a_failure_no_revision_is_known() -> None:
    """The text that failed may be in the log all the same, after the one that was known."""
    recent = Recent(10)
    logged(recent, "a", "1")
    recent.begin("a")
    recent.done("a", None)
    assert not recent.knows("a", "1")
    logged(recent, "a", "1")
    assert recent.knows("a", "1")


def test_of_two_revisions_at_the_same_time_neither_is_known() -> None:
    recent = Recent(10)
    recent.begin("a")
    recent.begin("a")
    recent.done("a", "1")
    recent.done("a", "2")
    assert not recent.knows("a", "1")
    assert not recent.knows("a", "2")
    logged(recent, "a", "2")
    assert recent.knows("a", "2")


def test_the_memory_is_bounded_and_keeps_what_is_asked_for() -> None:
    recent = Recent(2)
    logged(recent, "a", "1")
    logged(recent, "b", "1")
    assert recent.knows("a", "1")
    logged(recent, "c", "1")
    assert len(recent) == 2
    assert recent.knows("a", "1")
    assert not recent.knows("b", "1")
