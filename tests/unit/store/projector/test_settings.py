"""Which of the projector's settings the tables' rows follow from: a rebuild must know of each."""

from dataclasses import fields

import pytest

from services.store.projector.settings import ROWS_FOLLOW, ProjectorSettings, rows_follow_from

OF_THE_PROCESS = {"http", "group", "batch"}


def test_every_setting_is_known_to_shape_the_rows_or_not_to() -> None:
    names = {field.name for field in fields(ProjectorSettings)}
    assert names == OF_THE_PROCESS | set(ROWS_FOLLOW), "say of a new setting whether rows follow from it"
    assert not OF_THE_PROCESS & set(ROWS_FOLLOW)


def test_they_are_told_by_the_names_of_their_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTLOG_COPY_DAYS", "3")
    assert rows_follow_from() == {"FRONTLOG_COPY_DAYS": "3"}
