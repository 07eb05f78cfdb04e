"""Cyrillic names in Latin letters: how reports may write them."""

import pytest

from services.contracts.romanise import from_cyrillic, russian, ukrainian


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


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [("Слов'янськ", "Sloviansk"), ("Згурівка", "Zghurivka"), ("Ізюм", "Izium"), ("Єланець", "Yelanets")],
)
def test_ukrainian_names_are_romanised_by_the_national_system(cyrillic: str, latin: str) -> None:
    assert ukrainian(cyrillic) == latin


def test_russian_names_take_their_customary_english_form() -> None:
    assert russian("Большое Солдатское") == "Bolshoye Soldatskoye"
    assert russian("Тёткино") == "Tyotkino"
