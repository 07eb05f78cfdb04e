import pytest

from services.store.folding import KEY_LENGTH, fold, place_key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Kupiansk", "kupiansk"),
        ("  KUPIANSK ", "kupiansk"),
        ("Kup’yansk-Vuzlovyi", "kupyansk vuzlovyi"),
        ("Kup'yansk Vuzlovyi", "kupyansk vuzlovyi"),
        ("Kryvyï Rih", "kryvyi rih"),
        ("Straße", "strasse"),
        ("Куп’янськ", "купянськ"),
        ("a_b%c", "a b c"),
        ("—", ""),
    ],
)
def test_spellings_that_differ_in_marks_alone_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_folding_twice_changes_nothing() -> None:
    assert fold(fold("Kup’yansk-Vuzlovyi ½")) == fold("Kup’yansk-Vuzlovyi ½")


def test_a_folded_name_fits_an_index() -> None:
    assert len(fold("x" * 10_000)) == KEY_LENGTH


def test_an_unknown_place_is_filed_under_its_name() -> None:
    assert place_key(None, "Mala Nevidoma") == place_key(None, "mala  nevidoma") == "name:mala nevidoma"
    assert place_key("geonames:1", "anything") == "geonames:1"
