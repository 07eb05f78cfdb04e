"""Pages to articles."""

import pytest

from services.ingest.html import read

FIRST = "A road bridge south of Kherson was struck overnight, the regional administration said on Tuesday."
SECOND = "Repair crews were on their way, and nobody was hurt, it added in a statement on Telegram."
PAGE = f"""<!DOCTYPE html><html lang="en-GB"><head><title>Bridge hit near Kherson | Example Wire</title>
<meta property="og:site_name" content="Example Wire"><meta property="og:title" content="Bridge hit near Kherson">
<meta property="article:published_time" content="2023-06-06T08:00:00+03:00"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/war">War</a></li></ul></nav>
<article><h1>Bridge hit near Kherson</h1><p>{FIRST}</p><p>{SECOND}</p></article>
<div class="comments"><p>Reader: I do not believe a word of this.</p></div>
<footer>Copyright Example Wire</footer><script>track()</script></body></html>"""


def test_text_title_date_and_outlet_are_found_and_the_rest_is_left() -> None:
    page = read(PAGE, "https://wire.example.org/bridge")
    assert page.text.splitlines() == [FIRST, SECOND]
    assert page.title == "Bridge hit near Kherson"
    assert page.published_at == "2023-06-06"
    assert page.publisher == "Example Wire"
    assert page.language == "en-GB"


def test_a_fragment_is_read_too() -> None:
    assert read(f"<p>{FIRST}</p>").text == FIRST
    assert read(f"<p>{FIRST}</p><p>{SECOND}</p>").text.splitlines() == [FIRST, SECOND]


def test_no_date_is_guessed_from_the_text() -> None:
    assert (
        read(f"<html><body><p>{FIRST}</p><p>It had last been struck on 3 May 2021.</p></body></html>").published_at
        is None
    )


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html></html>",
        "plain words",
        "<html><body><nav><ul><li><a href='/'>Home</a></li><li><a href='/b'>World</a></li></ul></nav></body></html>",
        "<script>var war = 1;</script>",
        "\ufeff",
        "<" * 50_000,
        "<div>" * 20_000,
        "<p>&#0;&#xD800;</p>",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>",
        "<?xml version='1.0' encoding='utf-16'?><x/>",
    ],
    ids=lambda html: html[:20],
)
def test_pages_without_an_article_and_hostile_ones_give_no_text(html: str) -> None:
    assert read(html).text == ""
