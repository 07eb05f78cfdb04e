"""Grading of whole articles, and the page that its figures go to."""

from typing import Any

import pytest

from tests.quality.page import PAGE, placed
from tests.quality.whole_articles import graded
from tests.support import extractions as make

NAMES: dict[str, Any] = {"places": {"Kupiansk": {"ids": [make.KUPIANSK.id], "names": []}}, "sources": {}}


def coded(kind: str, **more: Any) -> dict[str, Any]:
    wanted = {"types": [kind], "places": ["Kupiansk"], "actor": "RUS", "modality": ["actual"], "required": True}
    return wanted | more


def test_what_was_told_right_is_found_strictly_and_by_slot() -> None:
    found = graded([coded("capture", when=["2024-09-11", "2024-09-11"])], [make.event(1)], NAMES)
    assert (found.found, found.strict, found.missed, found.wrong) == (1, 1, 0, 0)
    assert found.slots == {"modality": [1, 1], "actor": [1, 1], "when": [1, 1]}


def test_another_place_is_a_miss_and_a_wrong_event() -> None:
    found = graded([coded("capture")], [make.event(1, place=make.ROBOTYNE)], NAMES)
    assert (found.found, found.missed, found.wrong) == (0, 1, 1)


def test_another_side_is_found_but_not_strictly() -> None:
    found = graded([coded("capture")], [make.event(1, actor=make.UKR)], NAMES)
    assert (found.found, found.strict, found.slots["actor"]) == (1, 0, [0, 1])


def test_of_two_that_fit_the_better_one_is_taken_and_the_other_is_wrong() -> None:
    found = graded([coded("capture")], [make.event(1, actor=make.UKR), make.event(1)], NAMES)
    assert (found.found, found.strict, found.wrong) == (1, 1, 1)


def test_what_a_coder_may_have_coded_is_neither_asked_for_nor_wrong() -> None:
    optional = coded("strike", required=False)
    assert graded([optional], [make.event(1, "strike")], NAMES).wrong == 0
    assert graded([optional], [], NAMES).missed == 0


def test_tables_go_between_their_marks() -> None:
    begin, end = "<!-- articles: written by tests.quality.page -->", "<!-- end of articles -->"
    page = placed(f"a\n{begin}\nold\n{end}\nb", {"articles": "| new |"})
    assert page == f"a\n{begin}\n\n| new |\n\n{end}\nb"
    assert placed(page, {"articles": "| new |"}) == page
    with pytest.raises(ValueError, match="no marks for passages"):
        placed(page, {"passages": ""})


def test_the_page_has_its_marks() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert placed(page, {"articles": "x", "passages": "x"}) != page
