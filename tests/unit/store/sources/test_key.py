"""What a source is filed under."""

import pytest

from services.store.sources.key import source_key


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (("UKR/MIL/general-staff", "General Staff", "MIL", "Wire"), "UKR/MIL/general-staff"),
        ((None, "A Résident of Sumy", "CIV", "Wire"), "name:a resident of sumy"),
        ((None, "article", "narrator", "Meridian  Wire"), "outlet:meridian wire"),
        ((None, "article", "narrator", None), None),
        ((None, "…", None, "Wire"), None),
    ],
)
def test_a_source_is_filed_under(given: tuple[str | None, str, str | None, str | None], key: str | None) -> None:
    assert source_key(*given) == key
