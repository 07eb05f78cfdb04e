"""Cyrillic names in Latin letters: how reports may write them."""

import pytest

from services.contracts.romanise import from_cyrillic


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Бахмут", ("Bakhmut",)),
        ("Горлівка", ("Horlivka",)),
        ("Артёмовск", ("Artyomovsk",)),
        ("Лисичанск", ("Lysychansk", "Lisichansk")),
        ("Слов’янськ", ("Sloviansk", "Slovyansk")),
        ("ыі", ("yi",)),
        ("Bakhmut", ()),
        ("", ()),
    ],
)
def test_a_name_is_written_as_ukrainian_as_russian_or_as_either(cyrillic: str, latin: tuple[str, ...]) -> None:
    assert from_cyrillic(cyrillic) == latin
