"""What one side announces of the other has been seen; what it announces of itself is planned."""

import pytest

from tests.support.articles import events_in


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Kyiv announced the retreat of the occupiers from Davydiv Brid.", "actual"),
        ("The Ukrainian command announced a Russian withdrawal from Vysokopillia.", "actual"),
        ("Moscow announced the withdrawal of Ukrainian troops from Maryinka.", "actual"),
        ("Moscow announced the withdrawal of its troops from Vysokopillia.", "intended"),
        ("The Ukrainian command announced a withdrawal from Maryinka.", "intended"),
    ],
)
def test_an_announced_withdrawal_is_planned_by_who_withdraws(text: str, modality: str) -> None:
    assert [e.modality for e in events_in(text) if e.type == "withdrawal"] == [modality]
