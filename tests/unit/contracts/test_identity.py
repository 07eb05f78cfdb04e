"""The same thing gets the same id however it arrives; another thing another."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts import identity
from services.contracts.messages import Actor, Place, When

TEXT = "Ukrainian forces hold the eastern bank of the Oskil."
URL = "https://news.example.org/world/oskil"


@pytest.mark.parametrize(
    "variant",
    [
        "http://news.example.org/world/oskil",
        "HTTPS://News.Example.ORG/world/oskil",
        "https://news.example.org:443/world/oskil",
        "http://news.example.org:80/world/oskil/",
        "https://news.example.org./world/oskil#comments",
        "https://news.example.org/world/oskil?utm_source=rss&fbclid=1&at_medium=x",
        "  https://news.example.org/world/oskil  ",
    ],
)
def test_variants_of_one_address_are_one_article(variant: str) -> None:
    assert identity.canonical_url(variant) == URL
    assert identity.article_id(variant, None, TEXT) == identity.article_id(URL, "A title", "Another text")


@pytest.mark.parametrize(
    "other",
    [
        "https://www.news.example.org/world/oskil",
        "https://news.example.org:8443/world/oskil",
        "https://news.example.org/world/Oskil",
        "https://news.example.org/world/oskil?id=2",
        "https://news.example.org/",
    ],
)
def test_another_page_is_another_article(other: str) -> None:
    assert identity.article_id(other, None, TEXT) != identity.article_id(URL, None, TEXT)


def test_the_order_of_query_parameters_does_not_matter() -> None:
    assert identity.canonical_url(f"{URL}?b=2&a=1&empty=") == f"{URL}?a=1&b=2&empty="


def test_an_ipv6_host_keeps_its_brackets() -> None:
    assert identity.canonical_url("http://[2001:DB8::1]:8080/a") == "https://[2001:db8::1]:8080/a"


@pytest.mark.parametrize(
    "bad", ["", "oskil", "ftp://example.org/a", "https://", "javascript:alert(1)", "http://[::1", "http://a:99999/"]
)
def test_what_is_no_web_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        identity.canonical_url(bad)


def test_without_an_address_the_text_is_the_identity() -> None:
    one = identity.article_id(None, "Title", TEXT)
    assert identity.article_id(None, " Title ", f"  {TEXT.replace(' ', chr(0xA0), 1)}\n") == one
    assert identity.article_id(None, "Other", TEXT) != one
    assert identity.article_id(None, "Title", TEXT + " It rained.") != one


def test_another_text_of_one_address_is_another_revision_of_one_article() -> None:
    first, second = TEXT, TEXT + " Update: the bank was lost."
    assert identity.article_id(URL, "T", first) == identity.article_id(URL, "T", second)
    assert identity.revision("T", first, None) != identity.revision("T", second, None)


def test_title_and_date_are_part_of_the_revision_and_white_space_is_not() -> None:
    base = identity.revision("T", TEXT, "2024-05-01")
    assert identity.revision("T ", TEXT.replace(" ", "\n "), "2024-05-01") == base
    assert identity.revision("U", TEXT, "2024-05-01") != base
    assert identity.revision("T", TEXT, "2024-05-02") != base
    assert len(base) == 16
    assert set(base) <= set("0123456789abcdef")


def test_ids_are_the_same_in_every_release() -> None:
    """Changing one of these would give every stored article and event a second id."""
    assert identity.article_id(URL, None, TEXT) == "3b6358c5-a0af-5cb9-9faa-536966749172"
    assert identity.article_id(None, "T", TEXT) == "c2937cdb-a3b4-5811-9775-792a396035a3"
    assert identity.revision("T", TEXT, "2024-05-01") == "8a15c6dd1bef73e2"
    assert _event() == "dc991df2-fc00-5b1c-a4d8-3cc7e5b51105"


def _event(**change: object) -> str:
    slots: dict[str, object] = {
        "article": "a",
        "event_type": "hold",
        "actor": Actor(name="Ukrainian forces", id="UKR/MIL", side="UKR", kind="MIL"),
        "place": Place(name="Oskil", surface="the Oskil", id="geonames:1", relation="east_of"),
        "modality": "actual",
        "when": When(start="2024-05-01", end="2024-05-01"),
    }
    return identity.event_id(**(slots | change))  # type: ignore[arg-type]


def test_how_an_event_was_worded_does_not_change_its_id() -> None:
    worded = Actor(name="Kyiv's troops", id="UKR/MIL", side="UKR", kind="MIL")
    place = Place(name="Oskil", surface="the river", id="geonames:1", relation="east_of", latitude=1.0)
    assert _event(actor=worded, place=place, when=When(start="2024-05-01", end="2024-05-01", phrase="x")) == _event()


@pytest.mark.parametrize(
    "change",
    [
        {"article": "b"},
        {"event_type": "capture"},
        {"actor": None},
        {"actor": Actor(name="Russian forces", id="RUS/MIL")},
        {"actor": Actor(name="UKR/MIL")},
        {"place": None},
        {"place": Place(name="Oskil", surface="Oskil", id="geonames:1", relation="in")},
        {"place": Place(name="Oskil", surface="Oskil", id="geonames:2", relation="east_of")},
        {"modality": "negated"},
        {"when": None},
        {"when": When(start="2024-05-02", end="2024-05-02")},
    ],
)
def test_each_slot_tells_events_apart(change: dict[str, object]) -> None:
    assert _event(**change) != _event()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = identity.normal_text(text)
    assert identity.normal_text(once) == once


@given(st.text())
def test_any_text_is_a_web_address_or_a_value_error(text: str) -> None:
    for candidate in (text, f"https://{text}"):
        try:
            canonical = identity.canonical_url(candidate)
        except ValueError:
            continue
        assert canonical.startswith("https://")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_the_id_of_an_event_is_the_uuid_of_version_5_of_its_slots(article: str) -> None:
    told = uuid.uuid5(identity.EVENT_NAMESPACE, "\x1f".join((article, "hold", "", "", "actual", "")))
    assert identity.event_id(article, "hold", None, None, "actual", None) == str(told)
